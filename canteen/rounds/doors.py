"""Note what a courier did on the way and at a door: once for each message, whenever it arrives.

The telephone makes the reference of a message and says when it happened, so that what was noted without a signal comes
in late, twice or out of order and is still one fact at its own time. The meal itself is redeemed by the edge, through
the same verb as at the counter, with the reference as scan id; here is only the proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen import orders
from canteen.foundation.db import vault_of
from canteen.foundation.errors import Conflict, Invalid, Refused
from canteen.orders.tables import Order
from canteen.rounds.tables import EVENTS, Courier, DoorEvent, DoorPlace, DoorProblem, Round
from canteen.seniors.tables import Person

FINAL = ("handed", "left_with_helper")
HELPERS = ("neighbour", "family", "carer", "porter", "community")
_AHEAD = timedelta(minutes=5)
_LATEST = timedelta(days=31)
_LONGEST = 40


@dataclass(frozen=True, kw_only=True)
class Happening:
    """Say what happened at a door (an order) or on a trip, as the telephone sent it."""

    event_id: str
    event: str
    happened_at: datetime
    order_ref: str = ""
    trip: int | None = None
    proof: str = ""
    helper_kind: str = ""
    helper: str = ""
    boxes: int = 0


def noted(session: Session, *, event_id: str) -> DoorEvent | None:
    """Return what was noted under a reference, None where it is new."""
    return session.get(DoorEvent, event_id)


def check(happening: Happening, *, at: datetime) -> None:
    """Refuse what cannot be.

    ``rounds.bad_event``, ``rounds.proof_missing``, ``rounds.helper_missing``, ``rounds.not_yet``, ``rounds.too_late``.
    """
    if happening.event not in EVENTS or not 8 <= len(happening.event_id) <= _LONGEST:
        raise Invalid("rounds.bad_event")
    if happening.proof not in ("", "code", "name") or not 0 <= happening.boxes <= 50:
        raise Invalid("rounds.bad_event")
    if happening.event == "handed" and not happening.proof:
        raise Invalid("rounds.proof_missing")
    is_named = happening.helper_kind in HELPERS and 1 <= len(happening.helper.strip()) <= _LONGEST
    if happening.event == "left_with_helper" and not is_named:
        raise Invalid("rounds.helper_missing")
    if happening.happened_at > at + _AHEAD:
        raise Invalid("rounds.not_yet")
    if happening.happened_at < at - _LATEST:
        raise Refused("rounds.too_late")


def note(
    session: Session,
    held: Round,
    happening: Happening,
    *,
    courier: Courier | None,
    actor: str,
    at: datetime,
) -> DoorEvent:
    """Note it and return the row; the same reference again returns the first row.

    ``rounds.handed_already`` where another message said that the meal was handed over.
    """
    known = noted(session, event_id=happening.event_id)
    if known is not None:
        return known
    check(happening, at=at)
    row = DoorEvent(
        event_id=happening.event_id,
        canteen_id=held.canteen_id,
        round_id=held.id,
        order_id=_order_id(session, held, happening),
        courier_id=courier.id if courier else None,
        event=happening.event,
        trip=happening.trip,
        proof=happening.proof,
        helper_kind=happening.helper_kind if happening.helper else "",
        helper_sealed=vault_of(session).seal(happening.helper.strip()) if happening.helper.strip() else None,
        boxes=happening.boxes,
        happened_at=happening.happened_at,
        received_at=at,
        actor=actor,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise Conflict("rounds.handed_already") from None
    return row


def _order_id(session: Session, held: Round, happening: Happening) -> int | None:
    if not happening.order_ref:
        if happening.event in ("departed", "box_back"):
            return None
        raise Invalid("rounds.bad_event")
    order = orders.find(session, ref=happening.order_ref)
    if (order.canteen_id, order.service_date, order.meal) != (held.canteen_id, held.service_date, held.meal):
        raise Invalid("rounds.bad_event")
    return order.id


def is_handed(session: Session, *, order_ref: str) -> bool:
    """Tell whether a courier told that the meal of an order was handed over, to whomever; knows no scope."""
    wanted = select(DoorEvent.event_id).join(Order, Order.id == DoorEvent.order_id).where(Order.ref == order_ref)
    return session.scalars(wanted.where(DoorEvent.event.in_(FINAL))).first() is not None


def is_name_of(session: Session, *, order_ref: str, name: str) -> bool:
    """Tell whether somebody at the door gave the name of the person who ordered; knows no scope."""
    wanted = select(Person.name).join(Order, Order.person_id == Person.id).where(Order.ref == order_ref)
    return session.scalars(wanted).one() == name.replace(" ", "").strip()


def events_of(session: Session, *, round_id: int) -> list[tuple[DoorEvent, str | None]]:
    """List what happened on a round with the order it is about, in the order in which it happened."""
    wanted = select(DoorEvent, Order.ref).outerjoin(Order, Order.id == DoorEvent.order_id)
    wanted = wanted.where(DoorEvent.round_id == round_id)
    rows = session.execute(wanted.order_by(DoorEvent.happened_at, DoorEvent.received_at))
    return [(row[0], row[1]) for row in rows]


def report_problem(
    session: Session, held: Round, *, event_id: str, order_ref: str, note: str, actor: str, at: datetime
) -> None:
    """Tell the office of a problem at the building of an order; the same reference again changes nothing."""
    if session.get(DoorProblem, event_id) is not None:
        return
    if not 8 <= len(event_id) <= _LONGEST or not 1 <= len(note.strip()) <= 200:
        raise Invalid("rounds.bad_event")
    wanted = (
        select(DoorPlace.building_id)
        .join(Order, Order.person_id == DoorPlace.person_id)
        .where(Order.ref == order_ref, DoorPlace.canteen_id == held.canteen_id)
    )
    building_id = session.scalars(wanted).one_or_none()
    if building_id is None:
        raise Refused("rounds.no_building")
    session.add(
        DoorProblem(
            event_id=event_id, canteen_id=held.canteen_id, building_id=building_id,
            note_sealed=vault_of(session).seal(note.strip()), reported_at=at, reported_by=actor,
        )
    )  # fmt: skip
    session.flush()


def problems(session: Session, *, canteen_id: int) -> list[tuple[DoorProblem, str]]:
    """List the problems at doors that nobody has seen to, the oldest first, with what was written."""
    wanted = select(DoorProblem).where(DoorProblem.canteen_id == canteen_id, DoorProblem.solved_at.is_(None))
    vault = vault_of(session)
    rows = session.scalars(wanted.order_by(DoorProblem.reported_at))
    return [(row, vault.open(row.note_sealed)) for row in rows]


def solve_problem(session: Session, *, event_id: str, canteen_id: int, actor: str, at: datetime) -> None:
    """Say that a problem was seen to; couriers see it no more."""
    row = session.scalars(
        select(DoorProblem).where(DoorProblem.event_id == event_id, DoorProblem.canteen_id == canteen_id)
    ).one_or_none()
    if row is not None and row.solved_at is None:
        row.solved_at, row.solved_by = at, actor


def boxes_back(session: Session, *, canteen_id: int, since: datetime) -> int:
    """Count the boxes that couriers brought back since an instant."""
    wanted = select(func.coalesce(func.sum(DoorEvent.boxes), 0)).where(
        DoorEvent.canteen_id == canteen_id, DoorEvent.happened_at >= since
    )
    return int(session.scalar(wanted) or 0)
