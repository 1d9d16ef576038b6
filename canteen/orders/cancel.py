"""Cancel an order: in time by the person, late by staff with a reason."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from canteen import menus, places
from canteen.foundation.errors import Invalid, Refused
from canteen.orders.cutoff import cutoff
from canteen.orders.find import OPEN_STATES, find, hours
from canteen.orders.tables import Order
from canteen.places.tables import MealService

_LONGEST_NOTE = 200


def cancel(
    session: Session, *, ref: str, actor: str, channel: str, at: datetime, late_reason: str | None = None
) -> Order:
    """Cancel an order and return it; a cancelled one is returned as it is, and a late one keeps the reason.

    Refused: ``orders.cutoff_passed`` without a reason for being late, ``orders.not_cancellable`` once it was served.
    """
    order = find(session, ref=ref, to_change=True)
    if not order.state.startswith("cancelled"):
        state = closing_state(session, order, at=at, late_reason=late_reason)
        if late_reason is not None:
            # The reason of a late order stays beside that of its late end.
            order.note = "；".join(filter(None, (order.note, late_reason.strip())))[:_LONGEST_NOTE]
        close(session, order, state=state, channel=channel, actor=actor, at=at)
    return order


def closing_state(session: Session, order: Order, *, at: datetime, late_reason: str | None) -> str:
    """Return how an open order would be cancelled now: in time or late; refuses as `cancel` says."""
    if order.state not in OPEN_STATES:
        raise Refused("orders.not_cancellable", state=order.state)
    until = _cutoff(session, order)
    is_late = until is not None and at >= until
    if is_late and late_reason is None:
        raise Refused("orders.cutoff_passed", cutoff_at=until, meal=order.meal, service_date=order.service_date)
    if late_reason is not None and not late_reason.strip():
        raise Invalid("orders.reason_missing")
    return "cancelled_late" if is_late else "cancelled"


def close(session: Session, order: Order, *, state: str, channel: str, actor: str, at: datetime) -> None:
    """Move an open order to a cancelled state and give its portions back to the menu."""
    order.state, order.state_at, order.state_by, order.state_channel = state, at, actor, channel
    session.flush()
    if order.menu_id is not None:
        portions = {line.item_id: line.quantity for line in order.lines if line.item_id is not None}
        menus.give_back(session, menu_id=order.menu_id, portions=portions)


def cancel_all(
    session: Session, *, canteen_id: int, service_date: date, actor: str, at: datetime, meal: str = ""
) -> list[Order]:
    """Cancel every open order of a day, or of one meal of it, that the kitchen does not cook, and return them."""
    of_meal = (Order.meal == meal,) if meal else ()
    waiting = session.scalars(
        select(Order)
        .where(
            Order.canteen_id == canteen_id, Order.service_date == service_date, Order.state.in_(OPEN_STATES), *of_meal
        )
        .options(selectinload(Order.lines))
        .order_by(Order.id)
        .with_for_update()
    ).all()
    for order in waiting:
        close(session, order, state="cancelled_by_kitchen", channel="staff", actor=actor, at=at)
    return list(waiting)


def cancelled_by_kitchen(session: Session, *, canteen_id: int, service_date: date) -> int:
    """Count the orders of a day that the kitchen cancelled."""
    wanted = select(func.count(Order.id)).where(
        Order.canteen_id == canteen_id, Order.service_date == service_date, Order.state == "cancelled_by_kitchen"
    )
    return session.scalar(wanted) or 0


def _cutoff(session: Session, order: Order) -> datetime | None:
    service = session.scalars(
        select(MealService).where(
            MealService.canteen_id == order.canteen_id,
            MealService.meal == order.meal,
            *places.holding(order.service_date),
        )
    ).one_or_none()
    return None if service is None else cutoff(hours(service), order.service_date)
