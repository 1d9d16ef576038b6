"""Keep the hours of volunteers and neighbours: earned by meals that were handed over, spent or given, never money.

Every entry stands as it is written; a balance is their sum and never falls below nothing. What was earned on a round is
entered once, an hour after the meal: from the way out to the last door of each trip on which a meal was handed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from canteen import orders, places
from canteen.foundation.clock import local
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import Invalid, Refused
from canteen.orders.tables import Order
from canteen.rounds.due import Due
from canteen.rounds.planning import Tell, by_itself
from canteen.rounds.record import record
from canteen.rounds.tables import Courier, DoorEvent, PlannedStop, Round, RoundPlan, TimeEntry

_MOST = 240  # Minutes that one trip can earn; a telephone that was put away is no longer work.
_OVER = timedelta(minutes=60)
_VISIT = 30  # Minutes that a visit counts for, with the way there.


@dataclass(frozen=True, slots=True)
class Earned:
    """Say what somebody earned in a span: minutes, on so many trips and visits, with so many meals; and has in all."""

    courier: Courier
    minutes: int
    trips: int
    visits: int
    meals: int
    balance: int


def credit(database: Database, *, on: date, at: datetime, tell: Tell) -> int:
    """Enter what volunteers earned on the rounds of a day that are over, and return how many entries are new."""
    with database.reading(EVERYWHERE) as session:
        over = [
            (held.id, Due(held.canteen_id, held.service_date, held.meal))
            for held in session.scalars(select(Round).where(Round.service_date == on).order_by(Round.id))
            if _is_over(session, held, at)
        ]
    return sum(
        by_itself(database, due, partial(_credited, database, round_id, at), at=at, tell=tell) for round_id, due in over
    )


def _credited(database: Database, round_id: int, at: datetime) -> int:
    with database.transaction(EVERYWHERE) as session:
        return _credit_round(session, session.get_one(Round, round_id), at)


def credit_visit(session: Session, *, staff_id: int, event_id: str, actor: str, at: datetime) -> bool:
    """Enter half an hour for a proved visit of a volunteer or neighbour, once; tells whether it is new."""
    wanted = select(Courier).where(Courier.staff_id == staff_id, Courier.kind != "paid", Courier.ended_on.is_(None))
    volunteer = session.scalars(wanted.order_by(Courier.id)).first()
    key = f"visit:{event_id}"
    if volunteer is None or session.scalars(select(TimeEntry.id).where(TimeEntry.key == key)).first() is not None:
        return False
    session.add(_entry(volunteer, _VISIT, "earned", key, "visit", actor, at))
    session.flush()
    return True


def earned_between(session: Session, *, canteen_id: int, first: date, until: date) -> list[Earned]:
    """List what volunteers and neighbours earned in a span, by team, whoever earned most first."""
    is_visit = case((TimeEntry.key.like("visit:%"), 1), else_=0)
    counted = (
        select(TimeEntry.courier_id, func.sum(TimeEntry.minutes), func.count(TimeEntry.id), func.sum(is_visit))
        .where(TimeEntry.kind == "earned", TimeEntry.at >= local(first, 0), TimeEntry.at < local(until, 0))
        .group_by(TimeEntry.courier_id)
    )
    sums = {row[0]: (int(row[1]), row[2] - row[3], row[3]) for row in session.execute(counted)}
    meals: dict[int | None, int] = {row[0]: row[1] for row in session.execute(_handed(first, until))}
    people = session.scalars(select(Courier).where(Courier.canteen_id == canteen_id, Courier.kind != "paid"))
    rows = [
        Earned(one, *sums.get(one.id, (0, 0, 0)), meals.get(one.id, 0), balance(session, courier_id=one.id))
        for one in people
        if one.ended_on is None or one.id in sums
    ]
    return sorted(rows, key=lambda row: (row.courier.team, -row.minutes, row.courier.id))


def _handed(first: date, until: date) -> Select[int | None, int]:
    return (
        select(DoorEvent.courier_id, func.count(DoorEvent.event_id))
        .where(
            DoorEvent.event.in_(("handed", "left_with_helper")),
            DoorEvent.happened_at >= local(first, 0),
            DoorEvent.happened_at < local(until, 0),
        )
        .group_by(DoorEvent.courier_id)
    )


def balance(session: Session, *, courier_id: int) -> int:
    """Return the minutes that a volunteer has."""
    wanted = select(func.coalesce(func.sum(TimeEntry.minutes), 0)).where(TimeEntry.courier_id == courier_id)
    return int(session.scalar(wanted) or 0)


def spend(
    session: Session, *, courier: Courier, minutes: int, reason: str, key: str, actor: str, at: datetime,
    to: Courier | None = None,
) -> None:  # fmt: skip
    """Take minutes off an account, for help that was received or as a gift to another.

    The same key again changes nothing. ``rounds.time_missing`` beyond the balance, ``rounds.reason_missing``.
    """
    if not reason.strip() or minutes <= 0 or (to is not None and to.id == courier.id):
        raise Invalid("rounds.reason_missing")
    for one in sorted(filter(None, (courier, to)), key=lambda one: one.id):
        session.refresh(one, with_for_update=True)
    if session.scalars(select(TimeEntry.id).where(TimeEntry.key == key)).first() is not None:
        return
    if balance(session, courier_id=courier.id) < minutes:
        raise Refused("rounds.time_missing", name=courier.name)
    kind = "spent" if to is None else "given"
    entries = [(courier, -minutes, kind, key)] + ([(to, minutes, "received", f"{key}:to")] if to is not None else [])
    for one, signed, what, own_key in entries:
        session.add(_entry(one, signed, what, own_key, reason.strip(), actor, at))
    record(session, courier.canteen_id, "courier.time", subject=courier.ref, actor=actor, at=at, count=minutes)


def _is_over(session: Session, held: Round, at: datetime) -> bool:
    service = places.open_service(session, canteen_id=held.canteen_id, day=held.service_date, meal=held.meal)
    return service is None or at >= orders.serves_until(orders.hours(service), held.service_date) + _OVER


def _credit_round(session: Session, held: Round, at: datetime) -> int:
    new = 0
    for courier, trip, minutes in _earned(session, held):
        key = f"round:{held.id}:{courier.id}:{trip}"
        if session.scalars(select(TimeEntry.id).where(TimeEntry.key == key)).first() is None:
            session.add(_entry(courier, minutes, "earned", key, held.ref, "job:follow", at))
            new += 1
    session.flush()
    return new


def _earned(session: Session, held: Round) -> list[tuple[Courier, int, int]]:
    """Return who earned how many minutes on which trip of the plan that is in force."""
    done = (
        select(Courier, PlannedStop.trip, func.min(PlannedStop.departs_at), func.max(DoorEvent.happened_at))
        .join(PlannedStop, PlannedStop.courier_id == Courier.id)
        .join(RoundPlan, RoundPlan.id == PlannedStop.plan_id)
        .join(Order, Order.id == PlannedStop.order_id)
        .join(DoorEvent, (DoorEvent.order_id == Order.id) & (DoorEvent.round_id == held.id))
        .where(
            RoundPlan.round_id == held.id,
            RoundPlan.version == held.published_version,
            Courier.kind != "paid",
            DoorEvent.event.in_(("handed", "left_with_helper")),
        )
        .group_by(Courier.id, PlannedStop.trip)
    )
    out = select(DoorEvent.courier_id, DoorEvent.trip, func.min(DoorEvent.happened_at)).where(
        DoorEvent.round_id == held.id, DoorEvent.event == "departed"
    )
    gone = {(row[0], row[1]): row[2] for row in session.execute(out.group_by(DoorEvent.courier_id, DoorEvent.trip))}
    found = []
    for courier, trip, planned, last in session.execute(done):
        took = last - gone.get((courier.id, trip), planned)
        found.append((courier, trip, max(1, min(_MOST, round(took / timedelta(minutes=1))))))
    return found


def _entry(courier: Courier, minutes: int, kind: str, key: str, reason: str, actor: str, at: datetime) -> TimeEntry:
    return TimeEntry(
        canteen_id=courier.canteen_id, courier_id=courier.id, key=key, minutes=minutes, kind=kind, reason=reason, at=at,
        actor=actor,
    )  # fmt: skip
