"""Try policies against worked cases: price every case and say where it differs from what is expected.

The format of case files is described in docs/subsidy.md. Sequences carry state from row to row; late
facts compare booked meals with what the rules say once the fact is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from canteen.foundation.errors import CanteenError, Invalid, NotFound
from canteen.foundation.money import fen, yuan
from canteen.subsidy import trial_reading as reading
from canteen.subsidy.explain import accountant, traced
from canteen.subsidy.language.examples import unread_names
from canteen.subsidy.language.marked import Problem
from canteen.subsidy.late import Booked, compare
from canteen.subsidy.places import LEVELS
from canteen.subsidy.policy import Policy
from canteen.subsidy.quotes import Quote, unsubsidised
from canteen.subsidy.rules import quote
from canteen.subsidy.shelf import Shelf, read_text
from canteen.subsidy.sites import money_to_site
from canteen.subsidy.values import Usage

Case = Mapping[str, Any]
# The loader in C is ten times faster; both make nothing but text.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True)
class Result:
    """Hold the answer to one case and how it differs from what is expected."""

    answer: Mapping[str, Any]
    differences: tuple[str, ...]


def read_cases(path: Path) -> Case:
    """Read a case file with every value as text, so that no amount is ever a float.

    Raises `Invalid` ``subsidy.policy_misread`` where it is no YAML or no mapping.
    """
    try:
        data = yaml.load(read_text(path), Loader=_LOADER)  # noqa: S506 - Makes only text.
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        found = str(getattr(error, "problem", error))
        problem = Problem(str(path), 1 if mark is None else mark.line + 1, "", "not_yaml", (("found", found),))
        raise Invalid("subsidy.policy_misread", problems=(problem,)) from None
    if not isinstance(data, dict):
        problem = Problem(str(path), 1, "", "mapping_expected", (("found", str(data)[:40]),))
        raise Invalid("subsidy.policy_misread", problems=(problem,))
    return data


def try_all(shelf: Shelf, cases: Case) -> Iterator[Result]:
    """Try single cases, then sequences, then late facts."""
    for section in ("cases", "sequences", "late_facts"):
        for case in cases.get(section) or ():
            yield from try_case(shelf, case)


def unread(cases: Case) -> Iterator[str]:
    """Name what no reader of the cases knows, each with its case, so that a misspelt name is not passed over."""
    for section in ("cases", "sequences", "late_facts"):
        for case in cases.get(section) or ():
            if isinstance(case, Mapping):
                yield from (f"{case.get('id', '?')}: {name}" for name in unread_names(case))


def try_case(shelf: Shelf, case: Case) -> list[Result]:
    """Try one case: a sequence has ``rows``, a late fact has ``booked``, any other is a single meal or site.

    One that cannot be read is answered as a difference, so that the others are still tried.
    """
    attempt = _sequence if "rows" in case else _late if "booked" in case else _single
    try:
        return list(attempt(shelf, case))
    except CanteenError as error:
        return [_unread(case, f"error: {error}")]
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
        return [_unread(case, f"cannot be read: {error!r}")]


def priced_cases(shelf: Shelf, cases: Case) -> Iterator[Quote]:
    """Give the whole quote of every single meal among the cases whose policy is on the shelf."""
    for case in cases.get("cases") or ():
        if "meal" in case and case["policy"] in shelf.policies:
            yield _quoted(shelf, case)


def _unread(case: Any, what: str) -> Result:
    name = str(case.get("id", "?")) if isinstance(case, Mapping) else "?"
    return Result({"id": name, "error": what}, (what,))


def _policy(shelf: Shelf, case: Case) -> Policy:
    policy = shelf.policies.get(case["policy"])
    if policy is None:
        raise NotFound("subsidy.unknown_policy", policy=case["policy"])
    return policy


def _single(shelf: Shelf, case: Case) -> Iterator[Result]:
    policy = _policy(shelf, case)
    if "site" in case:
        yield _site(policy, case)
        return
    yield _told(case["id"], _quoted(shelf, case), policy, case.get("expect") or {})


def _quoted(shelf: Shelf, case: Case) -> Quote:
    usage = reading.prior_usage(case.get("prior") or {}, date.fromisoformat(case["meal"]["date"]))
    person = case.get("person") or {}
    return _price(shelf, _policy(shelf, case), person, case["meal"], usage=usage, key=case["id"])


def _price(shelf: Shelf, policy: Policy, person: Case, meal: Case, *, usage: Usage, key: str) -> Quote:
    served = reading.meal(meal, key=key)
    facts = reading.facts_on(person, served.service_date, shelf.register, ref=key)
    version = policy.on(served.service_date)
    if version is None:
        return unsubsidised(served, "not_in_force")
    return quote(version, facts, served, usage=usage, calendar=shelf.calendar, register=shelf.register)


def _told(case_id: str, answer: Quote, policy: Policy, expect: Case) -> Result:
    split = dict.fromkeys(policy.payers, 0) | dict(answer.split)
    row = {
        "id": case_id,
        "subsidy": yuan(answer.subsidy_fen),
        "senior_pays": yuan(answer.own_fen),
        "operator_discount": yuan(answer.discount_fen),
        "delivery_subsidy": yuan(answer.delivery_subsidy_fen),
        "operator_subsidy": yuan(answer.operator_fen),
        "split": {code: yuan(part) for code, part in split.items()},
        "explain": accountant(answer, policy.payers),
    }
    if "provisional" in expect:
        row["provisional"] = "yes" if answer.provisional else "no"
    return Result(row, differences(row, expect))


def _site(policy: Policy, case: Case) -> Result:
    data, expect = case["site"], case.get("expect") or {}
    due = money_to_site(policy, reading.site(data), **reading.period(data))
    split = dict.fromkeys(policy.payers, 0) | dict(() if due is None else due.split)
    row = {
        "id": case["id"],
        **dict.fromkeys(("subsidy", "senior_pays", "operator_discount", "delivery_subsidy"), yuan(0)),
        "operator_subsidy": yuan(0 if due is None else due.fen),
        "split": {code: yuan(part) for code, part in split.items()},
        "explain": traced(() if due is None else due.trace),
    }
    if "paid_in" in expect:
        years = set() if due is None else {line.paid_in_year for line in due.lines}
        row["paid_in"] = "/".join(str(year) for year in sorted(years))
    return Result(row, differences(row, expect))


def _sequence(shelf: Shelf, case: Case) -> Iterator[Result]:
    policy, usage, pots = _policy(shelf, case), Usage(), _Pots(case)
    above: Quote | None = None
    for number, row in enumerate(case["rows"], start=1):
        row_id = f"{case['id']}#{number}"
        meal, expect = _row(case, row)
        if number == 1:
            usage = reading.prior_usage(case.get("prior") or {}, date.fromisoformat(meal["date"]))
        if meal["price"] == "REFUND":
            yield _refunded(row_id, above, expect)
            usage = _given_back(policy, above, usage)
            pots.refill(above)
            above = None
            continue
        above = _price(shelf, policy, case.get("person") or {}, pots.beside(meal), usage=usage, key=row_id)
        usage = usage.plus(*above.used)
        pots.draw(above)
        yield _told(row_id, above, policy, expect)


class _Pots:
    """Carry the balances of pots from row to row, so that a charity's money may run dry within a sequence."""

    def __init__(self, case: Case) -> None:
        stated = case.get("pots") or (case.get("meal") or {}).get("pots") or {}
        self._left = {name: fen(balance) for name, balance in stated.items()}

    def beside(self, meal: Case) -> Case:
        """Put the balances beside a meal; a row that states its own goes on from those."""
        self._left |= {name: fen(balance) for name, balance in (meal.get("pots") or {}).items()}
        return {**meal, "pots": {name: yuan(left) for name, left in self._left.items()}}

    def draw(self, quote: Quote, sign: int = -1) -> None:
        """Take what a meal was given out of the pots."""
        for split in (quote.split, quote.delivery_split, quote.operator_split):
            for code, part in split:
                if code in self._left:
                    self._left[code] += sign * part

    def refill(self, quote: Quote | None) -> None:
        """Put back what a refunded meal was given."""
        if quote is not None:
            self.draw(quote, sign=1)


