"""Write the problem of one meal down: doors, couriers, orders, ways; nothing personal, everything by reference.

The text is a `delivery-case/1` with the pins beside the places. Later orders are added to the text that stands
(`extended`), so that times already promised do not move because a pin did.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import delivery, orders, places
from canteen.foundation.errors import Refused
from canteen.orders.tables import Order
from canteen.places.tables import Canteen, MealService
from canteen.rounds import needs
from canteen.rounds.buildings import is_closed, pin_of
from canteen.rounds.couriers import absent_on, couriers, obstacle
from canteen.rounds.tables import Building, Courier, DeliveryTerms, DoorPlace

Document = dict[str, Any]
_ABOARD = (*orders.OPEN_STATES, "delivered", "undeliverable")
_METRES = 111_320
_STEP = 600


@dataclass(frozen=True)
class Posed:
    """Hold a problem as a document, and the orders that no plan can help because their building is closed."""

    document: Document
    shut: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the problem as it is kept, the same for the same problem."""
        return text_of(self.document)


def text_of(document: Document) -> str:
    """Write a problem in one way only."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def pose(session: Session, *, canteen_id: int, service_date: date, meal: str, now: int = 0) -> Posed:
    """Write down what has to be carried; ``rounds.kitchen_without_pin``, ``rounds.not_delivering``.

    Nobody sets out before `now`, in seconds after midnight, rounded up to ten minutes. It looks into the register for
    ages and categories, so it needs a session that may see the diners.
    """
    service = places.open_service(session, canteen_id=canteen_id, day=service_date, meal=meal)
    if service is None or not service.delivers:
        raise Refused("rounds.not_delivering")
    kitchen, terms = kitchen_pin(session, canteen_id), terms_of(session, canteen_id)
    rows = _wanted(session, canteen_id, service_date, meal)
    shut = tuple(order.ref for order, _, house in rows if house is not None and is_closed(house, service_date))
    rows = [row for row in rows if row[0].ref not in shut]
    pins = {"kitchen": kitchen} | {_spot(order, house): _pin(house) or kitchen for order, _, house in rows}
    spots = list(pins)
    weights = needs.of(session, person_ids=[order.person_id for order, _, _ in rows], on=service_date)
    usual = needs.usual_couriers(session, canteen_id=canteen_id, before=service_date)
    crew = _crew(session, canteen_id, service_date)
    known = {one.ref for one in crew}
    usual = {person: ref for person, ref in usual.items() if ref in known}
    asked = [
        _order(order, place, house, spots, service, terms, weights[order.person_id], usual)
        for order, place, house in rows
    ]
    ready = max(0, service.opens_minute - terms.lead_minutes, -(-now // _STEP) * 10) * 60
    return Posed(_document(f"{service_date} {meal}", pins, asked, crew, ready, terms), shut)


def _document(
    name: str, pins: dict[str, delivery.Pin], asked: list[Document], crew: Sequence[Courier], ready: int,
    terms: DeliveryTerms,
) -> Document:  # fmt: skip
    return {
        "format": "delivery-case/1",
        "name": name,
        "locations": [_location(spot, pin, pins["kitchen"]) for spot, pin in pins.items()],
        "travel": {"type": "matrix", "values": _matrix(list(pins.values()))},
        "depots": [{"id": "kitchen", "location": 0, "open": ready}],
        "couriers": [_courier(one) for one in crew],
        "orders": asked,
        "rules": {"hot_limit": terms.hot_limit_minutes * 60},
        "objective": "busy",
        "moved": terms.moved_seconds,
    }


def _crew(session: Session, canteen_id: int, on: date) -> list[Courier]:
    away = absent_on(session, canteen_id=canteen_id, on=on)
    return [one for one in couriers(session, canteen_id=canteen_id, on=on) if not obstacle(one, on=on, absent=away)]


def extended(standing: Document, fresh: Document, refs: Sequence[str]) -> Document:
    """Return the standing problem with some orders of a fresh one; ways that are known stay as they are."""
    spots = [place["id"] for place in standing["locations"]]
    added = [order for order in fresh["orders"] if order["id"] in refs]
    rows: list[Document] = list(standing["locations"])
    asked: list[Document] = []
    for order in added:
        place = fresh["locations"][order["location"]]
        if place["id"] not in spots:
            spots.append(place["id"])
            rows.append(place)
        asked.append({**order, "location": spots.index(place["id"])})
    known = len(standing["locations"])
    matrix = _matrix([(row["pin"][0], row["pin"][1]) for row in rows])
    for line, kept in zip(matrix, standing["travel"]["values"], strict=False):
        line[:known] = kept
    return {
        **standing,
        "locations": rows,
        "travel": {"type": "matrix", "values": matrix},
        "orders": [*standing["orders"], *asked],
    }


def without(standing: Document, refs: Sequence[str]) -> Document:
    """Return the standing problem without some orders."""
    return {**standing, "orders": [order for order in standing["orders"] if order["id"] not in refs]}


def terms_of(session: Session, canteen_id: int) -> DeliveryTerms:
    """Return what a canteen asks of its plans, or what everybody asks."""
    found = session.scalars(select(DeliveryTerms).where(DeliveryTerms.canteen_id == canteen_id)).one_or_none()
    return found or DeliveryTerms(
        canteen_id=canteen_id, hot_limit_minutes=45, lead_minutes=30, door_seconds=90, floor_seconds=15,
        moved_seconds=90,
    )  # fmt: skip


def kitchen_pin(session: Session, canteen_id: int) -> delivery.Pin:
    """Return where couriers set out: the canteen's own pin, else the middle of the buildings that have one.

    ``rounds.kitchen_without_pin`` where there is neither.
    """
    canteen = session.get_one(Canteen, canteen_id)
    if canteen.latitude_e6 is not None and canteen.longitude_e6 is not None:
        return canteen.latitude_e6 / 1e6, canteen.longitude_e6 / 1e6
    standing = session.scalars(select(Building).where(Building.canteen_id == canteen_id))
    pins = [pin for pin in map(pin_of, standing) if pin is not None]
    if not pins:
        raise Refused("rounds.kitchen_without_pin")
    return sum(pin[0] for pin in pins) / len(pins), sum(pin[1] for pin in pins) / len(pins)


def _wanted(
    session: Session, canteen_id: int, service_date: date, meal: str
) -> list[tuple[Order, DoorPlace | None, Building | None]]:
    wanted = (
        select(Order, DoorPlace, Building)
        .outerjoin(DoorPlace, (DoorPlace.person_id == Order.person_id) & (DoorPlace.canteen_id == canteen_id))
        .outerjoin(Building, Building.id == DoorPlace.building_id)
        .where(
            Order.canteen_id == canteen_id,
            Order.service_date == service_date,
            Order.meal == meal,
            Order.mode == "delivery",
            Order.state.in_(_ABOARD),
        )
        .order_by(Order.id)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(wanted)]


def _spot(order: Order, house: Building | None) -> str:
    return house.ref if house is not None else f"unknown {order.ref}"


def _pin(house: Building | None) -> delivery.Pin | None:
    return None if house is None else pin_of(house)


def _order(
    order: Order, place: DoorPlace | None, house: Building | None, spots: list[str], service: MealService,
    terms: DeliveryTerms, need: int, usual: dict[int, str],
) -> Document:  # fmt: skip
    stairs = 0 if place is None or house is None or house.has_lift else max(0, place.floor - 1)
    opens, closes = service.opens_minute, service.closes_minute
    if place is not None and place.earliest_minute is not None and place.latest_minute is not None:
        opens, closes = place.earliest_minute, place.latest_minute
    return {
        "id": order.ref,
        "location": spots.index(_spot(order, house)),
        "meals": 1,
        "service": terms.door_seconds + stairs * terms.floor_seconds,
        "window": [opens * 60, closes * 60],
        "skills": [] if place is None else list(place.needs),
        "usual": usual.get(order.person_id),
        "need": need,
    }


def _courier(one: Courier) -> Document:
    return {
        "id": one.ref,
        "depot": "kitchen",
        "capacity": one.capacity,
        "shift": [one.starts_minute * 60, one.ends_minute * 60],
        "max_trips": one.max_trips,
        "reload": one.reload_minutes * 60,
        "skills": list(one.skills),
    }


def _location(spot: str, pin: delivery.Pin, kitchen: delivery.Pin) -> Document:
    """Write a place with metres east and north of the kitchen, for the map."""
    east = (pin[1] - kitchen[1]) * _METRES * math.cos(math.radians(kitchen[0]))
    north = (pin[0] - kitchen[0]) * _METRES
    return {"id": spot, "x": round(east), "y": round(north), "pin": [round(pin[0], 6), round(pin[1], 6)]}


def _matrix(pins: Sequence[delivery.Pin]) -> list[list[int]]:
    """Return the ways; two buildings of which one is unknown lie beside each other, not in each other."""
    return [list(row) for row in delivery.Straight().matrix(pins)]
