"""Compare a booked meal with what the rules say about a fact known late.

Nothing is corrected here: the answer is a proposal for a person to decide on, following what the policy
says about reaching back. The senior is never the default bearer of what was given in good faith.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from canteen.subsidy.answers import Answers
from canteen.subsidy.quotes import Quote


@dataclass(frozen=True, slots=True)
class Booked:
    """Hold the money of a meal as it stands in the books."""

    service_date: date
    meal: str
    subsidy_fen: int


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Propose what a late fact changes: money more (positive) or less (negative).

    And who bears it.
    ``flagged`` asks a person to look, even where the policy lets the booked meal stand.
    """

    service_date: date
    meal: str
    kind: Literal["none", "top_up", "clawback"]
    difference_fen: int
    flagged: bool
    borne_by: str


def compare(booked: Booked, again: Quote, answers: Answers) -> Adjustment:
    """Weigh a booked meal against its quote under the facts known now."""
    difference = again.subsidy_fen - booked.subsidy_fen
    if difference > 0 and answers.category_granted_late == "topped_up":
        return Adjustment(booked.service_date, booked.meal, "top_up", difference, True, "payers")
    if difference < 0:
        recovered = answers.subsidy_found_undue == "recovered"
        return Adjustment(
            booked.service_date, booked.meal, "clawback" if recovered else "none",
            difference if recovered else 0, True, answers.undue_in_good_faith_borne_by,
        )  # fmt: skip
    return Adjustment(booked.service_date, booked.meal, "none", 0, False, "")
