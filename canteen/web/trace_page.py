"""Lay out why a meal cost what it did: rules in their order, counters before and after, facts with their evidence."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import subsidy, tables
from canteen.foundation.clock import CHINA
from canteen.subsidy import Policy, PolicyVersion, Quote, Step
from canteen.web.office import category, label, validity
from canteen.web.policy_words import words as policy_words
from canteen.web.statement_page import words

_CODE = re.compile(r"[a-z][a-z0-9_]{2,}")
_PLACES = ("hukou", "residence")
_OF_PRICE = ("category", "hukou", "residence", "permit", "housing", "scheme", "death", "exit")


def policy_of(session: Session, policy_id: int | None) -> Policy | None:
    """Read the policy of exactly that publication, whatever superseded it since."""
    row = None if policy_id is None else session.get(tables.subsidy.PublishedPolicy, policy_id)
    if row is None:
        return None
    names = subsidy.known(session).register.names
    return subsidy.read_policy(row.text, row.code, names, lambda _policy, _name: 0)


def version_of(policy: Policy | None, quote: Quote) -> PolicyVersion | None:
    """Return the version that priced a meal."""
    versions = policy.versions if policy else ()
    return next((one for one in versions if one.version == quote.version), None)


def rule(quote: Quote, version: PolicyVersion | None, step: Step) -> dict[str, Any]:
    """Lay one rule out: what it asked, what it saw, by how much it was missed, and where it is written."""
    needs = dict(step.facts).get("needs", "")
    told = [(name, value) for (key, _), (name, value) in _both(step) if key != "needs"]
    return {
        "name": subsidy.rule_name(version, step.rule),
        "outcome": "passed" if step.passed else "failed",
        "reason": "，".join(f"{name} {_spoken(value)}" for name, value in told),
        "needs": _spoken(needs),
        "short": _short(step.short),
        "document": " ".join(part for part in (quote.document, step.paragraph) if part),
        "document_href": None,
    }


def _short(short: str) -> str:
    """Say by how much a rule was missed: years too young or too old, or yuan too little."""
    said = words()["meal"]["short"]
    if short.endswith("y"):
        return str(said["old" if short.startswith("+") else "young"]).format(years=short.strip("+y"))
    return str(said["yuan"]).format(yuan=short) if short else ""


def _spoken(text: str) -> str:
    """Say the codes within a text by their words: categories, meals, modes, kinds of days."""
    options = policy_words()["form"]["options"]
    return _CODE.sub(lambda found: str(options.get(found[0]) or category(found[0])), text)


def _both(step: Step) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    return list(zip(step.facts, subsidy.facts_told(step), strict=True))


def counters(quote: Quote, version: PolicyVersion | None) -> list[dict[str, Any]]:
    """List each counter that the meal took from: used before, used after, and how many there are."""
    windows = words()["meal"]["windows"]
    return [
        {
            "name": subsidy.rule_name(version, one.counter),
            "window": f"{windows.get(one.per, one.per)} {_spoken(one.window)}",
            "before": one.ordinal - 1,
            "after": one.ordinal,
            "limit": one.limit,
        }
        for one in quote.chances
    ]


def facts(session: Session, found: Any, quote: Quote, version: PolicyVersion | None) -> list[dict[str, str]]:
    """List what was known of the person when the meal was served, with evidence; then what else carried a rule."""
    known = [] if found.person_id is None else _known(session, found)
    said = words()["meal"]
    seen: dict[tuple[str, str], str] = {}
    for step in (one for one in quote.trace if one.passed):
        for name, value in subsidy.facts_told(step):
            seen.setdefault((name, value), subsidy.rule_name(version, step.rule))
    carried = [
        {"label": name, "value": _spoken(value), "source": said["from_rule"].format(rule=at), "valid": said["valid"]}
        for (name, value), at in seen.items()
    ]
    return known + carried


def _known(session: Session, found: Any) -> list[dict[str, str]]:
    """Read the facts that held on the day as they were known then: a later correction does not count."""
    fact = tables.seniors.Fact
    rows = session.scalars(
        select(fact)
        .where(fact.person_id == found.person_id, fact.entered_at <= found.happened_at, fact.kind.in_(_OF_PRICE))
        .order_by(fact.kind, fact.id)
    ).all()
    replaced = {one.supersedes_id for one in rows}
    day = found.service_date
    standing = [one for one in rows if one.id not in replaced and not one.withdrawn]
    held = [one for one in standing if one.valid_from <= day and (one.valid_until is None or day < one.valid_until)]
    names = _region_names(session, {one.value for one in held if one.kind in _PLACES})
    return [
        {
            "label": label("facts", one.kind),
            "value": _value(one, names),
            "valid": validity(one.valid_from, one.valid_until),
            "source": f"{one.evidence}（{label('sources', one.source)} {one.entered_at.astimezone(CHINA):%Y-%m-%d}）",
        }
        for one in held
    ]


def _region_names(session: Session, codes: set[str]) -> dict[str, str]:
    region = tables.places.Region
    rows = session.execute(select(region.code, region.name).where(region.code.in_(sorted(codes))))
    return {row.code: row.name for row in rows}


def _value(one: Any, names: dict[str, str]) -> str:
    if one.kind == "category":
        return category(one.value)
    if one.kind == "housing":
        return label("housing", one.value)
    return names.get(str(one.value), str(one.value))