def _row(case: Case, row: Any) -> tuple[Case, Case]:
    """Read a row, either a list or named values; the sequence may state what all its meals share."""
    shared = {name: value for name, value in (case.get("meal") or {}).items() if name != "pots"}
    if isinstance(row, dict):
        return {**shared, **row}, row.get("expect") or {}
    meal = {**shared, "date": row[0], "meal": row[1], "price": row[2]}
    return meal, dict(zip(("subsidy", "senior_pays"), row[3:5], strict=False))


def _refunded(row_id: str, above: Quote | None, expect: Case) -> Result:
    if above is None:
        raise ValueError(f"{row_id} has no row above to refund")
    split = {code: yuan(-part) for code, part in above.split}
    row = {
        "id": row_id,
        "subsidy": yuan(-above.subsidy_fen),
        "senior_pays": yuan(-above.own_fen),
        "operator_discount": yuan(-above.discount_fen),
        "delivery_subsidy": yuan(-above.delivery_subsidy_fen),
        "operator_subsidy": yuan(-above.operator_fen),
        "split": split,
        "explain": ["REFUND"],
    }
    return Result(row, differences(row, expect))


def _given_back(policy: Policy, above: Quote | None, usage: Usage) -> Usage:
    """Take the chances of a refunded meal out where the policy says so."""
    version = None if above is None else policy.on(above.service_date)
    if above is None or version is None or version.answers.refunded_meal != "gives_chance_back":
        return usage
    return Usage(tuple(chance for chance in usage.chances if chance not in above.used))


