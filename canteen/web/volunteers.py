"""Show what volunteers and neighbours did in a month, for thanks and evaluation, and who comes on which weekday."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from canteen import rounds
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.http.auth import audience
from canteen.http.current import house
from canteen.web import forms, place, round_words

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
_TERMS = ("hot_limit_minutes", "lead_minutes", "door_seconds", "floor_seconds", "moved_seconds")


def add_to(blueprint: Blueprint) -> None:
    """Add the list of a month, and what a canteen asks of its plans."""
    blueprint.get("/rounds/volunteers")(volunteer_page)
    blueprint.get("/rounds/terms")(terms_page)
    blueprint.post("/rounds/terms")(set_terms)


@audience("deliveries.plan")
def volunteer_page() -> str | BaseResponse:
    """List by team what each earned in a month: hours, trips, meals, visits."""
    first, until = _month()
    with house().database.reading(EVERYWHERE) as session:
        canteen = place.here(session)
        if canteen is None:
            return place.ask()
        earned = rounds.earned_between(session, canteen_id=canteen.id, first=first, until=until)
        return render_template(
            "rounds/volunteers.html",
            canteen=canteen.name,
            month=f"{first.year} 年 {first.month} 月",
            rows=[_row(one) for one in earned],
            total=_hours(sum(one.minutes for one in earned)),
            roster=_roster(earned),
            before=url_for("web.volunteer_page", month=f"{first - timedelta(days=1):%Y-%m}"),
            after=url_for("web.volunteer_page", month=f"{until:%Y-%m}"),
            back_url=url_for("web.crew_page"),
        )


@audience("deliveries.plan")
def terms_page() -> str | BaseResponse:
    """Show what the canteen asks of its plans."""
    with house().database.reading(EVERYWHERE) as session:
        canteen = place.here(session)
        if canteen is None:
            return place.ask()
        terms, said = rounds.terms_of(session, canteen.id), round_words.words()["terms"]
        return render_template(
            "rounds/terms.html",
            canteen=canteen.name,
            fields=[(name, said[name], said[f"{name}_hint"], getattr(terms, name)) for name in _TERMS],
            action=url_for("web.set_terms"),
            back_url=url_for("web.round_page"),
        )


@audience("deliveries.plan")
@forms.shown_again(lambda: str(terms_page()))
def set_terms() -> BaseResponse:
    """Ask this of plans from now on."""
    asked = rounds.Asked(**{name: forms.number(name, most=900) for name in _TERMS})
    with house().database.transaction(EVERYWHERE) as session:
        canteen = place.certainly_here(session)
        rounds.set_terms(session, canteen_id=canteen.id, asked=asked, actor=forms.me(), at=clock.now())
    round_words.tell("terms")
    return redirect(url_for("web.terms_page"), 303)


def _month() -> tuple[date, date]:
    """Return the first day of the month that is asked for, else of this one, and the day after its last."""
    asked = request.args.get("month", "")
    named = asked if _MONTH.fullmatch(asked) else f"{clock.today():%Y-%m}"
    first = date.fromisoformat(f"{named}-01")
    return first, (first + timedelta(days=32)).replace(day=1)


def _row(one: rounds.Earned) -> dict[str, Any]:
    return {
        "team": one.courier.team or "—",
        "name": one.courier.name,
        "hours": _hours(one.minutes),
        "trips": one.trips,
        "meals": one.meals,
        "visits": one.visits,
        "balance": _hours(one.balance),
    }


def _hours(minutes: int) -> str:
    return f"{minutes // 60} 小时 {minutes % 60} 分"


def _roster(earned: Sequence[rounds.Earned]) -> list[dict[str, Any]]:
    """List by team who comes on which day of the week."""
    teams: dict[str, list[rounds.Courier]] = {}
    for one in earned:
        if one.courier.ended_on is None:
            teams.setdefault(one.courier.team or "—", []).append(one.courier)
    return [
        {"team": team, "days": ["、".join(one.name for one in people if day in one.weekdays) for day in "1234567"]}
        for team, people in teams.items()
    ]
