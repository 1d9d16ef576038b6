"""Serve nothing today after all: cancel, tell everybody, and name the nearest canteen that serves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from canteen import notices, orders, places
from canteen.foundation.clock import end_of_day
from canteen.kitchen.calls import diners
from canteen.kitchen.values import Meal
from canteen.menus.tables import DayMenu
from canteen.orders.tables import Order
from canteen.places.tables import Canteen

# The leading digits of a region's code that name the district.
_DISTRICT = 6


@dataclass(frozen=True)
class Nearest:
    """Name another canteen that serves the meal, and how far it is; None where nobody knows."""

    name: str
    address: str
    phone: str
    metres: int | None


def close(
    session: Session, *, canteen_id: int, day: date, meal: str, reason: str, actor: str, at: datetime
) -> list[Order]:
    """Close a day, or one meal of it: cancel what was ordered, tell each diner once, and return the orders.

    It tells by the register, so it needs a session that may see the diners, and a canteen that the asker may close.
    """
    places.close_day(session, canteen_id=canteen_id, day=day, meal=meal, reason=reason, actor=actor, at=at)
    cancelled = orders.cancel_all(session, canteen_id=canteen_id, service_date=day, meal=meal, actor=actor, at=at)
    by_ref = {order.ref: order for order in cancelled}
    canteen = places.canteen_by_id(session, canteen_id=canteen_id)
    elsewhere = {name: nearest(session, of=Meal(canteen_id, day, name)) for name in {order.meal for order in cancelled}}
    for ref, person_id, name in diners(session, order_refs=by_ref):
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
        notices.tell(
            session, person_id=person_id, canteen_id=canteen_id, matter=f"closed:{ref}", kind=kind, content=content,
            at=at, until=end_of_day(day),
        )  # fmt: skip
    return cancelled


def nearest(session: Session, *, of: Meal) -> Nearest | None:
    """Return the nearest other canteen with a menu for a meal, as the crow flies; None where there is none.

    Where nobody entered how far it is, another one of the same district is named, without a distance.
    """
    here = places.canteen_by_id(session, canteen_id=of.canteen_id)
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
    ranked = sorted(((*_far(here, other), other.id, other) for other in others), key=lambda one: one[:3])
    for is_unknown, metres, _, other in ranked:
        if is_unknown and other.region_code[:_DISTRICT] != here.region_code[:_DISTRICT]:
            continue
        if places.is_open(session, canteen_id=other.id, day=of.service_date, meal=of.meal):
            return Nearest(other.name, other.address, other.phone, None if is_unknown else metres)
    return None


def _far(here: Canteen, other: Canteen) -> tuple[bool, int]:
    """Tell whether the distance is unknown, and the distance."""
    one, another = _point(here), _point(other)
    return (True, 0) if one is None or another is None else (False, places.metres_between(one, another))


def _point(canteen: Canteen) -> places.Point | None:
    if canteen.latitude_e6 is None or canteen.longitude_e6 is None:
        return None
    return places.Point(canteen.latitude_e6, canteen.longitude_e6)
