"""Show what a canteen cooks on a day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response
from marshmallow import Schema, fields

from canteen import menus, orders, places
from canteen.api.canteens import canteens, modes_of
from canteen.api.fields import MEALS, Instant, Money, ServiceDay, meal
from canteen.api.resource import shown
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.references import reference_of
from canteen.http.auth import BEARER, audience
from canteen.http.current import house
from canteen.http.limits import limited
from canteen.places.tables import MealService

ITEM = "M"


class Day(Schema):
    """Say which day, and which meal if not all."""

    date = ServiceDay(metadata={"description": "The day of the meal; today where left out."})
    meal = meal()


class Item(Schema):
    """Show a dish on offer."""

    ref = fields.String(required=True, metadata={"description": "Names it in an order.", "example": "M-222222246G"})
    name = fields.String(required=True, metadata={"example": "红烧肉"})
    price = Money("What it costs before any subsidy.", 1800, required=True)
    remaining = fields.Integer(required=True, metadata={"description": "Portions left.", "example": 37})
    allergens = fields.List(fields.String(), required=True, metadata={"example": ["花生"]})
    diets = fields.List(fields.String(), required=True, metadata={"example": ["少盐"]})
    is_set_meal = fields.Boolean(required=True, metadata={"example": False})


class Menu(Schema):
    """Show the menu of one meal."""

    meal = meal(required=True)
    cutoff_at = Instant(required=True, metadata={"example": "2026-11-23T09:30:00+08:00"})
    serves_from_at = Instant(required=True, metadata={"example": "2026-11-23T11:00:00+08:00"})
    serves_until_at = Instant(required=True, metadata={"example": "2026-11-23T12:30:00+08:00"})
    takes_orders = fields.Boolean(
        required=True, metadata={"description": "Before the cut-off, with trays left.", "example": True}
    )
    remaining = fields.Integer(required=True, metadata={"description": "Trays left.", "example": 120})
    modes = fields.List(fields.String(), required=True, metadata={"example": ["dine_in", "pickup"]})
    items = fields.List(fields.Nested(Item), required=True)


class Menus(Schema):
    """Show the menus of a day."""

    date = ServiceDay(required=True)
    menus = fields.List(fields.Nested(Menu), required=True)


@canteens.route("/canteens/<reference:ref>/menus", methods=["GET"])
@canteens.gives(Menus)
@canteens.refuses("places.canteen_unknown")
@canteens.reads(Day)
@audience(BEARER)
@limited("300/minute")
def list_menus(wanted: dict[str, Any], ref: str) -> Response:
    """Show the menus of a canteen on a day.

    A meal that is not served that day, or whose menu is not out yet, is left out. The references of the items are good
    for this menu only: another day has other ones for the same dish.
    """
    at = clock.now()
    on = wanted.get("date") or clock.service_day(at)
    meals = (wanted["meal"],) if "meal" in wanted else MEALS
    with house().database.reading(EVERYWHERE) as session:
        canteen = places.canteen(session, ref=ref)
        services = places.services(session, canteen_id=canteen.id, on=on)
        served = [one for one in meals if places.is_open(session, canteen_id=canteen.id, day=on, meal=one)]
        views = [menus.day(session, canteen_id=canteen.id, service_date=on, meal=one) for one in served]
        shapes = [_shape(view, services[view.meal], at) for view in views if view is not None]
        return shown(Menus(), {"date": on, "menus": shapes})


def _shape(view: menus.DayView, service: MealService, at: datetime) -> dict[str, Any]:
    timing = orders.hours(service)
    cutoff_at = orders.cutoff(timing, view.service_date)
    return {
        "meal": view.meal,
        "cutoff_at": cutoff_at,
        "serves_from_at": orders.serves_from(timing, view.service_date),
        "serves_until_at": orders.serves_until(timing, view.service_date),
        "takes_orders": at < cutoff_at and view.remaining > 0,
        "remaining": view.remaining,
        "modes": modes_of(service),
        "items": [_item(item) for item in view.items],
    }


def _item(item: menus.ItemView) -> dict[str, Any]:
    return {
        "ref": reference_of(ITEM, item.item_id),
        "name": item.name,
        "price": item.price_fen,
        "remaining": item.remaining,
        "allergens": item.allergens,
        "diets": item.diets,
        "is_set_meal": item.is_set_meal,
    }
