"""Hand over a meal without a code: what the counter's list and the courier's have in common."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from flask import flash, request, url_for
from sqlalchemy.orm import Session

from canteen import checkin, orders, places
from canteen.foundation import clock
from canteen.foundation.errors import NotFound
from canteen.http import words
from canteen.http.auth import actor
from canteen.http.current import house
from canteen.web import place, receipts, scan_words, scans

_TONES = {"ok": "ok", "warn": "warning", "bad": "error"}


def meals(session: Session, canteen_id: int, endpoint: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the meal of today that is asked for, else the present one, and the ways to the others."""
    at = clock.now()
    services = places.services(session, canteen_id=canteen_id, on=clock.service_day(at))
    asked = request.args.get("meal", "")
    shown = asked if asked in services else scans.meal_and_counts(session, canteen_id, at)[0]
    ways = [
        {"label": words.value("meal", name), "href": url_for(endpoint, meal=name), "active": name == shown}
        for name in orders.MEALS
        if name in services
    ]
    return shown, ways


def serve(*, means: str, modes: Collection[str], remark: str = "") -> str:
    """Hand over the meal of the order that was sent, say what comes of it, and return the meal's name."""
    at = clock.now()
    order_ref = request.form.get("order", "")
    with house().database.reading(actor().scope) as session:
        canteen = place.certainly_here(session)
        meal = _check(session, order_ref, canteen.id, modes, clock.service_day(at))
        scan = scans.request_of(
            canteen.id, scan_id=request.form.get("scan_id", ""), code=order_ref, means=means, happened_at=at,
            remark=remark,
        )  # fmt: skip
    with house().database.looking() as connection:
        answer = checkin.redeem_on(connection, house().database, house().keys, scan)
        receipts.tell_of(connection, answer)
    told = scan_words.said(answer)
    sentence = "　".join(part for part in (told["name"], told["word"], told["collect"], told["why"]) if part)
    flash(sentence, _TONES[answer.verdict])
    return meal


def _check(session: Session, order_ref: str, canteen_id: int, modes: Collection[str], day: date) -> str:
    """Return the meal of an order that stands on this list."""
    order = orders.find(session, ref=order_ref)
    if (order.canteen_id, order.service_date) != (canteen_id, day) or order.mode not in modes:
        raise NotFound("orders.not_found", ref=order_ref)
    return order.meal
