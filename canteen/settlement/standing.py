"""Know how meals stand in the books now: as they were served, or as the last accepted correction left them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, select

from canteen.foundation import canonical
from canteen.settlement.proposal_tables import AdjustmentDecision, AdjustmentProposal
from canteen.settlement.replay import PastMeal
from canteen.subsidy import Quote, Rulebook, Standing, paid_parts

_DECIDED = (
    select(
        AdjustmentProposal.redemption_ref,
        AdjustmentProposal.digest,
        AdjustmentProposal.moves_meal,
        AdjustmentProposal.moves_operator,
        AdjustmentProposal.keeps_chance,
        AdjustmentProposal.after,
        AdjustmentDecision.verdict,
    )
    .join(AdjustmentDecision, AdjustmentDecision.proposal_id == AdjustmentProposal.id)
    .where(
        AdjustmentProposal.person_id.in_(bindparam("ids", expanding=True)),
        AdjustmentDecision.verdict.in_(("accepted", "rejected")),
    )
    .order_by(AdjustmentDecision.decided_at, AdjustmentProposal.id)
)


@dataclass(frozen=True, slots=True)
class Decided:
    """Hold what was decided about meals: the quotes that stand instead, what was turned down, and what was seen.

    An accepted change is not among the seen: where the truth turns back and comes again, it is proposed again.
    """

    meals: Mapping[str, Quote]
    operators: Mapping[str, Quote]
    rejected: frozenset[tuple[str, str]]
    seen: frozenset[tuple[str, str]]
    keeping: frozenset[str]

    def standing(self, meal: PastMeal) -> Standing:
        """Return how a meal stands; a chance that stays used without money is that of the first quote."""
        first = Quote.from_json(meal.trace)
        by_meal = self.meals.get(meal.ref, first)
        if meal.ref in self.keeping:
            by_meal = replace(by_meal, used=first.used)
        return Standing(by_meal, self.operators.get(meal.ref, first))


def decided(connection: Connection, person_ids: Sequence[int]) -> Decided:
    """Read what was decided about the meals of people."""
    meals: dict[str, Quote] = {}
    operators: dict[str, Quote] = {}
    keeping: set[str] = set()
    pairs: dict[str, set[tuple[str, str]]] = {"accepted": set(), "rejected": set()}
    for row in connection.execute(_DECIDED, {"ids": list(person_ids)}):
        if row.verdict == "rejected" or not (row.moves_meal or row.moves_operator):
            pairs[row.verdict].add((row.redemption_ref, row.digest))
        if row.verdict == "accepted" and row.moves_meal:
            meals[row.redemption_ref] = Quote.from_json(row.after)
            (keeping.add if row.keeps_chance else keeping.discard)(row.redemption_ref)
        if row.verdict == "accepted" and row.moves_operator:
            operators[row.redemption_ref] = Quote.from_json(row.after)
    return Decided(meals, operators, frozenset(pairs["rejected"]), frozenset(pairs["accepted"]), frozenset(keeping))


def given_by(book: Rulebook, standing: Standing) -> dict[str, int]:
    """Add up by funder what a meal as it stands was given, for the person and for the operator."""
    meal, operator = standing.meal, standing.operator
    sums = book.drawn(meal.policy, meal.split, meal.delivery_split)
    for code, fen in book.drawn(operator.policy, operator.operator_split).items():
        sums[code] = sums.get(code, 0) + fen
    return sums


def digest_of(standing: Standing) -> str:
    """Return the digest of what the books hold of a meal, to notice that it changed before a decision."""
    return canonical.digest([_money(standing.meal), _operator(standing.operator)])


def money_of(quote: Quote) -> list[Any]:
    """Return what a quote says of money, without the words around it."""
    return [_money(quote), _operator(quote)]


def _money(quote: Quote) -> list[Any]:
    amounts = [quote.discount_fen, quote.subsidy_fen, quote.delivery_subsidy_fen, quote.own_fen]
    splits = [*paid_parts(quote.policy, quote.split), *paid_parts(quote.policy, quote.delivery_split)]
    return [amounts, [list(part) for part in splits]]


def _operator(quote: Quote) -> list[Any]:
    return [quote.operator_fen, [list(part) for part in paid_parts(quote.policy, quote.operator_split)]]
