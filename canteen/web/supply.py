"""Between a central kitchen and its meal points: what each needs, what was sent, what came."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from canteen import kitchen, orders
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Invalid
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, frame, menu_form, place
from canteen.web.kitchen_words import celsius, say, tell, tenths

_MOST_DISHES = 60
_MOST = 9999


def add_to(blueprint: Blueprint) -> None:
    """Add the page of a day and what is sent from it."""
    blueprint.get("/kitchen/supply")(supply)
    blueprint.post("/kitchen/supply/<int:site_id>")(send_food)
    blueprint.post("/kitchen/supply/notes/<int:note_id>")(receive_food)


@audience("orders.read")
def supply() -> str | BaseResponse:
    """Show what this kitchen sends, and what this meal point gets."""
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
    return place.ask() if canteen is None else _page(canteen.id, canteen.name)


def _again(**_more: int) -> str:
    with house().database.reading(actor().scope) as session:
        canteen = place.certainly_here(session)
    return _page(canteen.id, canteen.name)


@audience("counter.scan")
@forms.shown_again(_again)
def send_food(site_id: int) -> BaseResponse:
    """Send food to a meal point."""
    day, meal = menu_form.asked_day(), _meal()
    with house().database.reading(actor().scope) as session:
        kitchen_id = place.certainly_here(session).id
    with house().database.transaction(EVERYWHERE) as session:
        note = kitchen.dispatch(
            session, kitchen_id=kitchen_id, site_id=site_id, service_date=day, meal=meal, dishes=_dishes(),
            celsius_tenths=tenths(forms.needed("celsius")), measure=forms.typed("measure"), actor=forms.me(),
            at=clock.now(),
        )  # fmt: skip
        ref = note.ref
    tell("supply", "sent", ref=ref)
    return redirect(url_for("web.supply", day=day, meal=meal), 303)


@audience("counter.scan")
@forms.shown_again(_again)
def receive_food(note_id: int) -> BaseResponse:
    """Note what came."""
    with house().database.reading(actor().scope) as session:
        site_id = place.certainly_here(session).id
    with house().database.transaction(EVERYWHERE) as session:
        kitchen.receive(
            session, site_id=site_id, note_id=note_id, dishes=_dishes(),
            celsius_tenths=tenths(forms.needed("celsius")), explanation=forms.typed("explanation"), actor=forms.me(),
            at=clock.now(),
        )  # fmt: skip
    tell("supply", "received")
    return redirect(url_for("web.supply", day=menu_form.asked_day(), meal=_meal()), 303)


def _meal() -> str:
    asked = request.values.get("meal", "lunch")
    return asked if asked in orders.MEALS else "lunch"


def _dishes() -> dict[str, int]:
    """Read the dishes of the form with their counts."""
    found = {}
    for number in range(_MOST_DISHES):
        dish = forms.typed(f"dish-{number}")
        if dish:
            found[dish] = forms.number(f"count-{number}", most=_MOST)
    if not found:
        raise Invalid("kitchen.nothing_sent")
    return found


def _page(canteen_id: int, name: str) -> str:
    day, meal = menu_form.asked_day(), _meal()
    # A kitchen cooks for places that its people may not see otherwise; they see counts, no guest.
    with house().database.reading(EVERYWHERE) as session:
        sites = kitchen.needs(session, kitchen_id=canteen_id, service_date=day, meal=meal)
        sent = kitchen.sent_from(session, kitchen_id=canteen_id, service_date=day)
        coming = kitchen.sent_to(session, site_id=canteen_id, service_date=day)
    may_act = actor().may("counter.scan")
    dishes = sorted({dish for site in sites for dish, _ in site.dishes})
    return render_template(
        "office/supply.html",
        title=say("supply", "title", canteen=name, day=frame.day_label(clock.local(day, 12))),
        prev_href=url_for("web.supply", day=day - timedelta(days=1), meal=meal),
        next_href=url_for("web.supply", day=day + timedelta(days=1), meal=meal),
        meals=[_way(day, one, meal) for one in orders.MEALS],
        sites=[_site(site, day, meal, may_act=may_act) for site in sites],
        dishes=[_dish(dish, sites) for dish in dishes],
        sent=[_note(one, None) for one in sent],
        coming=[_note(one, _receipt_action(one, may_act=may_act)) for one in coming],
    )


def _way(day: date, meal: str, chosen: str) -> dict[str, Any]:
    return {
        "label": words.value("meal", meal),
        "href": url_for("web.supply", day=day, meal=meal),
        "active": meal == chosen,
    }


def _site(site: kitchen.Need, day: date, meal: str, *, may_act: bool) -> dict[str, Any]:
    action = url_for("web.send_food", site_id=site.canteen_id, day=day, meal=meal) if may_act and site.dishes else None
    return {
        "id": site.canteen_id,
        "name": site.name,
        "portions": site.portions,
        "dishes": list(site.dishes),
        "action": action,
    }


def _dish(dish: str, sites: list[kitchen.Need]) -> dict[str, Any]:
    counts = [dict(site.dishes).get(dish, 0) for site in sites]
    return {"name": dish, "counts": counts, "sum": sum(counts)}


def _receipt_action(one: kitchen.Sent, *, may_act: bool) -> str | None:
    if one.received is not None or not may_act:
        return None
    return url_for("web.receive_food", note_id=one.note_id, day=one.service_date, meal=one.meal)


def _note(one: kitchen.Sent, action: str | None) -> dict[str, Any]:
    came = ""
    if one.received is not None:
        differences = "、".join(f"{dish} {count:+d}" for dish, count in one.differences)
        came = differences or say("supply", "equal")
    day = one.service_date
    may_trace = actor().may("menus.edit")
    return {
        "id": one.note_id,
        "ref": one.ref,
        "site": one.site,
        "meal": say("supply", "car", meal=words.value("meal", one.meal), number=one.number),
        "dishes": [
            {
                "name": dish,
                "count": count,
                "href": url_for("web.incident", first=day, last=day, meal=one.meal, dish=dish) if may_trace else None,
            }
            for dish, count in one.dishes
        ],
        "celsius": celsius(one.celsius_tenths),
        "measure": one.measure,
        "sent": words.value("at", one.sent_at),
        "came": came,
        "came_celsius": celsius(one.received_tenths) if one.received_tenths is not None else "",
        "explanation": one.explanation,
        "tone": "" if one.received is None else "warn" if one.explanation else "ok",
        "action": action,
    }
