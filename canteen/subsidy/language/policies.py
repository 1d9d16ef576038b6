"""Read a whole policy: who it is chosen by, its payers, its versions in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType

from canteen.subsidy.conditions import ANYBODY, Condition
from canteen.subsidy.language.answers import read_answers
from canteen.subsidy.language.conditions import read_condition, read_place
from canteen.subsidy.language.examples import read_examples
from canteen.subsidy.language.layers import DELIVERY, DISCOUNT, OPERATOR, SUBSIDY, read_layer
from canteen.subsidy.language.marked import Entry, MisreadError, T, each, root
from canteen.subsidy.language.scope import Floors, Scope
from canteen.subsidy.language.sites import read_grant
from canteen.subsidy.policy import Exclusion, Layer, Policy, PolicyVersion
from canteen.subsidy.register import Register

_HEAD = ("policy", "name", "region", "chosen_by", "payers", "versions")
_ONE_DAY = timedelta(days=1)
_VERSION = ("version", "from", "document", "given")
_PARTS = (
    "last_day", "assumed", "answers", "standard_set", "excluded", "discount", "subsidies",
    "of_several_subsidies", "delivery", "operator_money", "site_money", "own_payment", "prolonged_by",
    "notes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Head:
    """Hold what all versions of a policy share."""

    policy: str
    region: str
    payers: Mapping[str, str]
    answers: Entry | None
    register: Register
    floors: Floors


def no_floors(policy: str, name: str) -> int | None:
    """Know no floor of any other policy."""
    return None


def read_policy(text: str, file: str, register: Register, floors: Floors = no_floors) -> Policy:
    """Read and check a policy.

    Raises `Invalid` ``subsidy.policy_misread`` with every problem found.
    """
    top = root(text, file)
    policy = None
    with suppress(MisreadError):
        policy = _policy(top, register, floors)
    top.sheet.done()
    assert policy is not None, "a misread policy leaves a problem"  # noqa: S101 - For the type checker.
    return policy


def _policy(top: Entry, register: Register, floors: Floors) -> Policy:
    fields = top.fields(_HEAD, ("answers", "floors", "examples"))
    payers = MappingProxyType({code: name.text() for code, name in fields["payers"].pairs().items()})
    region = fields["region"].text()
    chosen = tuple((of, read_place(place)) for of, place in _chosen(fields["chosen_by"]).items())
    policy_id = fields["policy"].text()
    head = _Head(policy_id, region, payers, fields.get("answers"), register, floors)
    versions = each(fields["versions"].items(), lambda entry: _version(entry, head))
    lows = {name: floor.fen() for name, floor in fields["floors"].pairs().items()} if "floors" in fields else {}
    return Policy(
        policy_id, fields["name"].text(), region, chosen, payers,
        _in_order(versions, list(fields["versions"].items())), MappingProxyType(lows),
        read_examples(fields["examples"]) if "examples" in fields else (),
    )  # fmt: skip


def _chosen(entry: Entry) -> dict[str, Entry]:
    chosen = entry.fields((), ("hukou", "lives", "canteen"))
    if not chosen:
        raise entry.refuse("one_of", options="hukou, lives, canteen")
    return chosen


def _in_order(versions: tuple[PolicyVersion, ...], entries: list[Entry]) -> tuple[PolicyVersion, ...]:
    """Check the dates of the versions; each ends where the next begins."""
    ordered: list[PolicyVersion] = []
    names: set[str] = set()
    for i, version in enumerate(versions):
        later = versions[i + 1].valid_from if i + 1 < len(versions) else None
        if later is not None and later <= version.valid_from:
            entries[i + 1].note("not_in_order", found=later, before=version.valid_from)
        if version.valid_until is not None and version.valid_until <= version.valid_from:
            entries[i].note("ends_before_start", found=version.valid_until - _ONE_DAY)
        if version.version in names:
            entries[i].note("given_twice", name=version.version)
        names.add(version.version)
        until = min((day for day in (version.valid_until, later) if day is not None), default=None)
        ordered.append(replace(version, valid_until=until))
    return tuple(ordered)


def _version(entry: Entry, head: _Head) -> PolicyVersion:
    fields = entry.fields(_VERSION, _PARTS)
    fields["given"].choice(("deducted_at_payment",))
    document = fields["document"].fields(("number", "title", "source"))
    answers = read_answers(entry, fields.get("answers"), head.answers)
    standard = fields["standard_set"].fen() if "standard_set" in fields else None
    first = _discount_first(fields.get("discount"))
    scope = Scope(head.register, answers, head.payers, standard, first, head.floors)
    own_fen, own_who = _own_payment(fields, scope)
    version = PolicyVersion(
        policy=head.policy, version=fields["version"].text(), valid_from=fields["from"].day(),
        valid_until=_last_day(fields), assumed="assumed" in fields and fields["assumed"].yes(),
        document=document["number"].text(), title=document["title"].text(), source=document["source"].text(),
        answers=answers, payers=head.payers, region=head.region, standard_set_fen=standard,
        subsidies=_layers(fields, "subsidies", scope), of_several_subsidies=_several(entry, fields),
        discount=read_layer(fields["discount"], scope, DISCOUNT) if "discount" in fields else None,
        discount_first=first, delivery=_layers(fields, "delivery", scope),
        operator_money=_layers(fields, "operator_money", scope),
        site_money=_each(fields, "site_money", lambda part: read_grant(part, scope)),
        excluded=_each(fields, "excluded", lambda part: _exclusion(part, scope)),
        own_payment_fen=own_fen, own_payment_who=own_who, notes=_notes(fields),
    )  # fmt: skip
    _check_whole(entry, fields, version, scope)
    return version


def _check_whole(entry: Entry, fields: dict[str, Entry], version: PolicyVersion, scope: Scope) -> None:
    """Ask what only shows when all parts are read."""
    if not any(name in fields for name in ("subsidies", "discount", "operator_money", "site_money", "delivery")):
        entry.note("gives_nothing")
    if version.subsidies:
        for question in ("refunded_meal", "category_granted_late", "subsidy_found_undue"):
            scope.uses(question, entry)
        for question in ("undue_in_good_faith_borne_by", "two_canteens_one_chance"):
            scope.uses(question, entry)
    for name in ("subsidies", "delivery", "operator_money", "site_money"):
        ids = [part.id for part in getattr(version, name)]
        if len(set(ids)) < len(ids):
            fields[name].note("given_twice", name=", ".join(ids))
    for layer, part in zip(version.subsidies, fields["subsidies"].items() if version.subsidies else (), strict=True):
        classes = [one.id for one in layer.classes]
        if len(set(classes)) < len(classes):
            part.note("given_twice", name=", ".join(classes))


def _each(fields: dict[str, Entry], name: str, read: Callable[[Entry], T]) -> tuple[T, ...]:
    return each(fields[name].items(), read) if name in fields else ()


def _layers(fields: dict[str, Entry], name: str, scope: Scope) -> tuple[Layer, ...]:
    form = {"subsidies": SUBSIDY, "delivery": DELIVERY, "operator_money": OPERATOR}[name]
    if name not in fields:
        return ()
    if name == "delivery" and fields[name].is_scalar:
        fields[name].choice(("client_pays",))
        return ()
    return each(fields[name].items(), lambda part: read_layer(part, scope, form))


def _several(entry: Entry, fields: dict[str, Entry]) -> str:
    if "of_several_subsidies" in fields:
        return fields["of_several_subsidies"].choice(("stack", "best", "first"))
    if "subsidies" in fields and len(list(fields["subsidies"].items())) > 1:
        raise entry.refuse("missing", name="of_several_subsidies")
    return "stack"


def _discount_first(entry: Entry | None) -> bool:
    if entry is None:
        return True
    order = entry.pairs().get("order")
    return order is None or order.choice(("before_subsidy", "after_subsidy")) == "before_subsidy"


def _last_day(fields: dict[str, Entry]) -> date | None:
    if "last_day" not in fields:
        return None
    last = fields["last_day"].day()
    if "prolonged_by" in fields:
        last = fields["prolonged_by"].fields(("document", "last_day"))["last_day"].day()
    return last + _ONE_DAY


def _exclusion(entry: Entry, scope: Scope) -> Exclusion:
    fields = entry.fields(("id", "when"), ("paragraph",))
    paragraph = fields["paragraph"].text() if "paragraph" in fields else ""
    return Exclusion(fields["id"].text(), read_condition(fields["when"], scope), paragraph)


def _own_payment(fields: dict[str, Entry], scope: Scope) -> tuple[int, Condition]:
    if "own_payment" not in fields:
        return 0, ANYBODY
    own = fields["own_payment"].fields(("at_least", "who"))
    return own["at_least"].fen(), read_condition(own["who"], scope)


def _notes(fields: dict[str, Entry]) -> tuple[tuple[str, str], ...]:
    return tuple((k, v.text()) for k, v in fields["notes"].pairs().items()) if "notes" in fields else ()
