"""Serve at the counter: the scanning page, and the list of the meal for those who come without a code."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import checkin, orders, places
from canteen.foundation import clock
from canteen.foundation.errors import NotFound
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import device, frame, place, receipts, scan_words, scans, tickets

_CODE_LENGTHS = (checkin.NUMBER_LENGTH, checkin.CARD_LENGTH, checkin.PAGE_LENGTH)
_TONES = {"ok": "ok", "warn": "warning", "bad": "error"}


@dataclass(frozen=True)
class _List:
    """Say which of the two lists is meant: the counter's of all orders, or the courier's of those to be carried."""

    title: str
    means: str
    endpoint: str
    act: str
    modes: tuple[str, ...]


def add_to(blueprint: Blueprint) -> None:
    """Add the scanning page, the acts that it sends, and both lists."""
    blueprint.get("/counter")(counter)
    blueprint.get("/counter/board")(board)
    blueprint.post("/counter/board")(serve_by_hand)
    blueprint.get("/deliveries")(deliveries)
    blueprint.post("/deliveries")(hand_over)
    scans.add_to(blueprint)


@audience("counter.scan")
def counter() -> str | BaseResponse:
    """Show the scanning page of the canteen where the person works."""
    at = clock.now()
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
        if canteen is None:
            return place.ask()
        meal, counts = scans.meal_and_counts(session, canteen.id, at)
        is_embedded = request.args.get("embed") == "1"
        device.name()
        return render_template(
            "counter/scan.html",
            canteen=canteen.name,
            meal=words.value("meal", meal),
            person_name=actor().name,
            day_label=frame.day_label(at),
            counts=counts,
            code_lengths=_CODE_LENGTHS,
            scans_url=url_for("web.take_scan"),
            redemptions_url="/counter/redemptions",
            board_url=url_for("web.board"),
            alarm=tickets.danger(session, canteen.id),
            alarm_url=url_for("web.alarm"),
            tickets_url=url_for("web.ticket_list"),
            home_url=None if is_embedded else url_for("web.home"),
            embed=is_embedded,
        )


@audience("counter.scan")
def board() -> str | BaseResponse:
    """List the orders of a meal, for who comes without a code or without a telephone."""
    return _show(_counter_list())


@audience("counter.scan")
def serve_by_hand() -> BaseResponse:
    """Hand over the tray of somebody whom the staff know."""
    return _serve(_counter_list())


@audience("deliveries.read")
def deliveries() -> str | BaseResponse:
    """List the meals to be carried out."""
    return _show(_courier_list())


@audience("deliveries.confirm")
def hand_over() -> BaseResponse:
    """Note that a meal was handed over at the door."""
    return _serve(_courier_list())


def _counter_list() -> _List:
    modes = ("dine_in", "pickup", "delivery")
    return _List(frame.words()["board"]["counter"], "manual", "web.board", "web.serve_by_hand", modes)


def _courier_list() -> _List:
    return _List(frame.words()["board"]["courier"], "courier", "web.deliveries", "web.hand_over", ("delivery",))


def _show(which: _List) -> str | BaseResponse:
    at = clock.now()
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
        if canteen is None:
            return place.ask()
        services = places.services(session, canteen_id=canteen.id, on=clock.service_day(at))
        asked = request.args.get("meal", "")
        meal = asked if asked in services else scans.meal_and_counts(session, canteen.id, at)[0]
        found = orders.board(session, canteen_id=canteen.id, service_date=clock.service_day(at), meal=meal)
        return render_template(
            "counter/board.html",
            title=which.title,
            canteen=canteen.name,
            day_label=frame.day_label(at),
            action=url_for(which.act),
            meals=[_way(which, name, name == meal) for name in orders.MEALS if name in services],
            rows=[_row(number, line) for number, line in enumerate(found.lines, 1) if line.mode in which.modes],
        )


def _way(which: _List, meal: str, is_shown: bool) -> dict[str, Any]:
    return {"label": words.value("meal", meal), "href": url_for(which.endpoint, meal=meal), "active": is_shown}


def _row(number: int, line: orders.BoardLine) -> dict[str, Any]:
    is_open = line.state in orders.OPEN_STATES
    return {
        "number": number,
        "name": line.diner_masked,
        "dishes": line.dishes,
        "notes": "、".join(line.flags),
        "mode": words.value("mode", line.mode),
        "status": words.value("state", line.state),
        "tone": "info" if is_open else "ok" if line.state in orders.SERVED_STATES else "warn",
        "order": line.ref if is_open else None,
        "scan_id": str(uuid.uuid4()),
    }


def _serve(which: _List) -> BaseResponse:
    at = clock.now()
    order_ref = request.form.get("order", "")
    with house().database.reading(actor().scope) as session:
        canteen = place.certainly_here(session)
        meal = _check(session, order_ref, canteen.id, which, clock.service_day(at))
        scan = scans.request_of(
            canteen.id, scan_id=request.form.get("scan_id", ""), code=order_ref, means=which.means, happened_at=at
        )
    answer = checkin.redeem(house().database, house().keys, scan)
    receipts.tell_of(answer)
    told = scan_words.said(answer)
    sentence = "　".join(part for part in (told["name"], told["word"], told["collect"], told["why"]) if part)
    flash(sentence, _TONES[answer.verdict])
    return redirect(url_for(which.endpoint, meal=meal), 303)


def _check(session: Session, order_ref: str, canteen_id: int, which: _List, day: date) -> str:
    """Return the meal of an order that stands on this list."""
    order = orders.find(session, ref=order_ref)
    if (order.canteen_id, order.service_date) != (canteen_id, day) or order.mode not in which.modes:
        raise NotFound("orders.not_found", ref=order_ref)
    return order.meal
