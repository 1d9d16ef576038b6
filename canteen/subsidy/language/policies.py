"""Read a whole policy: who it is chosen by, its payers, its versions in order."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from canteen.subsidy.language.conditions import read_place
from canteen.subsidy.language.examples import read_examples
from canteen.subsidy.language.marked import Entry, MisreadError, Readings, each, root
from canteen.subsidy.language.scope import Floors
from canteen.subsidy.language.versions import Head, read_version
from canteen.subsidy.places import Place
from canteen.subsidy.policy import Policy, PolicyVersion
from canteen.subsidy.register import Register
from canteen.subsidy.situation import ONE_DAY

_HEAD = ("policy", "name", "region", "chosen_by", "payers", "versions")


def no_floors(policy: str, name: str) -> int | None:
    """Know no floor of any other policy."""
    return None


def read_policy(text: str, file: str, register: Register, floors: Floors | None = no_floors) -> Policy:
    """Read and check a policy; raises `Invalid` ``subsidy.policy_misread`` with every problem found.

    With ``floors=None`` a published text is read again without asking for the floors of other policies.
    """
    top = root(text, file)
    policy = None
    with suppress(MisreadError):
        policy = _policy(top, register, floors)
    top.sheet.done()
    assert policy is not None, "a misread policy leaves a problem"  # noqa: S101 - For the type checker.
    return policy


def _policy(top: Entry, register: Register, floors: Floors | None) -> Policy:
    fields = top.fields(_HEAD, ("answers", "floors", "examples"))
    payers = MappingProxyType({code: name.text() for code, name in fields["payers"].pairs().items()})
    policy_id, region = fields["policy"].text(), _region(fields["region"])
    head = Head(policy_id, region, payers, fields.get("answers"), register, floors)
    readings = Readings()
    chosen = readings.of(_chosen, fields["chosen_by"])
    versions = readings.of(each, fields["versions"].items(), lambda entry: read_version(entry, head))
    examples = readings.of(read_examples, fields["examples"]) if "examples" in fields else ()
    lows = {name: floor.fen() for name, floor in fields["floors"].pairs().items()} if "floors" in fields else {}
    readings.done()
    if not versions:
        raise fields["versions"].refuse("no_versions")
    return Policy(
        policy_id, fields["name"].text(), region, chosen, payers,
        _in_order(versions, list(fields["versions"].items())), MappingProxyType(lows), examples,
    )  # fmt: skip


def _region(entry: Entry) -> str:
    """Read a code of the administrative tree: 2, 4, 6, 9 or 12 digits."""
    code = entry.text()
    if not (code.isascii() and code.isdigit() and len(code) in {2, 4, 6, 9, 12} and "11" <= code[:2] <= "82"):
        raise entry.refuse("region_expected", found=code)
    return code


def _chosen(entry: Entry) -> tuple[tuple[str, Place], ...]:
    chosen = entry.fields((), ("hukou", "lives", "canteen"))
    if not chosen:
        raise entry.refuse("one_of", options="hukou, lives, canteen")
    return tuple((of, read_place(place)) for of, entries in chosen.items() for place in entries.items())


def _in_order(versions: tuple[PolicyVersion, ...], entries: list[Entry]) -> tuple[PolicyVersion, ...]:
    """Check the dates of the versions; each ends where the next begins."""
    ordered: list[PolicyVersion] = []
    names: set[str] = set()
    for i, version in enumerate(versions):
        if version.valid_until is not None and version.valid_until <= version.valid_from:
            entries[i].note("ends_before_start", found=version.valid_until - ONE_DAY)
        if version.version in names:
            entries[i].note("given_twice", name=version.version)
        names.add(version.version)
        later = versions[i + 1] if i + 1 < len(versions) else None
        until = version.valid_until if later is None else _until(version, later, entries[i], entries[i + 1])
        ordered.append(replace(version, valid_until=until))
    return tuple(ordered)


def _until(version: PolicyVersion, later: PolicyVersion, entry: Entry, next_entry: Entry) -> date:
    """End a version where the next begins; two at a time or none at all must be meant."""
    until, begins = version.valid_until, later.valid_from
    if begins <= version.valid_from:
        next_entry.note("not_in_order", found=begins, before=version.valid_from)
    elif until is not None and until > begins and "replaced_early" not in entry.pairs():
        entry.note("versions_overlap", found=until - ONE_DAY, next=begins, last_day=begins - ONE_DAY)
    elif until is not None and until < begins and "after_gap" not in next_entry.pairs():
        next_entry.note("versions_gap", first=until, last=begins - ONE_DAY)
    return begins if until is None else min(until, begins)
