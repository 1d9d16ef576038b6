"""Hold what a price depends on: who, which meal, which earlier meals.

Everything here is frozen and pure. Money is whole fen, days are dates, validity is half-open; people
and files say the last valid day, and the doors add one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from canteen.subsidy.places import NOWHERE, Place

__all__ = ["NO_SITE", "Category", "Facts", "Meal", "Place", "Site", "Usage", "UsedChance"]

MealPeriod = Literal["breakfast", "lunch", "dinner", "snack", ""]
Mode = Literal["dine_in", "pickup", "delivery"]
Housing = Literal["home", "institution"]


@dataclass(frozen=True, slots=True)
class Category:
    """State that a person belongs to a category from one day to before another."""

    code: str
    valid_from: date | None = None
    valid_until: date | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Hold what is known of one person on one service day.

    Not ``confirmed`` means that the identity number is still missing: served, but unsubsidised.
    ``schemes`` names other schemes that already pay for the person's meals; ``exited_on`` is the day from which the
    person is in the register no more.
    """

    person_ref: str
    birth: date | None = None
    hukou: Place | None = None
    lives: Place | None = None
    housing: Housing = "home"
    categories: tuple[Category, ...] = ()
    deceased_on: date | None = None
    confirmed: bool = True
    permit: Place | None = None
    schemes: tuple[str, ...] = ()
    exited_on: date | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """Describe the canteen as a receiver of grants and as a place with a standing.

    ``rating_percent`` is the multiplier of its assessment (100 to 125); ``headcount`` counts the people
    of the period in question; ``cost_fen`` is what it spent on building or equipment; ``awards_before`` counts, by
    grant, what other sites were awarded before it in the same year.
    """

    place: Place | None = None
    area: str | None = None
    kind: str = "canteen"
    opened_on: date | None = None
    closed_on: date | None = None
    live_on: date | None = None
    grade: str | None = None
    rating_percent: int | None = None
    headcount: int | None = None
    cost_fen: int | None = None
    awards_before: tuple[tuple[str, int], ...] = ()


NO_SITE = Site()


@dataclass(frozen=True, slots=True)
class Meal:
    """Describe one meal as it is offered to one person.

    ``key`` feeds the rounding of the split: person reference, service date and meal. ``diet`` names a
    diet set, ``standard_set_fen`` overrides the standard set meal of the policy, ``pots`` are the
    balances of funds that may run dry, ``contribution_fen`` is a voluntary gift on top, which never
    changes the subsidy.
    """

    service_date: date
    meal: MealPeriod
    mode: Mode
    price_fen: int
    delivery_fee_fen: int = 0
    standard_set_fen: int | None = None
    canteen: Place | None = None
    key: str = ""
    diet: str | None = None
    ordered_on: date | None = None
    ordered_in_time: bool | None = None
    site: Site = NO_SITE
    pots: tuple[tuple[str, int], ...] = ()
    contribution_fen: int = 0

    @property
    def kind(self) -> str:
        """Tell a snack from a meal, for counters that mix both."""
        return "snack" if self.meal == "snack" else "meal"

    @property
    def place(self) -> Place:
        """Say where the meal is eaten, as far as it is known."""
        return self.canteen or NOWHERE


@dataclass(frozen=True, slots=True)
class UsedChance:
    """Record one earlier meal of the person that money was given for.

    ``counter`` is the layer that gave it, such as ``subsidy/meal``; an empty ``meal`` means that the
    period of the day is not known.
    """

    service_date: date
    meal: MealPeriod
    policy: str
    counter: str
    kind: str = "meal"
    subsidy_fen: int = 0


@dataclass(frozen=True, slots=True)
class Usage:
    """Hold the earlier chances of one person that may matter for a meal."""

    chances: tuple[UsedChance, ...] = field(default=())

    def plus(self, *more: UsedChance) -> Usage:
        """Add chances just used."""
        return Usage(self.chances + more)
