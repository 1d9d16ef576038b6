"""Make one record of two that are one person.

What was used, what is ordered, cards and links follow the record that goes on.

Nothing that was booked is touched. Where both records had a subsidised meal of one meal period, or together passed a
limit, that is found and listed for a person to decide; nobody is asked for money and nothing is corrected silently.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from canteen import audit, seniors, subsidy
from canteen.checkin.tables import Card, CodeLink, Redemption, TypedNumber
from canteen.orders import LIVE_STATES, OPEN_STATES
from canteen.orders.tables import Order
from canteen.places.tables import Canteen
from canteen.subsidy.tables import Claim


@dataclass(frozen=True, slots=True)
class ConflictMeal:
    """Hold one of the meals that clash."""

    ref: str
    canteen_id: int
    canteen_name: str
    service_date: date
    meal: str
    happened_at: datetime
    subsidy_fen: int


@dataclass(frozen=True, slots=True)
class MergeConflict:
    """Hold a window in which more chances were used than one person has: the meals, and what is too much.

    ``surplus`` are the meals after the last allowed one in the order of eating; their subsidy is what an adjustment
    would take back, from whomever a person decides.
    """

    counter: str
    window: str
    limit: int
    meals: tuple[ConflictMeal, ...]

    @property
    def surplus(self) -> tuple[ConflictMeal, ...]:
        """Return the meals beyond the limit."""
        return self.meals[self.limit :]

    @property
    def surplus_fen(self) -> int:
        """Return the subsidy of the meals beyond the limit."""
        return sum(meal.subsidy_fen for meal in self.surplus)


@dataclass(frozen=True, slots=True)
class Merged:
    """Tell what followed, and what is left for a person to decide."""

    person_id: int
    claims: int
    orders: int
    orders_left: tuple[str, ...]
    conflicts: tuple[MergeConflict, ...]


def merge_persons(session: Session, *, person_id: int, into_id: int, actor: str, at: datetime) -> Merged:
    """Let the second record go on for both; refuses what `seniors.merge` refuses.

    An open order that clashes with one of the other record stays where it is and is named: cancelling is for a person.
    """
    stands = seniors.merge(session, person_id=person_id, into_id=into_id, actor=actor, at=at)
    claims = subsidy.move_claims(session, from_id=person_id, to_id=into_id, at=at)
    moved = _move_orders(session, person_id, into_id)
    for table in (Card, CodeLink, TypedNumber):
        session.execute(update(table).where(table.person_id == person_id).values(person_id=into_id))
    session.flush()
    conflicts = merge_conflicts(session, person_id=into_id)
    left = tuple(session.scalars(_open_orders(person_id)))
    audit.record(
        session, chain=f"region:{stands.region_code[:6]}", at=at, actor=actor, action="person_joined",
        subject=stands.ref, claims=claims, orders=moved, orders_left=list(left),
        conflicts=[[one.counter, one.window, one.limit, [meal.ref for meal in one.meals]] for one in conflicts],
    )  # fmt: skip
    return Merged(into_id, claims, moved, left, conflicts)


def merge_conflicts(session: Session, *, person_id: int) -> tuple[MergeConflict, ...]:
    """List the windows in which a person used more chances than there are, the oldest first.

    The meals of every canteen count, whoever asks: they are the person's own.
    """
    held: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in subsidy.standing_claims(session, person_id=person_id):
        held[claim.counter, claim.window].append(claim)
    meals, limits = _meals(session, [claim.redemption_ref for many in held.values() for claim in many])
    found: list[MergeConflict] = []
    # The narrowest first: a wider limit that the same meals broke would only say it again.
    for (counter, window), claims in sorted(held.items(), key=lambda one: one[0][0] != subsidy.MEAL_COUNTER):
        limit = limits.get((counter, window), 1 if counter == subsidy.MEAL_COUNTER else len(claims))
        refs = {claim.redemption_ref for claim in claims}
        eaten = [meal for ref, meal in meals.items() if ref in refs]
        listed = {meal for one in found for meal in one.surplus}
        conflict = MergeConflict(counter, window, limit, tuple(eaten))
        if set(conflict.surplus) - listed:
            found.append(conflict)
    return tuple(sorted(found, key=lambda one: (one.meals[0].happened_at, one.counter)))


def orders_left_behind(session: Session, *, person_id: int) -> Sequence[str]:
    """List the open orders that still stand under records merged into a person."""
    return [
        ref
        for gone in seniors.records_of(session, person_id=person_id)[1:]
        for ref in session.scalars(_open_orders(gone))
    ]


def _open_orders(person_id: int) -> Any:
    return select(Order.ref).where(Order.person_id == person_id, Order.state.in_(OPEN_STATES)).order_by(Order.id)


def _move_orders(session: Session, from_id: int, to_id: int) -> int:
    """Move every order but those of a meal that the other record has a live order for."""
    theirs = aliased(Order)
    clash = (
        select(theirs.id)
        .where(
            theirs.person_id == to_id,
            theirs.service_date == Order.service_date,
            theirs.meal == Order.meal,
            theirs.state.in_(LIVE_STATES),
        )
        .exists()
    )
    statement = update(Order).where(Order.person_id == from_id, ~(clash & Order.state.in_(LIVE_STATES)))
    moved = session.connection().execute(statement.values(person_id=to_id)).rowcount
    session.expire_all()
    return moved


def _meals(session: Session, refs: Sequence[str]) -> tuple[dict[str, ConflictMeal], dict[tuple[str, str], int]]:
    """Return the meals by reference in the order of eating, and the limits that their own quotes name."""
    wanted = (
        select(Redemption.__table__, Canteen.name.label("canteen_name"))
        .join(Canteen, Canteen.id == Redemption.canteen_id)
        .where(Redemption.ref.in_(refs))
        .order_by(Redemption.happened_at, Redemption.id)
    )
    meals, limits = {}, {}
    for row in session.connection().execute(wanted):
        meals[row.ref] = ConflictMeal(
            row.ref, row.canteen_id, row.canteen_name, row.service_date, row.meal, row.happened_at,
            row.subsidy_fen + row.delivery_subsidy_fen,
        )  # fmt: skip
        for chance in subsidy.Quote.from_json(row.trace).chances:
            if chance.per != "meal":
                limits[f"{chance.counter}/{chance.per}", chance.window] = chance.limit
    return meals, limits
