"""Close a day, or one meal of it: show first whom it concerns, then cancel, tell, and print whom to call."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import kitchen, orders, places
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import calls, forms, frame, menu_form, place
from canteen.web.kitchen_words import say, tell

_LONGEST_REASON = 120


def add_to(blueprint: Blueprint) -> None:
    """Add the question, and both answers."""
    blueprint.get("/kitchen/closing")(closing)
    blueprint.post("/kitchen/close")(close_kitchen)
    blueprint.post("/kitchen/reopen")(reopen_kitchen)


@audience("menus.edit")
def closing() -> str | BaseResponse:
    """Show what is ordered for a day, where else there is food, and what is closed already."""
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
        return place.ask() if canteen is None else _page(session, canteen.id, menu_form.asked_day())


def _again() -> str:
    with house().database.reading(actor().scope) as session:
        return _page(session, place.certainly_here(session).id, menu_form.asked_day())


@audience("menus.edit")
@forms.shown_again(_again)
def close_kitchen() -> BaseResponse:
    """Serve nothing: note it, cancel what was ordered, and tell everybody."""
    day, meal = menu_form.asked_day(), forms.typed("meal")
    reason = forms.needed("reason")[:_LONGEST_REASON]
    meal = meal if meal in orders.MEALS else ""
    with house().database.reading(actor().scope) as session:
        canteen_id = place.certainly_here(session).id
    with house().database.transaction(EVERYWHERE) as session:
        cancelled = kitchen.close(
            session, canteen_id=canteen_id, day=day, meal=meal, reason=reason, actor=forms.me(), at=clock.now()
        )
    calls.deliver_soon()
    tell("closing", "closed", tone="warning", count=len(cancelled))
    return redirect(url_for("web.closing", day=day), 303)


@audience("menus.edit")
def reopen_kitchen() -> BaseResponse:
    """Serve on a day after all; cancelled orders stay cancelled."""
    day, meal = menu_form.asked_day(), forms.typed("meal")
    with house().database.transaction(actor().scope) as session:
        canteen = place.certainly_here(session)
        places.reopen_day(session, canteen_id=canteen.id, day=day, meal=meal, actor=forms.me(), at=clock.now())
    tell("closing", "reopened")
    return redirect(url_for("web.closing", day=day), 303)


def _page(session: Session, canteen_id: int, day: date) -> str:
    services = places.services(session, canteen_id=canteen_id, on=day)
    boards = {
        meal: orders.board(session, canteen_id=canteen_id, service_date=day, meal=meal)
        for meal in orders.MEALS
        if meal in services
    }
    closed = places.closed_meals(session, canteen_id=canteen_id, day=day)
    waiting = sum(board.open_count for board in boards.values())
    cancelled = orders.cancelled_by_kitchen(session, canteen_id=canteen_id, service_date=day)
    may_close = day >= clock.today() and "" not in closed
    return render_template(
        "office/closing.html",
        day_label=frame.day_label(clock.local(day, 12)),
        prev_href=url_for("web.closing", day=day - timedelta(days=1)),
        next_href=url_for("web.closing", day=day + timedelta(days=1)),
        rows=[_row(meal, board, canteen_id, day, closed) for meal, board in boards.items()],
        action=url_for("web.close_kitchen", day=day) if may_close else None,
        question=say("closing", "question", count=waiting),
        meals=[("", say("closing", "whole"))] + [(meal, words.value("meal", meal)) for meal in boards],
        closed=[_closed(meal, day) for meal in closed],
        cancelled=cancelled,
        calls_action=url_for("web.open_closed", day=day) if cancelled else None,
    )


def _row(meal: str, board: orders.Board, canteen_id: int, day: date, closed: list[str]) -> dict[str, Any]:
    with house().database.reading(EVERYWHERE) as session:
        other = kitchen.nearest(session, of=kitchen.Meal(canteen_id, day, meal))
    return {
        "meal": words.value("meal", meal),
        "open": board.open_count,
        "served": board.served_count,
        "state": say("closing", "not_served" if {"", meal} & set(closed) else "served"),
        "tone": "warn" if {"", meal} & set(closed) else "ok",
        "other": _other(other),
    }


def _other(other: kitchen.Nearest | None) -> str:
    if other is None:
        return say("closing", "no_other")
    if other.metres is None:
        return say("closing", "same_district", name=other.name, phone=other.phone)
    return say("closing", "other", name=other.name, phone=other.phone, kilometres=f"{other.metres / 1000:.1f}")


def _closed(meal: str, day: date) -> dict[str, Any]:
    return {
        "label": words.value("meal", meal) if meal else say("closing", "whole"),
        "meal": meal,
        "action": url_for("web.reopen_kitchen", day=day) if day >= clock.today() else None,
    }
