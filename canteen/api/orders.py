"""Place orders, list them, look at one, cancel one."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from canteen import orders as ordering
from canteen import seniors
from canteen.api import accounts
from canteen.api import wanted as asked
from canteen.api.booked import Booked, Orders, shape
from canteen.api.fields import Reference, ServiceDay
from canteen.api.resource import Resource, shown
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Invalid, NotFound, Refused
from canteen.http.auth import BEARER, audience
from canteen.http.current import house
from canteen.http.limits import limited
from canteen.orders.tables import Order

DAYS_BACK = 92
orders = Resource("orders", "Meals that are ordered.")


class Key(Schema):
    """Read the key that makes a repeated call harmless."""

    key = fields.String(
        required=True,
        data_key="Idempotency-Key",
        validate=validate.Regexp("^[A-Za-z0-9_-]{8,64}$"),
        metadata={
            "description": "Made by the client for each order, such as a UUID; sent again with each repeat of it.",
            "example": "2f1c7f0e-8a55-4c2b-9d83-0f3f9c0a1b77",
        },
    )


class Wanted(Schema):
    """Say which orders are looked for."""

    person = Reference("P", metadata={"description": "Of this person; of all where left out."})
    since = ServiceDay(
        data_key="from", metadata={"description": f"From this day on, at most {DAYS_BACK} days back; today by default."}
    )


@orders.route("/orders", methods=["POST"])
@orders.gives(Booked, 201)
@orders.refuses(*asked.REFUSALS, "api.key_reused", "orders.full", "seniors.only_sees")
@orders.takes(asked.MealWanted)
@orders.reads_header(Key)
@audience(BEARER)
@limited("60/minute")
def place_order(wanted: dict[str, Any], key: dict[str, str]) -> Response:
    """Order a meal.

    The same `Idempotency-Key` with the same body again answers the order that it made, also after a lost answer and
    after it was cancelled; with another body it is refused. The price of the dishes is fixed from now on; what the
    subsidy pays is decided on the day of the meal.
    """
    try:
        return _place(wanted, key["key"])
    except Refused as refusal:
        if refusal.code != "orders.already_ordered":
            raise
    # The same key may have been quicker by another line; now its order is there to be found.
    return _place(wanted, key["key"])


@orders.route("/orders", methods=["GET"])
@orders.gives(Orders)
@orders.refuses("api.too_far", "seniors.unknown")
@orders.reads(Wanted)
@audience(BEARER)
@limited("300/minute")
def list_orders(wanted: dict[str, Any]) -> Response:
    """List orders of one person, or of all whom this account may act for.

    Open and eaten ones, the nearest day first. Cancelled ones are not listed, but answer by their reference.
    """
    at = clock.now()
    today = clock.service_day(at)
    since = wanted.get("since", today)
    if since < today - timedelta(days=DAYS_BACK):
        raise Invalid("api.too_far", days=DAYS_BACK)
    with house().database.reading(EVERYWHERE) as session:
        people = [accounts.person(session, wanted["person"])] if "person" in wanted else accounts.people(session)
        found = [
            (one, order) for one in people for order in ordering.upcoming(session, person_id=one.person_id, on=since)
        ]
        found.sort(key=lambda pair: (pair[1].service_date, pair[1].id))
        return shown(Orders(), {"orders": [shape(session, order, one, at) for one, order in found]})


@orders.route("/orders/<reference:ref>", methods=["GET"])
@orders.gives(Booked)
@orders.refuses("orders.not_found")
@audience(BEARER)
@limited("300/minute")
def show_order(ref: str) -> Response:
    """Show an order, whatever became of it."""
    with house().database.reading(EVERYWHERE) as session:
        person, order = _mine(session, ref)
        return shown(Booked(), shape(session, order, person, clock.now()))


@orders.route("/orders/<reference:ref>", methods=["DELETE"])
@orders.gives(Booked)
@orders.refuses("orders.not_found", "orders.cutoff_passed", "orders.not_cancellable", "seniors.only_sees")
@audience(BEARER)
@limited("60/minute")
def cancel_order(ref: str) -> Response:
    """Cancel an order.

    Until the cut-off. A cancelled order answers as it is, so repeating does no harm.
    """
    at = clock.now()
    with house().database.transaction(EVERYWHERE) as session:
        person, _ = _mine(session, ref)
        seniors.refuse_only_sees(person)
        order = ordering.cancel(session, ref=ref, actor=accounts.account(), channel=accounts.CHANNEL, at=at)
        return shown(Booked(), shape(session, order, person, at))


def _place(wanted: dict[str, Any], key: str) -> Response:
    at, account = clock.now(), accounts.account()
    with house().database.transaction(EVERYWHERE) as session:
        person, canteen = asked.found(session, wanted)
        seniors.refuse_only_sees(person)
        meal = asked.meal_of(person, canteen, wanted)
        order = ordering.place(
            session, **meal, channel=accounts.CHANNEL, actor=account, at=at, key=f"api:{account}:{key}"
        )
        if not _is_for(order, meal):
            raise Refused("api.key_reused", ref=order.ref)
        return shown(Booked(), shape(session, order, person, at), 201)


def _is_for(order: Order, meal: asked.Meal) -> bool:
    """Tell whether an order is the one that was asked for, and not another one under the same key."""
    wishes = Counter[int | None]()
    for wish in meal["wishes"]:
        wishes[wish.item_id] += wish.quantity
    held = {line.item_id: line.quantity for line in order.lines}
    asked_for = {name: content for name, content in meal.items() if name != "wishes"}
    return wishes == held and all(getattr(order, name) == content for name, content in asked_for.items())


def _mine(session: Session, ref: str) -> tuple[seniors.Acting, Order]:
    """Find an order of somebody whom the account may act for; any other is as if it were not there."""
    order = ordering.find(session, ref=ref)
    person = next((one for one in accounts.people(session) if one.person_id == order.person_id), None)
    if person is None:
        raise NotFound("orders.not_found", ref=ref)
    return person, order
