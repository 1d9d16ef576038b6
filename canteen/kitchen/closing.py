"""Serve nothing today after all: cancel, tell everybody, and name the nearest canteen that serves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from canteen import notices, orders, places
from canteen.kitchen.calls import accounts
from canteen.kitchen.values import Meal
from canteen.menus.tables import DayMenu
from canteen.orders.tables import Order
from canteen.places.tables import Canteen


@dataclass(frozen=True)
class Nearest:
    """Name another canteen that serves the meal, and how far it is."""

    name: str
    address: str
    phone: str
    metres: int


def close(
    session: Session, *, canteen_id: int, day: date, meal: str, reason: str, actor: str, at: datetime
) -> list[Order]:
    """Close a day, or one meal of it: cancel what was ordered, tell each account once, and return the orders.

    It tells by the register, so it needs a session that may see the diners, and a canteen that the asker may close.
    """
    places.close_day(session, canteen_id=canteen_id, day=day, meal=meal, reason=reason, actor=actor, at=at)
    cancelled = orders.cancel_all(session, canteen_id=canteen_id, service_date=day, meal=meal, actor=actor, at=at)
    by_ref = {order.ref: order for order in cancelled}
    canteen = places.canteen_by_id(session, canteen_id=canteen_id)
    elsewhere = {name: nearest(session, of=Meal(canteen_id, day, name)) for name in {order.meal for order in cancelled}}
    for ref, account, name in accounts(session, order_refs=by_ref):
        other = elsewhere[by_ref[ref].meal]
        content = {
            "name": name,
            "day": day.isoformat(),
            "meal": by_ref[ref].meal,
            "canteen": canteen.name,
            "phone": canteen.phone,
            "other": other.name if other else "",
            "other_phone": other.phone if other else "",
        }
        kind = "kitchen_closed_nearby" if other else "kitchen_closed"
        notices.enqueue(session, key=f"closed:{ref}:{account}", account=account, kind=kind, content=content, at=at)
    return cancelled


def nearest(session: Session, *, of: Meal) -> Nearest | None:
    """Return the nearest other canteen with a menu for a meal, as the crow flies; None where none is known."""
    here = _point(places.canteen_by_id(session, canteen_id=of.canteen_id))
    if here is None:
        return None
    others = session.scalars(
        select(Canteen)
        .join(DayMenu, DayMenu.canteen_id == Canteen.id)
        .where(
            DayMenu.service_date == of.service_date,
            DayMenu.meal == of.meal,
            Canteen.id != of.canteen_id,
            Canteen.kind != "central_kitchen",
            or_(Canteen.closed_on.is_(None), Canteen.closed_on > of.service_date),
        )
    )
    by_distance = sorted(
        ((places.metres_between(here, point), other) for other in others if (point := _point(other)) is not None),
        key=lambda pair: (pair[0], pair[1].id),
    )
    for metres, other in by_distance:
        if places.is_open(session, canteen_id=other.id, day=of.service_date, meal=of.meal):
            return Nearest(other.name, other.address, other.phone, metres)
    return None


def _point(canteen: Canteen) -> places.Point | None:
    if canteen.latitude_e6 is None or canteen.longitude_e6 is None:
        return None
    return places.Point(canteen.latitude_e6, canteen.longitude_e6)
