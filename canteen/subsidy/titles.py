"""Call the rules of a trace what the policy's own text calls them: 就餐补贴 · 70 至 99 岁."""

from __future__ import annotations

from sqlalchemy.orm import Session

from canteen.subsidy.explain import WORDS
from canteen.subsidy.policy import Layer, Policy, PolicyVersion
from canteen.subsidy.published import compiled
from canteen.subsidy.tables import PublishedPolicy

_EXCLUDED = "excluded_"


def policy_as_published(session: Session, policy_id: int | None) -> Policy | None:
    """Return the policy of exactly that publication, whatever superseded it since."""
    row = None if policy_id is None else session.get(PublishedPolicy, policy_id)
    return None if row is None else compiled(row.digest, row.text)


def rule_title(policy: Policy | None, version: str, rule: str) -> str:
    """Name a rule such as ``subsidy/meal/aged_70_99``; what no text names keeps its own name."""
    words = WORDS["rules"]
    if rule.startswith(_EXCLUDED):
        return str(words["excluded"])
    layers = {} if policy is None else _layers(policy, version)
    kind, _, rest = rule.partition("/")
    name, _, part = rest.partition("/")
    layer = layers.get(f"{kind}/{name}")
    if layer is None:
        return str(words.get(rule, rule))
    return " · ".join([layer.name, *_parts(layer, part)])


def _layers(policy: Policy, version: str) -> dict[str, Layer]:
    found: list[PolicyVersion] = [one for one in policy.versions if one.version == version]
    return {
        layer.counter: layer
        for one in found
        for layer in (*one.subsidies, *([one.discount] if one.discount else ()), *one.delivery, *one.operator_money)
    }


def _parts(layer: Layer, part: str) -> list[str]:
    classes = {one.id: one.name for one in layer.classes}
    return [str(classes.get(word) or WORDS["rules"].get(word, word)) for word in part.split("/") if word]
