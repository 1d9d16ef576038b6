"""Give the code that is shown at the counter."""

from __future__ import annotations

import base64
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from canteen import checkin, orders, places, seniors
from canteen.api import accounts
from canteen.api.fields import Instant, ServiceDay, meal
from canteen.api.people import people
from canteen.api.resource import shown
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Invalid, Refused
from canteen.http.auth import BEARER, audience
from canteen.http.current import house
from canteen.http.limits import limited

DAYS_AHEAD = 31
_GRACE = timedelta(minutes=30)


class CodeWanted(Schema):
    """Say for which meal."""

    date = ServiceDay(required=True)
    meal = meal(required=True)


class MealCode(Schema):
    """Give one code in three forms: to scan, to type, to look at."""

    digits = fields.String(
        required=True, metadata={"description": "What the QR code holds; draw it as digits.", "example": "1184623907…"}
    )
    number = fields.String(
        required=True, metadata={"description": "Eight digits to say or to type.", "example": "40718253"}
    )
    expires_at = Instant(required=True, metadata={"example": "2026-11-23T13:00:00+08:00"})
    png = fields.String(
        required=True,
        metadata={"description": "The QR code as a data address.", "example": "data:image/png;base64,iVBORw0KGgo…"},
    )


@people.route("/people/<reference:ref>/meal-code", methods=["POST"])
@people.gives(MealCode)
@people.refuses("api.meal_over", "api.too_far", "seniors.unknown")
@people.takes(CodeWanted)
@audience(BEARER)
@limited("60/minute")
def issue_meal_code(wanted: dict[str, Any], ref: str) -> Response:
    """Give the code of a person for a meal.

    It names the person, not an order: it serves at every canteen, ordered or not. Asking again before it ends gives the
    same number. It is good until half an hour after the meal.
    """
    at = clock.now()
    on, period = wanted["date"], wanted["meal"]
    if on > clock.service_day(at) + timedelta(days=DAYS_AHEAD):
        raise Invalid("api.too_far", days=DAYS_AHEAD)
    with house().database.transaction(EVERYWHERE) as session:
        person = accounts.person(session, ref)
        expires_at = _expiry(session, person, on, period)
        if expires_at <= at:
            raise Refused("api.meal_over", service_date=on, meal=period)
        code = checkin.issue_code(
            session,
            house().keys,
            person_id=person.person_id,
            service_date=on,
            meal=period,
            at=at,
            expires_at=expires_at,
        )
    return shown(MealCode(), _shape(code))


def _expiry(session: Session, person: seniors.Acting, on: date, period: str) -> datetime:
    """Return when the meal is over: where it is ordered, else where the person usually eats, else that day."""
    live = orders.upcoming(session, person_id=person.person_id, on=on)
    ordered = (order.canteen_id for order in live if (order.service_date, order.meal) == (on, period))
    canteen_id = next(ordered, person.home_canteen_id)
    service = None
    if canteen_id is not None:
        service = places.services(session, canteen_id=canteen_id, on=on).get(period)
    if service is None:
        return clock.local(on, 0) + timedelta(days=1)
    return orders.serves_until(orders.hours(service), on) + _GRACE


def _shape(code: checkin.MealCode) -> dict[str, Any]:
    picture = base64.b64encode(checkin.qr_png(code.digits)).decode()
    return {
        "digits": code.digits,
        "number": code.number,
        "expires_at": code.expires_at,
        "png": f"data:image/png;base64,{picture}",
    }
