"""Weigh a booked meal, whole as it stands, against the same meal under what is known now; pure.

`late.compare` says what a policy lets reach back for the amount. Here the other questions are answered beside it: who
pays instead, whether the money to the operator follows, and which chances count as used afterwards. What gives more
is asked of the version that would give it; what gives less, of the version that gave.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from canteen.subsidy.answers import Answers
from canteen.subsidy.late import Booked, compare
from canteen.subsidy.quotes import Parts, Quote
from canteen.subsidy.values import UsedChance

Kind = Literal["none", "top_up", "clawback", "reassign", "operator", "look"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Hold a meal as it stands in the books: by which quote the meal is booked, by which the operator's money."""

    meal: Quote
    operator: Quote


@dataclass(frozen=True, slots=True)
class Weighed:
    """Say what the books should hold instead.

    ``difference_fen`` is what the person is better (positive) or worse off; ``borne_by`` who carries what was given in
    good faith. A ``look`` changes nothing and asks a person to see it.
    """

    kind: Kind
    moves_meal: bool
    moves_operator: bool
    difference_fen: int
    borne_by: str
    used: tuple[UsedChance, ...]


def weigh(booked: Standing, again: Quote, *, given_by: Answers | None, gives: Answers | None) -> Weighed:
    """Weigh a meal; ``given_by`` are the answers of the version that booked it, ``gives`` of the one that counts now.

    Without answers (a meal that no policy priced) nothing reaches back of itself: a person is asked to look.
    """
    difference = benefit_fen(again) - benefit_fen(booked.meal)
    answers = gives if difference > 0 else given_by
    kind, borne_by = _kind(booked.meal, again, difference, answers)
    moves_meal = kind in ("top_up", "clawback", "reassign")
    moves_operator = _operator_moves(booked.operator, again, moves_meal=moves_meal, given_by=given_by, gives=gives)
    if moves_operator and kind in ("none", "look"):
        kind = "operator"
    used = again.used if moves_meal else booked.meal.used
    if moves_meal and difference < 0 and given_by is not None and given_by.refunded_meal == "keeps_chance_used":
        used = booked.meal.used
    return Weighed(kind, moves_meal, moves_operator, difference if moves_meal else 0, borne_by, used)


def benefit_fen(quote: Quote) -> int:
    """Return what all others pay of a meal: the price and fee less the own share."""
    return quote.price_fen + quote.delivery_fee_fen - quote.own_fen


def paid_parts(policy: str, split: Parts) -> list[tuple[str, str, int]]:
    """Return who really pays, in an order that does not depend on how it was written."""
    return sorted((policy, payer, fen) for payer, fen in split if fen)


def _kind(booked: Quote, again: Quote, difference: int, answers: Answers | None) -> tuple[Kind, str]:
    if difference == 0:
        return ("none" if _money(booked) == _money(again) else "reassign"), ""
    if answers is None:
        return "look", ""
    given = again.subsidy_fen - difference
    found = compare(Booked(booked.service_date, booked.meal, given), again, answers)
    if found.kind == "none":
        return ("look" if found.flagged else "none"), found.borne_by
    return found.kind, found.borne_by


def _money(quote: Quote) -> list[object]:
    """Return what the books hold of a meal, without the operator's money."""
    parts = [*paid_parts(quote.policy, quote.split), *paid_parts(quote.policy, quote.delivery_split)]
    return [quote.discount_fen, quote.subsidy_fen, quote.delivery_subsidy_fen, quote.own_fen, parts]


def _operator_moves(
    booked: Quote, again: Quote, *, moves_meal: bool, given_by: Answers | None, gives: Answers | None
) -> bool:
    before = paid_parts(booked.policy, booked.operator_split)
    after = paid_parts(again.policy, again.operator_split)
    if before == after:
        return False
    if again.operator_fen < booked.operator_fen:
        return given_by is not None and given_by.operator_money_of_disallowed_meal == "follows"
    if again.operator_fen == booked.operator_fen:
        return moves_meal
    return moves_meal or (gives is not None and gives.category_granted_late == "topped_up")
