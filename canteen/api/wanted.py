"""Read what somebody wants to eat: the same body asks for a price and places the order."""

from __future__ import annotations

from typing import Any, TypedDict

from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from canteen import orders, places, seniors
from canteen.api import accounts
from canteen.api.fields import Reference, ServiceDay, meal, mode
from canteen.api.menus import ITEM
from canteen.foundation.references import number_of
from canteen.places.tables import Canteen

REFUSALS = (
    "orders.allergy",
    "orders.already_ordered",
    "orders.cutoff_passed",
    "orders.day_passed",
    "orders.empty",
    "orders.mode_not_offered",
    "orders.no_menu",
    "orders.no_such_dish",
    "orders.not_served_that_day",
    "orders.price_above_ceiling",
    "orders.sold_out",
    "places.canteen_unknown",
    "seniors.unknown",
)
_MOST_ITEMS = 20


class ItemWanted(Schema):
    """Ask for portions of a dish."""

    item = Reference(ITEM, required=True, metadata={"description": "From the menu.", "example": "M-22222226F4"})
    quantity = fields.Integer(
        strict=True, load_default=1, validate=validate.Range(1, _MOST_ITEMS), metadata={"example": 1}
    )


class MealWanted(Schema):
    """Say who eats what, where and when."""

    person = Reference("P", required=True, metadata={"description": "From `/people`.", "example": "P-3DHFHF6MWC"})
    canteen = Reference("C", required=True, metadata={"description": "From `/canteens`.", "example": "C-SDJPJYGRRG"})
    date = ServiceDay(required=True)
    meal = meal(required=True)
    mode = mode(required=True)
    items = fields.List(fields.Nested(ItemWanted), required=True, validate=validate.Length(1, _MOST_ITEMS))


class Meal(TypedDict):
    """Hold the arguments that pricing and ordering share."""

    person_id: int
    canteen_id: int
    service_date: Any
    meal: str
    mode: str
    wishes: list[orders.Wish]


def meal_of(person: seniors.Acting, canteen: Canteen, wanted: dict[str, Any]) -> Meal:
    """Turn a body into the arguments of `orders.offer` and `orders.place`."""
    return Meal(
        person_id=person.person_id,
        canteen_id=canteen.id,
        service_date=wanted["date"],
        meal=wanted["meal"],
        mode=wanted["mode"],
        wishes=[orders.Wish(number_of(one["item"]), one["quantity"]) for one in wanted["items"]],
    )


def found(session: Session, wanted: dict[str, Any]) -> tuple[seniors.Acting, Canteen]:
    """Find the person, if this account may act for the person, and the canteen."""
    return accounts.person(session, wanted["person"]), places.canteen(session, ref=wanted["canteen"])
