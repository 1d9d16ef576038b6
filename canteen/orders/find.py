"""Find orders: by reference, of a person, the last one, with their history."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Row, bindparam, or_, select
from sqlalchemy.orm import Session, selectinload

from canteen.foundation.errors import NotFound
from canteen.foundation.narrowed import Narrowed
from canteen.orders.cutoff import MEALS, MealHours
from canteen.orders.tables import Order, OrderEvent
from canteen.places.tables import MealService

OPEN_STATES = ("placed", "locked")
SERVED_STATES = ("served", "delivered")
LIVE_STATES = (*OPEN_STATES, *SERVED_STATES)


def find(session: Session, *, ref: str, to_change: bool = False) -> Order:
    """Return the order of that reference, or say ``orders.not_found``.

    Who means to change it waits until nobody else does: a tray that is being served must not be cancelled.
    """
    query = select(Order).where(Order.ref == ref).options(selectinload(Order.lines))
    query = query.with_for_update(of=Order) if to_change else query
    order = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if order is None:
        raise NotFound("orders.not_found", ref=ref)
    return order


def upcoming(session: Session, *, person_id: int, on: date) -> list[Order]:
    """Return the person's live orders from that day on, the nearest first."""
    return list(
        session.scalars(
            select(Order)
            .where(Order.person_id == person_id, Order.service_date >= on, Order.state.in_(LIVE_STATES))
            .options(selectinload(Order.lines))
            .order_by(Order.service_date, Order.meal)
        )
    )


@dataclass(frozen=True, slots=True)
class Coming:
    """Show a live order of a person in a list."""

    ref: str
    person_id: int
    canteen_id: int
    service_date: date
    meal: str
    mode: str
    state: str
    dishes: str
    own_fen: int
    placed_at: datetime


def coming(session: Session, *, person_ids: Collection[int], on: date) -> list[Coming]:
    """Show the live orders of some people from that day on, the nearest first."""
    rows = [row for one in person_ids for row in _COMING.all(session, {"person_id": one, "on": on})]
    return sorted((Coming(*row) for row in rows), key=lambda one: (one.service_date, MEALS.index(one.meal)))


_COMING = Narrowed(
    select(
        Order.ref,
        Order.person_id,
        Order.canteen_id,
        Order.service_date,
        Order.meal,
        Order.mode,
        Order.state,
        Order.dishes,
        Order.own_fen,
        Order.placed_at,
    ).where(
        Order.person_id == bindparam("person_id"),
        Order.service_date >= bindparam("on", type_=Date),
        or_(*(Order.state == state for state in LIVE_STATES)),
    )
)


def latest(session: Session, *, person_id: int) -> Order | None:
    """Return the order that the person made last and did not cancel; a walk-in ordered nothing."""
    return session.scalars(
        select(Order)
        .where(
            Order.person_id == person_id,
            Order.state.in_((*LIVE_STATES, "no_show")),
            Order.channel != "walk_in",
        )
        .options(selectinload(Order.lines))
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(1)
    ).one_or_none()


def events(session: Session, *, order_id: int) -> list[OrderEvent]:
    """Return the history of an order, the oldest first."""
    return list(session.scalars(select(OrderEvent).where(OrderEvent.order_id == order_id).order_by(OrderEvent.id)))


def hours(service: MealService | Row[Any]) -> MealHours:
    """Return the hours that a meal service states."""
    return MealHours(
        meal=service.meal,
        opens_minute=service.opens_minute,
        closes_minute=service.closes_minute,
        cutoff_days=service.cutoff_days,
        cutoff_minute=service.cutoff_minute,
        weekdays=frozenset(int(day) for day in service.weekdays),
    )
