"""From a dish to everybody who ate it, and their telephone numbers, when somebody was taken ill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from canteen import kitchen, orders
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import calls, place
from canteen.web.kitchen_words import say

_DAYS_BACK = 3


def add_to(blueprint: Blueprint) -> None:
    """Add the search and the list of calls."""
    blueprint.get("/kitchen/incident")(incident)
    blueprint.post("/kitchen/incident/calls")(open_incident)


@dataclass(frozen=True)
class Asked:
    """Hold what is looked for: the days from the first to the last, the meal or all, the dish or none yet."""

    first: date
    last: date
    meal: str
    dish: str


@audience("menus.edit")
def incident() -> str | BaseResponse:
    """Ask for dish and days, and show who ate it, masked."""
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
    if canteen is None:
        return place.ask()
    asked = _asked()
    # A central kitchen's dish was eaten where its meal points are, whoever may see those.
    with house().database.reading(EVERYWHERE) as session:
        sites = kitchen.sites_of(session, canteen_id=canteen.id)
        names = kitchen.dishes_eaten(session, canteen_ids=sites, first=asked.first, last=asked.last)
        found = _eaters(session, sites, asked)
    return render_template(
        "office/incident.html",
        first=asked.first,
        last=asked.last,
        meal=asked.meal,
        meals=[("", say("incident", "all_meals"))] + [(meal, words.value("meal", meal)) for meal in orders.MEALS],
        dish=asked.dish,
        dishes=[("", say("incident", "choose")), *((name, name) for name in names)],
        count=say("incident", "count", meals=len(found), nameless=sum(not one.is_known for one in found))
        if asked.dish
        else "",
        rows=[_row(one) for one in found],
        calls_action=url_for("web.open_incident", **_query(asked)) if found else None,
    )


@audience("menus.edit")
def open_incident() -> str:
    """Print whom to call."""
    with house().database.reading(actor().scope) as session:
        canteen = place.certainly_here(session)
    asked = _asked()
    with house().database.reading(EVERYWHERE) as session:
        found = _eaters(session, kitchen.sites_of(session, canteen_id=canteen.id), asked)
    refs = [one.order_ref for one in found if one.is_known]
    back = url_for("web.incident", **_query(asked))
    return calls.sheet(canteen.id, f"{canteen.name} {asked.dish}", refs, why="incident", back_href=back)


def _eaters(session: Any, sites: tuple[int, ...], asked: Asked) -> Sequence[kitchen.Eaten]:
    if not asked.dish:
        return []
    return kitchen.eaters(
        session, canteen_ids=sites, first=asked.first, last=asked.last, dish=asked.dish, meal=asked.meal
    )


def _asked() -> Asked:
    last = _day("last", clock.today())
    first = _day("first", last - timedelta(days=_DAYS_BACK))
    meal = request.values.get("meal", "")
    return Asked(first, last, meal if meal in orders.MEALS else "", request.values.get("dish", "").strip())


def _day(name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.values.get(name, ""))
    except ValueError:
        return otherwise


def _query(asked: Asked) -> dict[str, Any]:
    return {"first": asked.first, "last": asked.last, "meal": asked.meal, "dish": asked.dish}


def _row(one: kitchen.Eaten) -> dict[str, Any]:
    return {
        "name": one.diner_masked,
        "canteen": one.canteen,
        "meal": words.value("meal", one.meal),
        "at": words.value("at", one.happened_at),
        "dishes": one.dishes,
        "mode": words.value("mode", one.mode),
    }
