"""Read the worked examples of a document: cases with what they must come to, kept in the policy file itself."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import yaml

from canteen.subsidy.language.marked import Entry, each
from canteen.subsidy.places import LEVELS
from canteen.subsidy.policy import Example

_PLACE = (*LEVELS, "where")
KNOWN: dict[str, tuple[str, ...]] = {
    "person": (
        "birth", "hukou", "lives", "permit", "residence_permit", "categories", "housing", "moved_into_institution",
        "deceased_on", "died_on", "deceased", "confirmed", "schemes", "other_scheme",
    ),
    "meal": (
        "date", "weekday", "meal", "mode", "price", "delivery_fee", "standard_set_price", "canteen", "diet",
        "ordered_on", "ordered", "ordered_days_ahead", "ordered_in_time", "site", "pots", "contribution",
    ),
    "prior": (
        "subsidised_meals_today", "subsidised_snacks_today", "subsidised_this_week", "subsidised_last_week",
        "subsidised_this_month", "subsidised_this_year", "subsidised_yuan_today", "subsidised_yuan_this_week",
        "subsidised_yuan_this_month", "subsidised_yuan_this_year",
    ),
    "site": (
        "year", "month", "date", "area", "place", "kind", "opened_on", "closed_on", "opened", "closed", "live_on",
        "go_live", "grade", "stars", "star", "rating", "headcount", "people", "cost", "awards_before", *LEVELS,
    ),
    "expect": (
        "subsidy", "senior_pays", "operator_discount", "delivery_subsidy", "operator_subsidy", "split", "adjustment",
        "clawback", "flagged_meals", "paid_in", "provisional",
    ),
    "late": (
        "code", "valid_from", "valid_to", "entered_on", "birth", "hukou", "lives", "permit", "housing",
        "moved_into_institution", "deceased_on", "died_on", "deceased", "confirmed", "schemes", "other_scheme",
    ),
}  # fmt: skip
_PLACES = ("hukou", "lives", "permit", "residence_permit", "canteen", "place")
_ONE = ("meal", "site", "rows", "booked")
_MORE = ("person", "prior", "expect", "late", "moved_into_institution", "deceased_on", "basis", "note", "paragraph",
         "age_on_day", "pots", "died_on", "deceased")  # fmt: skip


# What a case says to its reader alone.
_SAID = frozenset({"weekday", "age_on_day", "basis", "note", "paragraph", "entered_on"})


def unread_names(case: Mapping[str, Any]) -> list[str]:
    """List the names in a case that nothing reads, such as ``meal.prise``: a misspelt one would be passed over."""
    found = [name for name in case if name not in {"id", "policy", *_ONE, *_MORE}]
    for part, known in KNOWN.items():
        inner = case.get(part)
        if isinstance(inner, Mapping):
            found += [f"{part}.{name}" for name in inner if name not in known and name not in _SAID]
    return found


def read_examples(entry: Entry) -> tuple[Example, ...]:
    """Read every example; two of one name would hide each other."""
    examples = each(entry.items(), _example)
    seen: set[str] = set()
    for example, part in zip(examples, entry.items(), strict=True):
        if example.id in seen:
            part.note("given_twice", name=example.id)
        seen.add(example.id)
    return examples


def _example(entry: Entry) -> Example:
    fields = entry.fields(("id",), (*_ONE, *_MORE))
    if not any(name in fields for name in _ONE):
        raise entry.refuse("one_of", options=", ".join(_ONE))
    if "expect" not in fields and "rows" not in fields:
        raise entry.refuse("missing", name="expect")
    for name, part in fields.items():
        _check_names(name, part)
    return Example(fields["id"].text(), entry.line, MappingProxyType(_plain(entry.node)))


def _check_names(name: str, part: Entry) -> None:
    """Refuse a misspelt name, which would otherwise be passed over."""
    if name not in KNOWN or (name == "meal" and part.is_scalar):
        return
    for inner, value in part.fields((), KNOWN[name]).items():
        if inner in _PLACES:
            value.fields((), _PLACE)
        elif inner == "site":
            _check_names("site", value)


def _plain(node: yaml.Node) -> Any:
    """Turn a piece of YAML into texts, lists and mappings, as case files are read."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(part) for part in node.value]
    return str(node.value)
