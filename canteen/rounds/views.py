"""Read a round as people see it: a courier's sheet, the manager's map, the family's question."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import audit, places
from canteen.foundation.db import vault_of
from canteen.foundation.secrecy import Vault
from canteen.orders.tables import Order
from canteen.rounds.tables import (
    Building,
    Courier,
    DoorEvent,
    DoorPlace,
    DoorProblem,
    LeftOut,
    PlannedStop,
    Round,
    RoundPlan,
)
from canteen.seniors.tables import Person

_HALF = timedelta(minutes=2, seconds=30)


@dataclass(frozen=True, kw_only=True)
class StopView:
    """Show one stop: who comes when; nothing of it names a person in full."""

    order_ref: str
    person_id: int
    diner_masked: str
    dishes: str
    flags: tuple[str, ...]
    note: str
    own_fen: int
    state: str
    courier: str
    courier_ref: str
    trip: int
    position: int
    departs_at: datetime
    due_at: datetime
    building: Building | None
    floor: int | None


@dataclass(frozen=True, kw_only=True)
class Door:
    """Hold what a courier has to know at a door, opened for this one look."""

    address: str
    phone: str
    note: str
    problems: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Left:
    """Show an order that is left out, why, and what would help."""

    order_ref: str
    diner_masked: str
    reason: str
    remedy: dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Coming:
    """Say where a meal is: not planned, planned for an hour, on the way, or handed over to whom."""

    state: str
    at: datetime | None = None
    helper_kind: str = ""


def stops(session: Session, *, round_id: int, number: int) -> list[StopView]:
    """List the stops of a version, courier by courier, trip by trip."""
    wanted = (
        select(PlannedStop, Order, Courier, DoorPlace, Building)
        .join(RoundPlan, RoundPlan.id == PlannedStop.plan_id)
        .join(Order, Order.id == PlannedStop.order_id)
        .join(Courier, Courier.id == PlannedStop.courier_id)
        .outerjoin(
            DoorPlace, (DoorPlace.person_id == Order.person_id) & (DoorPlace.canteen_id == PlannedStop.canteen_id)
        )
        .outerjoin(Building, Building.id == DoorPlace.building_id)
        .where(RoundPlan.round_id == round_id, RoundPlan.version == number)
        .order_by(Courier.id, PlannedStop.trip, PlannedStop.position)
    )
    return [_stop(*row) for row in session.execute(wanted)]


def _stop(
    stop: PlannedStop, order: Order, courier: Courier, place: DoorPlace | None, building: Building | None
) -> StopView:
    return StopView(
        order_ref=order.ref,
        person_id=order.person_id,
        diner_masked=order.diner_masked,
        dishes=order.dishes,
        flags=tuple(order.flags),
        note=order.note,
        own_fen=order.own_fen,
        state=order.state,
        courier=courier.name,
        courier_ref=courier.ref,
        trip=stop.trip,
        position=stop.position,
        departs_at=stop.departs_at,
        due_at=stop.due_at,
        building=building,
        floor=place.floor if place is not None else None,
    )


def left_out(session: Session, *, round_id: int, number: int) -> list[Left]:
    """List what a version leaves out."""
    wanted = (
        select(Order.ref, Order.diner_masked, LeftOut.reason, LeftOut.remedy)
        .join(LeftOut, LeftOut.order_id == Order.id)
        .join(RoundPlan, RoundPlan.id == LeftOut.plan_id)
        .where(RoundPlan.round_id == round_id, RoundPlan.version == number)
        .order_by(LeftOut.id)
    )
    return [
        Left(order_ref=row[0], diner_masked=row[1], reason=row[2], remedy=row[3]) for row in session.execute(wanted)
    ]


def open_doors(
    session: Session, held: Round, *, order_refs: Collection[str], actor: str, at: datetime
) -> dict[str, Door]:
    """Open address, telephone and door note of some orders for whoever carries them, and keep who looked.

    It looks into the register, so it needs a session that may see the diners; the caller asks only for meals that are
    still to be carried.
    """
    if not order_refs:
        return {}
    canteen = places.canteen_by_id(session, canteen_id=held.canteen_id)
    audit.record(
        session, chain=f"canteen:{canteen.ref}", at=at, actor=actor, action="doors_opened",
        subject=held.service_date.isoformat(), meal=held.meal, count=len(order_refs),
    )  # fmt: skip
    vault = vault_of(session)
    told = _problems(session, held.canteen_id, vault)
    wanted = (
        select(Order.ref, Person.address_sealed, Person.phone_sealed, DoorPlace.note_sealed, DoorPlace.building_id)
        .join(Person, Person.id == Order.person_id)
        .outerjoin(DoorPlace, (DoorPlace.person_id == Person.id) & (DoorPlace.canteen_id == held.canteen_id))
        .where(Order.ref.in_(order_refs))
    )
    return {
        ref: Door(
            address=_opened(vault, address),
            phone=_opened(vault, phone),
            note=_opened(vault, note),
            problems=tuple(told.get(building_id, ())),
        )
        for ref, address, phone, note, building_id in session.execute(wanted)
    }


def whereabouts(session: Session, *, person_id: int, on: date) -> dict[str, Coming]:
    """Tell by meal where a person's meals of a day are; knows no scope: it is for whoever may act for the person."""
    wanted = select(Order).where(Order.person_id == person_id, Order.service_date == on, Order.mode == "delivery")
    return {order.meal: where_is(session, order=order) for order in session.scalars(wanted.order_by(Order.id))}


