"""Read one version of a policy: when it holds, its document, its answers and all that it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from canteen.subsidy.language.answers import read_answers
from canteen.subsidy.language.conditions import read_condition
from canteen.subsidy.language.layers import DELIVERY, DISCOUNT, OPERATOR, SUBSIDY, read_layer
from canteen.subsidy.language.marked import Entry, Readings, T, each
from canteen.subsidy.language.scope import Floors, Scope
from canteen.subsidy.language.sites import read_grant
from canteen.subsidy.policy import Exclusion, Layer, PolicyVersion
from canteen.subsidy.register import Register
from canteen.subsidy.situation import ONE_DAY

_VERSION = ("version", "from", "document", "given")
_PARTS = (
    "last_day", "prolonged_by", "replaced_early", "after_gap", "assumed", "answers", "standard_set", "excluded",
    "discount", "subsidies", "of_several_subsidies", "together_at_most", "delivery", "operator_money", "site_money",
    "own_payment", "notes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Head:
    """Hold what all versions of a policy share."""

    policy: str
    region: str
    payers: Mapping[str, str]
    answers: Entry | None
    register: Register
    floors: Floors | None


def read_version(entry: Entry, head: Head) -> PolicyVersion:
    """Read a version and check it as a whole."""
    fields = entry.fields(_VERSION, _PARTS)
    fields["given"].choice(("deducted_at_payment",))
    answers = read_answers(entry, fields.get("answers"), head.answers)
    standard = fields["standard_set"].fen() if "standard_set" in fields else None
    first = _discount_first(fields.get("discount"))
    scope = Scope(head.register, answers, head.payers, standard, first, head.floors)
    readings = Readings()
    told: dict[str, Any] = {}
    for part in (_dates, _document, _switches, _own_payment):
        told |= readings.of(part, fields, scope, otherwise={})
    for name, read in _GIVEN.items():
        told[name] = readings.of(read, name, fields, scope)
    readings.done()
    version = PolicyVersion(
        policy=head.policy, answers=answers, payers=head.payers, region=head.region, standard_set_fen=standard,
        discount_first=first, **told,
    )  # fmt: skip
    _check_whole(entry, fields, version, scope)
    return version


def _dates(fields: dict[str, Entry], scope: Scope) -> dict[str, Any]:
    for name in ("replaced_early", "after_gap"):
        if name in fields:
            fields[name].yes()
    return {
        "version": fields["version"].text(),
        "valid_from": fields["from"].day(),
        "valid_until": _last_day(fields),
        "assumed": "assumed" in fields and fields["assumed"].yes(),
    }


def _last_day(fields: dict[str, Entry]) -> date | None:
    if "last_day" not in fields:
        if "prolonged_by" in fields:
            raise fields["prolonged_by"].refuse("only_with", name="prolonged_by", found="last_day")
        return None
    last = fields["last_day"].day()
    if "prolonged_by" in fields:
        prolonged = fields["prolonged_by"].fields(("document", "last_day"))["last_day"]
        if prolonged.day() <= last:
            raise prolonged.refuse("not_prolonged", found=prolonged.day(), before=last)
        last = prolonged.day()
    return last + ONE_DAY


def _document(fields: dict[str, Entry], scope: Scope) -> dict[str, Any]:
    document = fields["document"].fields(("number", "title", "source"), ("checked",))
    return {
        "document": document["number"].text(),
        "title": document["title"].text(),
        "source": document["source"].text(),
        "checked_on": document["checked"].day() if "checked" in document else None,
        "notes": tuple((k, v.text()) for k, v in fields["notes"].pairs().items()) if "notes" in fields else (),
    }


def _switches(fields: dict[str, Entry], scope: Scope) -> dict[str, Any]:
    together = fields["together_at_most"].fen() if "together_at_most" in fields else None
    if "of_several_subsidies" in fields:
        several = fields["of_several_subsidies"].choice(("stack", "best", "first"))
    elif "subsidies" in fields and len(list(fields["subsidies"].items())) > 1:
        raise fields["subsidies"].refuse("missing", name="of_several_subsidies")
    else:
        several = "stack"
    return {"of_several_subsidies": several, "together_at_most_fen": together}


def _own_payment(fields: dict[str, Entry], scope: Scope) -> dict[str, Any]:
    if "own_payment" not in fields:
        return {}
    own = fields["own_payment"].fields(("who",), ("at_least", "at_least_percent"))
    if ("at_least" in own) == ("at_least_percent" in own):
        raise fields["own_payment"].refuse("one_of", options="at_least, at_least_percent")
    return {
        "own_payment_fen": own["at_least"].fen() if "at_least" in own else 0,
        "own_payment_share": own["at_least_percent"].percent() if "at_least_percent" in own else Fraction(0),
        "own_payment_who": read_condition(own["who"], scope),
    }


def _discount_first(entry: Entry | None) -> bool:
    if entry is None or entry.is_scalar:
        return True
    order = entry.pairs().get("order")
    return order is None or order.choice(("before_subsidy", "after_subsidy")) == "before_subsidy"


def _layers(name: str, fields: dict[str, Entry], scope: Scope) -> tuple[Layer, ...]:
    form = {"subsidies": SUBSIDY, "delivery": DELIVERY, "operator_money": OPERATOR}[name]
    if name not in fields:
        return ()
    if name == "delivery" and fields[name].is_scalar:
        fields[name].choice(("client_pays",))
        return ()
    return each(fields[name].items(), lambda part: read_layer(part, scope, form))


def _discount(name: str, fields: dict[str, Entry], scope: Scope) -> Layer | None:
    return read_layer(fields[name], scope, DISCOUNT) if name in fields else None


def _each(read: Callable[[Entry, Scope], T]) -> Callable[[str, dict[str, Entry], Scope], tuple[T, ...]]:
    def all_of(name: str, fields: dict[str, Entry], scope: Scope) -> tuple[T, ...]:
        return each(fields[name].items(), lambda part: read(part, scope)) if name in fields else ()

    return all_of


def _exclusion(entry: Entry, scope: Scope) -> Exclusion:
    fields = entry.fields(("id", "when"), ("paragraph", "bars_operator_money"))
    paragraph = fields["paragraph"].text() if "paragraph" in fields else ""
    bars = "bars_operator_money" in fields and fields["bars_operator_money"].yes()
    return Exclusion(fields["id"].text(), read_condition(fields["when"], scope), paragraph, bars)


_GIVEN: dict[str, Callable[[str, dict[str, Entry], Scope], Any]] = {
    "excluded": _each(_exclusion),
    "discount": _discount,
    "subsidies": _layers,
    "delivery": _layers,
    "operator_money": _layers,
    "site_money": _each(read_grant),
}


def _check_whole(entry: Entry, fields: dict[str, Entry], version: PolicyVersion, scope: Scope) -> None:
    """Ask what only shows when all parts are read."""
    if not any(name in fields for name in ("subsidies", "discount", "operator_money", "site_money", "delivery")):
        entry.note("gives_nothing")
    if version.subsidies:
        for question in _OF_SUBSIDIES:
            scope.uses(question, entry)
    for name in ("excluded", "subsidies", "delivery", "operator_money", "site_money"):
        seen: set[str] = set()
        for part, written in zip(getattr(version, name), _written(fields, name), strict=True):
            if part.id in seen:
                written.note("given_twice", name=part.id)
            seen.add(part.id)


def _written(fields: dict[str, Entry], name: str) -> list[Entry]:
    return [] if name not in fields or fields[name].is_scalar else list(fields[name].items())


_OF_SUBSIDIES = (
    "refunded_meal", "category_granted_late", "subsidy_found_undue", "undue_in_good_faith_borne_by",
    "two_canteens_one_chance",
)  # fmt: skip
