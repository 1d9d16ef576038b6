"""Weigh who must not be left out, and remember who brought whom the meals before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.orders.tables import Order
from canteen.rounds.tables import Courier, DoorPlace, LeftOut, PlannedStop, Publication, Round, RoundPlan
from canteen.seniors.tables import Fact, Person

_FORTNIGHT = 14
_OLD = 90
_ALONE = ("living_alone", "visited_living_alone")
_WEAK = ("ability_severe", "ability_complete", "disability_1", "disability_2", "care_severe", "visited_disabled")


def of(session: Session, *, person_ids: Sequence[int], on: date) -> dict[int, int]:
    """Return how much a meal of each person weighs when not all can be brought.

    One for everybody; living alone, gravely disabled, ninety and older count two more each; each time somebody was left
    out within a fortnight counts one more, so that it does not hit the same person twice.
    """
    weights = dict.fromkeys(person_ids, 1)
    for person_id, birth in _births(session, person_ids):
        if birth is not None and (on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))) >= _OLD:
            weights[person_id] += 2
    for person_id, categories in _categories(session, person_ids, on).items():
        weights[person_id] += 2 * bool(categories & set(_ALONE)) + 2 * bool(categories & set(_WEAK))
    for person_id, times in _left_out(session, person_ids, on):
        weights[person_id] += times
    return weights


def usual_couriers(session: Session, *, canteen_id: int, before: date) -> dict[int, str]:
    """Tell by person who brought the last meal within a fortnight, or who is to bring them always."""
    since = before - timedelta(days=_FORTNIGHT)
    brought = (
        select(Order.person_id, Courier.ref)
        .select_from(PlannedStop)
        .join(RoundPlan, RoundPlan.id == PlannedStop.plan_id)
        .join(Round, (Round.id == RoundPlan.round_id) & (Round.published_version == RoundPlan.version))
        .join(Order, Order.id == PlannedStop.order_id)
        .join(Courier, Courier.id == PlannedStop.courier_id)
        .where(Round.canteen_id == canteen_id, Round.service_date >= since, Round.service_date < before)
        .order_by(Round.service_date, PlannedStop.id)
    )
    chosen = (
        select(DoorPlace.person_id, Courier.ref)
        .join(Courier, Courier.id == DoorPlace.usual_courier_id)
        .where(DoorPlace.canteen_id == canteen_id)
    )
    last = {row[0]: row[1] for row in session.execute(brought)}
    return last | {row[0]: row[1] for row in session.execute(chosen)}


def _births(session: Session, person_ids: Sequence[int]) -> list[tuple[int, date | None]]:
    rows = session.execute(select(Person.id, Person.birth_on).where(Person.id.in_(person_ids)))
    return [(row[0], row[1]) for row in rows]


def _categories(session: Session, person_ids: Sequence[int], on: date) -> dict[int, set[str]]:
    superseded = select(Fact.supersedes_id).where(Fact.supersedes_id.is_not(None))
    rows = session.execute(
        select(Fact.person_id, Fact.value).where(
            Fact.person_id.in_(person_ids),
            Fact.kind == "category",
            Fact.withdrawn.is_(False),
            Fact.id.not_in(superseded),
            Fact.valid_from <= on,
            (Fact.valid_until.is_(None)) | (Fact.valid_until > on),
        )
    )
    found: dict[int, set[str]] = {}
    for person_id, value in rows:
        found.setdefault(person_id, set()).add(value)
    return found


def _left_out(session: Session, person_ids: Sequence[int], on: date) -> list[tuple[int, int]]:
    wanted = (
        select(Order.person_id, func.count(func.distinct(Order.id)))
        .select_from(LeftOut)
        .join(RoundPlan, RoundPlan.id == LeftOut.plan_id)
        .join(Publication, (Publication.round_id == RoundPlan.round_id) & (Publication.version == RoundPlan.version))
        .join(Order, Order.id == LeftOut.order_id)
        .where(
            Order.person_id.in_(person_ids),
            Order.service_date >= on - timedelta(days=_FORTNIGHT),
            Order.service_date < on,
        )
        .group_by(Order.person_id)
    )
    return [(row[0], row[1]) for row in session.execute(wanted)]