def promised(at: datetime) -> datetime:
    """Return a planned time as one promises it: to the nearest five minutes."""
    late = at + _HALF
    return late - timedelta(minutes=late.minute % 5, seconds=late.second, microseconds=late.microsecond)


def where_is(session: Session, *, order: Order) -> Coming:
    """Tell where the meal of an order is."""
    for event in session.scalars(
        select(DoorEvent).where(DoorEvent.order_id == order.id).order_by(DoorEvent.happened_at.desc())
    ):
        if event.event in ("handed", "left_with_helper", "no_answer"):
            return Coming(state=event.event, at=event.happened_at, helper_kind=event.helper_kind)
    if order.state not in ("placed", "locked"):
        return Coming(state=order.state, at=order.state_at)
    stop = session.execute(
        select(PlannedStop, Round.id)
        .join(RoundPlan, RoundPlan.id == PlannedStop.plan_id)
        .join(Round, (Round.id == RoundPlan.round_id) & (Round.published_version == RoundPlan.version))
        .where(PlannedStop.order_id == order.id)
    ).one_or_none()
    if stop is None:
        return Coming(state="unplanned")
    has_left = has_departed(session, round_id=stop[1], courier_id=stop[0].courier_id, trip=stop[0].trip)
    return Coming(state="on_the_way" if has_left else "planned", at=stop[0].due_at)


def has_departed(session: Session, *, round_id: int, courier_id: int, trip: int) -> bool:
    """Tell whether a courier said that a trip set out."""
    wanted = select(DoorEvent.event_id).where(
        DoorEvent.round_id == round_id,
        DoorEvent.courier_id == courier_id,
        DoorEvent.trip == trip,
        DoorEvent.event == "departed",
    )
    return session.scalars(wanted.limit(1)).first() is not None


def _problems(session: Session, canteen_id: int, vault: Vault) -> dict[int, list[str]]:
    wanted = select(DoorProblem).where(DoorProblem.canteen_id == canteen_id, DoorProblem.solved_at.is_(None))
    found: dict[int, list[str]] = {}
    for row in session.scalars(wanted.order_by(DoorProblem.reported_at)):
        found.setdefault(row.building_id, []).append(vault.open(row.note_sealed))
    return found


def _opened(vault: Vault, sealed: str | None) -> str:
    return vault.open(sealed) if sealed else ""
