"""Survive a power cut with paper: print the names of a meal with boxes to tick, and enter the ticks afterwards.

What is entered is evidence of its own kind, ``paper``, dated into the meal and shown among the anomalies. The id of
each entry is made from the order, so that a list that is sent twice books every tray once.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import checkin, orders, places
from canteen.foundation import clock
from canteen.foundation.errors import Invalid
from canteen.foundation.money import spoken_yuan
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import frame, place, scans

# So long a list may lie before it is entered.
_DAYS_BACK = 3


def add_to(blueprint: Blueprint) -> None:
    """Add the list and its entry."""
    blueprint.get("/counter/paper")(paper_list)
    blueprint.post("/counter/paper")(enter_paper)


@audience("counter.scan")
def paper_list() -> str | BaseResponse:
    """Show the names of a meal, to print beforehand or to tick afterwards."""
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
        if canteen is None:
            return place.ask()
        day, meal = _day(), _meal(session, canteen.id)
        found = orders.board(session, canteen_id=canteen.id, service_date=day, meal=meal)
        return render_template(
            "counter/paper.html",
            canteen=canteen.name,
            meal=words.value("meal", meal) if meal else "",
            day_label=frame.day_label(clock.local(day, 12)),
            action=url_for("web.enter_paper", day=day.isoformat(), meal=meal),
            days=[_way(clock.today() - timedelta(days=back), meal, day) for back in range(_DAYS_BACK + 1)],
            rows=[_row(number, line) for number, line in enumerate(found.lines, 1)],
        )


@audience("counter.scan")
def enter_paper() -> BaseResponse:
    """Book every tray that was ticked; what is booked already is left alone."""
    with house().database.reading(actor().scope) as session:
        canteen = place.certainly_here(session)
        day, meal = _day(), _meal(session, canteen.id)
        found = orders.board(session, canteen_id=canteen.id, service_date=day, meal=meal)
        happened = _served_at(session, canteen.id, day, meal)
    waiting = {line.ref for line in found.lines if line.state in orders.OPEN_STATES}
    ticked = [ref for ref in request.form.getlist("order") if ref in waiting]
    booked = sum(_book(canteen.id, ref, happened) for ref in ticked)
    said = frame.words()["paper"]
    flash(said["entered"].format(count=booked) if booked else said["none"], "ok" if booked else "info")
    return redirect(url_for("web.paper_list", day=day.isoformat(), meal=meal), 303)


def _book(canteen_id: int, order_ref: str, happened: datetime) -> bool:
    scan = scans.request_of(
        canteen_id, scan_id=f"paper-{order_ref}", code=order_ref, means="paper", happened_at=happened, remark="paper"
    )
    answer = checkin.redeem(house().database, house().keys, scan)
    return answer.redemption_ref is not None


def _day() -> date:
    """Return the day that is asked for, today by default; refuses ``form.not_a_day`` for one too long ago."""
    try:
        day = date.fromisoformat(request.args.get("day") or clock.today().isoformat())
    except ValueError:
        raise Invalid("form.not_a_day") from None
    if not clock.today() - timedelta(days=_DAYS_BACK) <= day <= clock.today():
        raise Invalid("form.not_a_day")
    return day


def _meal(session: Session, canteen_id: int) -> str:
    asked = request.args.get("meal", "")
    return asked if asked in orders.MEALS else scans.meal_and_counts(session, canteen_id, clock.now())[0]


def _served_at(session: Session, canteen_id: int, day: date, meal: str) -> datetime:
    """Return an instant of the meal: now while it is served, else when it closed."""
    service = places.services(session, canteen_id=canteen_id, on=day).get(meal)
    closes = clock.local(day, 12) if service is None else clock.local(day, 0) + timedelta(minutes=service.closes_minute)
    return min(clock.now(), closes - timedelta(minutes=1))


def _way(day: date, meal: str, shown: date) -> dict[str, Any]:
    label = f"{day.month} 月 {day.day} 日"
    href = url_for("web.paper_list", day=day.isoformat(), meal=meal)
    return {"label": label, "href": href, "active": day == shown}


def _row(number: int, line: orders.BoardLine) -> dict[str, Any]:
    is_open = line.state in orders.OPEN_STATES
    return {
        "number": number,
        "name": line.diner_masked,
        "dishes": line.dishes,
        "notes": "、".join(line.flags),
        "mode": words.value("mode", line.mode),
        "collect": spoken_yuan(line.own_fen),
        "order": line.ref if is_open else None,
        "status": words.value("state", line.state),
    }
