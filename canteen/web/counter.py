"""Serve at the counter: the scanning page, and the list of the meal for those who come without a code."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from canteen import checkin, orders
from canteen.foundation import clock
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import device, forms, frame, gun, place, scans, serving, shell, tickets

_CODE_LENGTHS = (checkin.NUMBER_LENGTH, gun.COMMAND_LENGTH, checkin.CARD_LENGTH, checkin.PAGE_LENGTH)


def add_to(blueprint: Blueprint) -> None:
    """Add the scanning page, the acts that it sends, and the list of all orders."""
    blueprint.get("/counter")(counter)
    blueprint.get("/counter/board")(board)
    blueprint.post("/counter/board")(serve_by_hand)
    scans.add_to(blueprint)
    shell.add_to(blueprint)


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
            commands=gun.commands(),
            practice=request.args.get("practice") == "1",
            scans_url=url_for("web.take_scan"),
            people_url=url_for("web.find_guests"),
            guests_url=url_for("web.guest_dishes"),
            redemptions_url="/counter/redemptions",
            board_url=url_for("web.board"),
            alarm=tickets.danger(session, canteen.id),
            alarm_url=url_for("web.alarm"),
            tickets_url=url_for("web.ticket_list"),
            home_url=None if is_embedded else url_for("web.home"),
            embed=is_embedded,
            offline=None if is_embedded else shell.offline(),
        )


@audience("counter.scan")
def board() -> str | BaseResponse:
    """List the orders of a meal, for who comes without a code or without a telephone."""
    day = clock.today()
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
        if canteen is None:
            return place.ask()
        meal, ways = serving.meals(session, canteen.id, "web.board")
        found = orders.board(session, canteen_id=canteen.id, service_date=day, meal=meal)
        return render_template(
            "counter/board.html",
            canteen=canteen.name,
            day_label=frame.day_label(clock.now()),
            action=url_for("web.serve_by_hand"),
            paper_url=url_for("web.paper_list", meal=meal),
            whys=list(frame.words()["by_hand"].items()),
            meals=ways,
            rows=[_row(line.number, line) for line in found.lines],
        )


@audience("counter.scan")
def serve_by_hand() -> BaseResponse:
    """Hand over the tray of somebody whom the staff know."""
    remark = forms.chosen("why", frame.words()["by_hand"])
    meal = serving.serve(means="manual", modes=("dine_in", "pickup", "delivery"), remark=remark)
    return redirect(url_for("web.board", meal=meal), 303)


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
