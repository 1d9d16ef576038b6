"""Hand trays to guests who are on no register, at the full price."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from canteen import checkin
from canteen.foundation import clock
from canteen.foundation.errors import Invalid
from canteen.foundation.money import spoken_yuan
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import place, scans


def add_to(blueprint: Blueprint) -> None:
    """Add the dishes for guests, and their trays."""
    blueprint.get("/counter/guests")(guest_dishes)
    blueprint.post("/counter/guests")(serve_full_price)


@audience("counter.scan")
def guest_dishes() -> Response:
    """List what a guest may have of the meal that is being served."""
    with house().database.reading(actor().scope) as session:
        canteen = place.certainly_here(session)
        meal, _ = scans.meal_and_counts(session, canteen.id, clock.now())
        found = checkin.choices(session.connection(), canteen_id=canteen.id, day=clock.today(), meal=meal)
    return jsonify({"dishes": [_dish(one) for one in found]})


@audience("counter.scan")
def serve_full_price() -> Response:
    """Hand a dish to a guest at its full price."""
    body = scans.body_sent()
    if type(body.get("dish")) is not int:
        raise Invalid("checkin.bad_scan")
    happened = scans.happened_at(body, clock.now())
    scan = scans.request_of(
        place.canteen_id_here(), scan_id=body.get("scan_id"), happened_at=happened, means="manual"
    )  # fmt: skip
    return scans.told(checkin.serve_guest(house().database, scan, item_id=body["dish"]))


def _dish(one: checkin.Choice) -> dict[str, Any]:
    return {"id": one.item_id, "name": one.name, "price": spoken_yuan(one.price_fen)}
