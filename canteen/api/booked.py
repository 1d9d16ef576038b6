"""Show an order as the family sees it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from canteen import orders, places, seniors, subsidy
from canteen.api.fields import Instant, Reference
from canteen.api.quotes import Priced
from canteen.http import words
from canteen.orders.tables import STATES, Order

_OPEN = ("placed", "locked")


class Booked(Priced):
    """Show an order; the parts are those read back when it was placed."""

    ref = Reference("D", required=True, metadata={"description": "Names the order.", "example": "D-7SRFQ2P7RQ"})
    state = fields.String(
        required=True, metadata={"description": "What became of it.", "enum": list(STATES), "example": "placed"}
    )
    state_text = fields.String(required=True, metadata={"description": "To be shown.", "example": "已订"})
    placed_at = Instant(required=True, metadata={"example": "2026-11-22T18:04:05+08:00"})
    can_cancel = fields.Boolean(
        required=True, metadata={"description": "Whether cancelling is possible now.", "example": True}
    )
    cutoff_at = Instant(
        required=True,
        allow_none=True,
        metadata={
            "description": "The first instant without changes; null where the canteen no longer serves that meal.",
            "example": "2026-11-23T09:30:00+08:00",
        },
    )
    serves_from_at = Instant(required=True, allow_none=True, metadata={"example": "2026-11-23T11:00:00+08:00"})
    serves_until_at = Instant(required=True, allow_none=True, metadata={"example": "2026-11-23T12:30:00+08:00"})


class Orders(Schema):
    """Show orders."""

    orders = fields.List(fields.Nested(Booked), required=True)


def shape(session: Session, order: Order, person: seniors.Acting, at: datetime) -> dict[str, Any]:
    """Gather what is shown of an order."""
    quote = subsidy.Quote.from_json(order.quote)
    times = _times(session, order)
    cutoff_at = times["cutoff_at"]
    return times | {
        "ref": order.ref,
        "person": person.ref,
        "name": order.diner_masked,
        "canteen": places.canteen_by_id(session, canteen_id=order.canteen_id),
        "date": order.service_date,
        "meal": order.meal,
        "mode": order.mode,
        "lines": order.lines,
        "parts": quote,
        "sentence": subsidy.spoken(quote),
        "state": order.state,
        "state_text": words.value("state", order.state),
        "placed_at": order.placed_at,
        "can_cancel": order.state in _OPEN and (cutoff_at is None or at < cutoff_at),
    }


def _times(session: Session, order: Order) -> dict[str, datetime | None]:
    service = places.services(session, canteen_id=order.canteen_id, on=order.service_date).get(order.meal)
    if service is None:
        return {"cutoff_at": None, "serves_from_at": None, "serves_until_at": None}
    timing = orders.hours(service)
    return {
        "cutoff_at": orders.cutoff(timing, order.service_date),
        "serves_from_at": orders.serves_from(timing, order.service_date),
        "serves_until_at": orders.serves_until(timing, order.service_date),
    }
