"""List the questions that published texts leave open; every version answers each of them.

There is no silent default: a policy that leaves one out is refused. ``not_applicable`` may be said
where the version has nothing the question could touch.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

NOT_APPLICABLE = "not_applicable"

MEASURES = ("before_discount", "after_discount", "with_delivery_fee", "after_discount_with_delivery_fee")

QUESTIONS = MappingProxyType(
    {
        "birthday": ("on_the_day", "day_after", "month_of", "month_after"),
        "last_valid_day": ("counts", "does_not_count"),
        "threshold": MEASURES,
        "make_up_days": ("working_days", "days_off"),
        "refunded_meal": ("gives_chance_back", "keeps_chance_used"),
        "category_granted_late": ("stands", "topped_up"),
        "subsidy_found_undue": ("recovered", "stands"),
        "undue_in_good_faith_borne_by": ("operator", "payers", "government", "senior"),
        "two_canteens_one_chance": ("earliest_happened_at", "earliest_received_at"),
        "price_below_fixed_payment": ("person_pays_price",),
        "operator_money_of_disallowed_meal": ("stands", "follows"),
    }
)
ALWAYS = frozenset({"birthday", "last_valid_day"})
ROUNDING = MappingProxyType({"how": ("half_up", "down"), "of": ("subsidy", "payment"), "to": ("fen", "jiao", "yuan")})


@dataclass(frozen=True, slots=True)
class Rounding:
    """Say how a broken amount becomes whole: which way, of which side, to which coin."""

    how: str = "half_up"
    of: str = "subsidy"
    to: str = "fen"


@dataclass(frozen=True, slots=True)
class Answers:
    """Hold a version's answers, in the words of `QUESTIONS`."""

    rounding: Rounding
    birthday: str
    last_valid_day: str
    threshold: str
    make_up_days: str
    refunded_meal: str
    category_granted_late: str
    subsidy_found_undue: str
    undue_in_good_faith_borne_by: str
    two_canteens_one_chance: str
    price_below_fixed_payment: str
    operator_money_of_disallowed_meal: str
