"""Find orders: by reference, of a person, the last one, with their history."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from canteen.foundation.errors import NotFound
from canteen.orders.cutoff import MealHours
from canteen.orders.tables import Order, OrderEvent
from canteen.places.tables import MealService

OPEN_STATES = ("placed", "locked")
SERVED_STATES = ("served", "delivered")
LIVE_STATES = (*OPEN_STATES, *SERVED_STATES)


def find(session: Session, *, ref: str) -> Order:
    """Return the order of that reference, or say ``orders.not_found``."""
    query = select(Order).where(Order.ref == ref).options(selectinload(Order.lines))
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


def hours(service: MealService) -> MealHours:
    """Return the hours that a meal service states."""
    return MealHours(
        meal=service.meal,
        opens_minute=service.opens_minute,
        closes_minute=service.closes_minute,
        cutoff_days=service.cutoff_days,
        cutoff_minute=service.cutoff_minute,
        weekdays=frozenset(int(day) for day in service.weekdays),
    )