def _late(shelf: Shelf, case: Case) -> Iterator[Result]:
    policy, usage = _policy(shelf, case), Usage()
    booked_fen = adjustment = clawback = flagged = 0
    for number, (meal, subsidy) in enumerate(_booked(case), start=1):
        person = _known_late(policy, case, meal["date"])
        again = _price(shelf, policy, person, meal, usage=usage, key=f"{case['id']}#{number}")
        usage = usage.plus(*again.used)
        version = policy.on(again.service_date)
        booked_fen += subsidy
        if version is None:
            continue
        found = compare(Booked(again.service_date, again.meal, subsidy), again, version.answers)
        adjustment += found.difference_fen
        clawback -= min(0, found.difference_fen)
        flagged += found.flagged
    asked = {
        "subsidy": yuan(booked_fen + adjustment),
        "adjustment": yuan(adjustment),
        "clawback": yuan(clawback),
        "flagged_meals": flagged,
    }
    expect = case.get("expect") or {}
    row = {"id": case["id"], **{name: value for name, value in asked.items() if name in expect}}
    yield Result(row, differences(row, expect))


def _known_late(policy: Policy, case: Case, on: str) -> Case:
    """Describe the person as known now for one day; a place not stated is the policy's, as when booked."""
    person = dict(case["person"])
    home = policy.chosen_by[0][1]
    for of in ("hukou", "lives"):
        if not person.get(of):
            person[of] = {level: name for level in LEVELS if (name := getattr(home, level))}
    person |= {name: case[name] for name in reading.LATE_FACTS if name in case}
    late = case.get("late") or {}
    if "code" in late:
        others = [one for one in person.get("categories") or () if _code_of(one) != late["code"]]
        person["categories"] = [*others, late]
    since = late.get("valid_from", "")
    known = {name: value for name, value in late.items() if name in reading.LATE_FACTS}
    return person | known if on >= since or "birth" in known else person


def _booked(case: Case) -> Iterator[tuple[Case, int]]:
    booked = case["booked"]
    if isinstance(booked, dict):
        yield case["meal"], fen(booked["subsidy"])
        return
    for row in booked:
        yield {"date": row[0], "meal": row[1], "price": row[2]}, fen(row[3])


def differences(row: Mapping[str, Any], expect: Case) -> tuple[str, ...]:
    """Compare what is asserted, amounts as numbers; a payer that is not named counts as zero."""
    found = []
    for name, wanted in expect.items():
        if name == "split":
            for payer, part in wanted.items():
                got = row["split"].get(payer, "0.00")
                if fen(got) != fen(part):
                    found.append(f"split.{payer}: {got} instead of {part}")
        elif not _same(row.get(name), wanted):
            found.append(f"{name}: {row.get(name)} instead of {wanted}")
    return tuple(found)


def _same(got: Any, wanted: str) -> bool:
    if isinstance(got, int):
        return got == int(wanted)
    if got == wanted:
        return True
    return got is not None and fen(got) == fen(wanted)


def _code_of(category: Any) -> str:
    code: str = category if isinstance(category, str) else category["code"]
    return code
