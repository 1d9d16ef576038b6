"""Hold a subsidy policy as checked, frozen data.

What a notice says, version by version.
A policy is read from YAML by `canteen.subsidy.language`; nothing here looks anything up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from canteen.subsidy.amounts import Amount
from canteen.subsidy.answers import Answers, Rounding
from canteen.subsidy.conditions import ANYBODY, Condition
from canteen.subsidy.counters import ONCE_A_MEAL, Limit
from canteen.subsidy.funding import Payer
from canteen.subsidy.places import Place


@dataclass(frozen=True, slots=True)
class PersonClass:
    """Describe one class of people and what it gets.

    ``spend`` is asked after the class is chosen; ``payers`` of its own stand in for those of the layer; ``rule`` is
    its name in traces, such as ``subsidy/meal/aged_80``.
    """

    id: str
    name: str
    who: Condition
    gets: Amount
    spend: Condition | None = None
    limits: tuple[Limit, ...] | None = None
    paragraph: str = ""
    payers: tuple[Payer, ...] | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """Describe one giving of money.

    For which meals, to whom, how often, how much, whose money.
    ``counter`` is its stable name for counters, such as ``subsidy/meal``.
    """

    id: str
    name: str
    counter: str
    who: Condition
    gates: tuple[Condition, ...]
    classes: tuple[PersonClass, ...]
    of_several: str
    payers: tuple[Payer, ...]
    limits: tuple[Limit, ...] = (ONCE_A_MEAL,)
    spend: Condition | None = None
    paragraph: str = ""
    per: str = ""
    needs_subsidy: bool = False
    rounding: Rounding | None = None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Name somebody or something that never gets a subsidy.

    Money to the operator for every served meal is another matter, and is barred only where the policy says so.
    """

    id: str
    when: Condition
    paragraph: str = ""
    bars_operator_money: bool = False


@dataclass(frozen=True, slots=True)
class SiteGrant:
    """Describe money to a site for a period rather than for a meal.

    A step of ``by_headcount`` is (from, fen, whether for each head); ``rating`` the lowest and highest percent;
    ``version_part`` the rule for a period in which the policy begins or ends; ``awards_at_most`` how many sites a year.
    """

    id: str
    name: str
    per: str
    who: Condition
    flat_fen: int | None
    per_head_fen: int | None
    by_headcount: tuple[tuple[int, int, bool], ...]
    by_grade: tuple[tuple[str, int], ...]
    percent_of_cost: Fraction | None
    ceiling_fen: int | None
    rating: tuple[int, int] | None
    opening: str
    closing: str
    paid_in: str
    payers: tuple[Payer, ...]
    first_year: int | None
    last_year: int | None
    year_starts: tuple[int, int] = (1, 1)
    paragraph: str = ""
    times_grade: tuple[tuple[str, Fraction], ...] = ()
    version_part: str = "full"
    awards_at_most: int | None = None
    tiers_add_up: bool = False


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """Hold one version of a policy, in force on ``[valid_from, valid_until)``."""

    policy: str
    version: str
    valid_from: date
    valid_until: date | None
    assumed: bool
    document: str
    title: str
    source: str
    answers: Answers
    payers: Mapping[str, str]
    region: str
    standard_set_fen: int | None = None
    subsidies: tuple[Layer, ...] = ()
    of_several_subsidies: str = "stack"
    discount: Layer | None = None
    discount_first: bool = True
    delivery: tuple[Layer, ...] = ()
    operator_money: tuple[Layer, ...] = ()
    site_money: tuple[SiteGrant, ...] = ()
    excluded: tuple[Exclusion, ...] = ()
    own_payment_fen: int = 0
    own_payment_share: Fraction = Fraction(0)
    own_payment_who: Condition = ANYBODY
    together_at_most_fen: int | None = None
    checked_on: date | None = None
    notes: tuple[tuple[str, str], ...] = ()

    def pot_payers(self) -> tuple[str, ...]:
        """Name the payers whose part comes out of a pot that may run dry."""
        layers = (*self.subsidies, *self.delivery, *self.operator_money)
        payers = [payer for layer in layers for payer in layer.payers]
        payers += [payer for layer in layers for one in layer.classes for payer in one.payers or ()]
        return tuple(dict.fromkeys(payer.code for payer in payers if payer.pot))

    def in_force(self, on: date) -> bool:
        """Ask whether the version holds on a day."""
        return self.valid_from <= on and (self.valid_until is None or on < self.valid_until)


@dataclass(frozen=True, slots=True)
class Example:
    """Keep a worked example of the document: a case with what it must come to, and the line where it stands."""

    id: str
    line: int
    case: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Policy:
    """Hold a policy with its versions, the oldest first.

    ``chosen_by`` says what selects it; ``examples`` must come out before it may be published.
    """

    id: str
    name: str
    region: str
    chosen_by: tuple[tuple[str, Place], ...]
    payers: Mapping[str, str]
    versions: tuple[PolicyVersion, ...]
    floors: Mapping[str, int]
    examples: tuple[Example, ...] = ()

    @property
    def counts_years(self) -> bool:
        """Ask whether any counter looks back over a whole year."""
        return any(
            limit.per == "year"
            for version in self.versions
            for layer in (*version.subsidies, *version.delivery, *version.operator_money)
            for limits in (layer.limits, *(one.limits or () for one in layer.classes))
            for limit in limits
        )

    def on(self, day: date) -> PolicyVersion | None:
        """Find the version in force on a day."""
        for version in reversed(self.versions):
            if version.in_force(day):
                return version
        return None
