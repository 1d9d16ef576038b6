"""Name the rules of a trace as people read them: the layer, the class, and what was asked of it."""

from __future__ import annotations

from canteen.subsidy.explain import WORDS
from canteen.subsidy.policy import Layer, PolicyVersion

_EXCLUDED = "excluded_"


def rule_name(version: PolicyVersion | None, rule: str) -> str:
    """Say a rule such as ``subsidy/meal/aged_80/spend`` in words; one that is not known keeps its code."""
    words = WORDS["rules"]
    if rule.startswith(_EXCLUDED):
        return str(words["excluded"]).format(name=rule.removeprefix(_EXCLUDED))
    family, _, rest = rule.partition("/")
    if not rest:
        return str(words.get(rule, rule))
    layer_id, _, asked = rest.partition("/")
    layer = _layer(version, f"{family}/{layer_id}")
    if layer is None:
        return rule
    classes = {one.id: one.name for one in layer.classes}
    parts = [classes.get(part) or str(words.get(part, part)) for part in asked.split("/") if part]
    return "：".join([layer.name, "，".join(parts)]) if parts else layer.name


def _layer(version: PolicyVersion | None, counter: str) -> Layer | None:
    if version is None:
        return None
    layers = [*version.subsidies, *version.delivery, *version.operator_money]
    if version.discount is not None:
        layers.append(version.discount)
    return next((layer for layer in layers if layer.counter == counter), None)
