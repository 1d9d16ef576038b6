"""Tell the kitchen what to cook and for whom: the orders of a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import orders, places
from canteen.foundation import clock
from canteen.foundation.errors import NotFound
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import calls, closing, dishes, forms, frame, incident, menu_form, place, prep, ready, week

_LONGEST_REASON = 120
_TONES = {"placed": "info", "locked": "info", "served": "ok", "delivered": "ok"}


def add_to(blueprint: Blueprint) -> None:
    """Add the orders of a day, cancelling one late, and all that the kitchen does beside."""
    blueprint.get("/kitchen")(kitchen)
    blueprint.post("/kitchen/orders/<ref>/cancel")(cancel_late)
    menu_form.add_to(blueprint)
    prep.add_to(blueprint)
    dishes.add_to(blueprint)
    closing.add_to(blueprint)
    calls.add_to(blueprint)
    incident.add_to(blueprint)
    ready.add_to(blueprint)
    week.add_to(blueprint)


@audience("orders.read")
def kitchen() -> str | BaseResponse:
    """List the orders of a day."""
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
        return place.ask() if canteen is None else _page(session, canteen.id)


def _page(session: Session, canteen_id: int) -> str:
    day = menu_form.asked_day()
    boards = _boards(session, canteen_id, day)
    rows = [_row(line.number, meal, line) for meal in boards for line in boards[meal].lines]
    return render_template(
        "office/orders.html",
        day_label=frame.day_label(clock.local(day, 12)),
        prev_href=url_for("web.kitchen", day=day - timedelta(days=1)),
        next_href=url_for("web.kitchen", day=day + timedelta(days=1)),
        prep_href=url_for("web.prep", day=day, meal=next(iter(boards), "lunch")),
        changes_url=url_for("web.kitchen_changes", day=day),
        boxes=[_box(meal, found, day) for meal, found in boards.items()],
        rows=rows,
        page={"text": frame.words()["kitchen"]["count"].format(count=len(rows)), "prev_href": None, "next_href": None},
    )


def _again(ref: str) -> str:
    with house().database.reading(actor().scope) as session:
        return _page(session, place.certainly_here(session).id)


@audience("orders.late")
@forms.shown_again(_again)
def cancel_late(ref: str) -> BaseResponse:
    """Cancel one order of this canteen, past its cut-off too, with the reason."""
    reason = forms.needed("reason")[:_LONGEST_REASON]
    with house().database.transaction(actor().scope) as session:
        canteen, order = place.certainly_here(session), orders.find(session, ref=ref)
        if order.canteen_id != canteen.id:
            raise NotFound("orders.not_found", ref=ref)
        orders.cancel(session, ref=ref, actor=forms.me(), channel="staff", at=clock.now(), late_reason=reason)
        day = order.service_date
    flash(frame.words()["kitchen"]["cancelled_late"], "ok")
    return redirect(url_for("web.kitchen", day=day), 303)


def _boards(session: Session, canteen_id: int, day: date) -> dict[str, orders.Board]:
    services = places.services(session, canteen_id=canteen_id, on=day)
    return {
        meal: orders.board(session, canteen_id=canteen_id, service_date=day, meal=meal)
        for meal in orders.MEALS
        if meal in services
    }


def _box(meal: str, found: orders.Board, day: date) -> dict[str, Any]:
    note = frame.words()["kitchen"]["box"].format(served=found.served_count, open=found.open_count)
    return {
        "label": words.value("meal", meal),
        "value": str(found.served_count + found.open_count),
        "note": note,
        "href": url_for("web.prep", day=day, meal=meal),
    }


def _row(number: int, meal: str, line: orders.BoardLine) -> dict[str, Any]:
    return {
        "number": number,
        "name": line.diner_masked,
        "meal": words.value("meal", meal),
        "dishes": line.dishes,
        "notes": "、".join(line.flags),
        "mode": words.value("mode", line.mode),
        "channel": words.value("channel", line.channel),
        "own_fen": line.own_fen,
        "status": words.value("state", line.state),
        "tone": _TONES.get(line.state, "warn"),
        "href": f"#{line.ref}",
        "cancel_action": url_for("web.cancel_late", ref=line.ref)
        if line.state in orders.OPEN_STATES and actor().may("orders.late")
        else None,
    }
