"""Call out the number of a tray that is ready, and show the numbers called on a wall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from canteen import orders
from canteen.foundation.errors import Refused
from canteen.kitchen.portions import cooked
from canteen.kitchen.tables import PickupCall
from canteen.kitchen.values import Meal
from canteen.orders.tables import Order


@dataclass(frozen=True, slots=True)
class Tray:
    """Show a tray that is not handed over yet."""

    order_ref: str
    number: int
    diner_masked: str
    dishes: str
    mode: str
    is_ready: bool


def trays(session: Session, *, of: Meal) -> tuple[Tray, ...]:
    """List the trays of a meal that are eaten here or fetched, and not handed over yet."""
    rows = session.execute(
        select(Order.ref, PickupCall.order_id)
        .outerjoin(PickupCall, PickupCall.order_id == Order.id)
        .where(
            Order.canteen_id == of.canteen_id, Order.service_date == of.service_date, Order.meal == of.meal,
            Order.state.in_(orders.OPEN_STATES), Order.mode != "delivery",
        )
    )  # fmt: skip
    called = {ref: order_id is not None for ref, order_id in rows}
    return tuple(
        Tray(one.ref, one.number, one.diner_masked, one.text, one.mode, called[one.ref])
        for one in cooked(session, of=of).portions
        if one.ref in called
    )


def ready_numbers(session: Session, *, canteen_id: int, day: date, meals: tuple[str, ...]) -> tuple[int, ...]:
    """Return the numbers that are called and not handed over, in the order of their numbers."""
    found = (trays(session, of=Meal(canteen_id, day, meal)) for meal in meals)
    return tuple(sorted(tray.number for meal in found for tray in meal if tray.is_ready))


def call(session: Session, *, order_ref: str, is_ready: bool, actor: str, at: datetime) -> Order:
    """Call a number out, or take the call back; doing it twice changes nothing.

    Refuses ``kitchen.not_waiting`` where the tray was handed over or is not wanted any more.
    """
    order = orders.find(session, ref=order_ref, to_change=True)
    if order.state not in orders.OPEN_STATES:
        raise Refused("kitchen.not_waiting")
    known = session.get(PickupCall, order.id)
    if is_ready and known is None:
        session.add(PickupCall(order_id=order.id, canteen_id=order.canteen_id, called_at=at, called_by=actor))
    elif not is_ready:
        session.execute(delete(PickupCall).where(PickupCall.order_id == order.id))
    session.flush()
    return order
