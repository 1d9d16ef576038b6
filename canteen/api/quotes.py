"""Say what a meal would cost, and who would pay what of it."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from canteen import orders, subsidy
from canteen.api import wanted as asked
from canteen.api.canteens import CanteenBrief
from canteen.api.fields import Instant, Money, Reference, ServiceDay, meal, mode
from canteen.api.resource import Resource, shown
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.http.auth import BEARER, audience
from canteen.http.current import house
from canteen.http.limits import limited

quotes = Resource("quotes", "What a meal would cost, before anything is ordered.")


class Line(Schema):
    """Show one dish."""

    name = fields.String(required=True, metadata={"example": "红烧肉"})
    quantity = fields.Integer(required=True, metadata={"example": 1})
    price = Money("Of one portion.", 1800, required=True, attribute="price_fen")


class Parts(Schema):
    """Show who pays what: price + delivery_fee = subsidy + discount + delivery_subsidy + own."""

    price = Money("All portions.", 1800, required=True, attribute="price_fen")
    delivery_fee = Money("For bringing it.", 0, required=True, attribute="delivery_fee_fen")
    subsidy = Money("What public money and donations pay of the meal.", 500, required=True, attribute="subsidy_fen")
    discount = Money("What the canteen waives.", 0, required=True, attribute="discount_fen")
    delivery_subsidy = Money("What public money pays of the fee.", 0, required=True, attribute="delivery_subsidy_fen")
    own = Money("What the person pays.", 1300, required=True, attribute="own_fen")


class Priced(Schema):
    """Show what is bought, for whom, and at what price."""

    person = Reference("P", required=True, metadata={"example": "P-3DHFHF6MWC"})
    name = fields.String(required=True, metadata={"description": "Covered in the middle.", "example": "张*英"})
    canteen = fields.Nested(CanteenBrief, required=True)
    date = ServiceDay(required=True)
    meal = meal(required=True)
    mode = mode(required=True)
    lines = fields.List(fields.Nested(Line), required=True)
    parts = fields.Nested(Parts, required=True)
    sentence = fields.String(
        required=True,
        metadata={
            "description": "The price as one says it; no category, no reason.",
            "example": "这餐 18 元，政府补贴 5 元，您付 13 元。",
        },
    )
    cutoff_at = Instant(
        required=True,
        metadata={
            "description": "The first instant without orders or changes.",
            "example": "2026-11-23T09:30:00+08:00",
        },
    )
    serves_from_at = Instant(required=True, metadata={"example": "2026-11-23T11:00:00+08:00"})
    serves_until_at = Instant(required=True, metadata={"example": "2026-11-23T12:30:00+08:00"})


class Quote(Priced):
    """Show an offer."""


@quotes.route("/quotes", methods=["POST"])
@quotes.gives(Quote)
@quotes.refuses(*asked.REFUSALS)
@quotes.takes(asked.MealWanted)
@audience(BEARER)
@limited("300/minute")
def quote(wanted: dict[str, Any]) -> Response:
    """Say what a meal would cost.

    Nothing is reserved. Open orders of the person count as eaten where a subsidy is limited by day, week or month, so
    the price of the counter may be lower, never higher without a word of why.
    """
    with house().database.reading(EVERYWHERE) as session:
        person, canteen = asked.found(session, wanted)
        offer = orders.offer(session, **asked.meal_of(person, canteen, wanted), at=clock.now())
        shape = {
            "person": person.ref,
            "name": offer.person_masked,
            "canteen": canteen,
            "date": offer.service_date,
            "meal": offer.meal,
            "mode": offer.mode,
            "lines": offer.lines,
            "parts": offer.quote,
            "sentence": subsidy.spoken(offer.quote),
            "cutoff_at": offer.cutoff_at,
            "serves_from_at": offer.serves_from_at,
            "serves_until_at": offer.serves_until_at,
        }
        return shown(Quote(), shape)
