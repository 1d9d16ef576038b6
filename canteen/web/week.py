"""Plan the menus of a week at a glance, copy those of the week before, and see what the days ahead will take."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import kitchen, menus, orders, places
from canteen.foundation import clock
from canteen.foundation.money import spoken_yuan
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, frame, menu_form, place
from canteen.web.kitchen_words import say, tell

_WEEK = timedelta(days=7)
_WEEKS_BACK = 9


def add_to(blueprint: Blueprint) -> None:
    """Add the week, the copy, and the outlook."""
    blueprint.get("/kitchen/week")(menu_week)
    blueprint.post("/kitchen/week/copy")(copy_week)
    blueprint.get("/kitchen/outlook")(outlook)


@audience("menus.read")
def menu_week() -> str | BaseResponse:
    """Show seven days of menus."""
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
        return place.ask() if canteen is None else _page(session, canteen.id)


def _again() -> str:
    with house().database.reading(actor().scope) as session:
        return _page(session, place.certainly_here(session).id)


@audience("menus.edit")
@forms.shown_again(_again)
def copy_week() -> BaseResponse:
    """Offer what was offered in the week before, where nothing is planned yet."""
    first = menus.monday_of(menu_form.asked_day())
    with house().database.transaction(actor().scope) as session:
        canteen = place.certainly_here(session)
        count = menus.copy_week(
            session, canteen_id=canteen.id, source=first - _WEEK, target=first, not_before=clock.today()
        )
    tell("week", "copied" if count else "nothing_copied", count=count, tone="ok" if count else "warning")
    return redirect(url_for("web.menu_week", day=first), 303)


@audience("menus.read")
def outlook() -> str | BaseResponse:
    """Show what the next seven days will take, beside what is ordered already."""
    today = clock.today()
    days = [today + timedelta(days=n) for n in range(1, 8)]
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
        if canteen is None:
            return place.ask()
        services = places.services(session, canteen_id=canteen.id, on=today)
        meals = [_outlook(session, canteen.id, meal, days) for meal in orders.MEALS if meal in services]
    return render_template("office/outlook.html", meals=meals, canteen=canteen.name)


def _outlook(session: Session, canteen_id: int, meal: str, days: list[date]) -> dict[str, Any]:
    counts = kitchen.portions_by_day(
        session, canteen_id=canteen_id, meal=meal, first=days[0] - _WEEKS_BACK * _WEEK, until=days[-1] + _WEEK
    )
    found = kitchen.outlook(counts, today=clock.today(), days=days)
    error = say("outlook", "error", error=f"{found.error:.1f}", tried=found.tried) if found.error is not None else ""
    rows = [_expected(one, counts.get(one.day, 0), found.error or 0) for one in found.days]
    peak = max([1, *(row["high"] for row in rows), *(row["ordered"] for row in rows)])
    return {"label": words.value("meal", meal), "error": error, "rows": rows, "peak": peak}


def _expected(one: kitchen.Expected, ordered: int, error: float) -> dict[str, Any]:
    said = one.portions
    return {
        "day": f"{one.day.month}-{one.day.day} {words.value('day', one.day)[-2:-1]}",
        "expected": said,
        "low": max(0, round(said - error)) if said is not None else 0,
        "high": round(said + error) if said is not None else 0,
        "ordered": ordered,
        "based_on": one.based_on,
    }


def _page(session: Session, canteen_id: int) -> str:
    first = menus.monday_of(menu_form.asked_day())
    planned = menus.week(session, canteen_id=canteen_id, first=first)
    meals = [meal for meal in orders.MEALS if any(key[1] == meal for key in planned)] or ["lunch"]
    return render_template(
        "office/week.html",
        title=say("week", "title", first=frame.day_label(clock.local(first, 12))),
        prev_href=url_for("web.menu_week", day=first - _WEEK),
        next_href=url_for("web.menu_week", day=first + _WEEK),
        copy_action=url_for("web.copy_week", day=first) if actor().may("menus.edit") else None,
        meals=[words.value("meal", meal) for meal in meals],
        days=[_day(session, canteen_id, first + timedelta(days=n), meals, planned) for n in range(menus.DAYS)],
    )


def _day(
    session: Session, canteen_id: int, day: date, meals: list[str], planned: dict[tuple[date, str], menus.DayView]
) -> dict[str, Any]:
    return {
        "label": frame.day_label(clock.local(day, 12)),
        "href": url_for("web.menus", day=day),
        "cells": [_cell(session, canteen_id, day, meal, planned.get((day, meal))) for meal in meals],
    }


def _cell(session: Session, canteen_id: int, day: date, meal: str, view: menus.DayView | None) -> dict[str, Any]:
    is_open = places.is_open(session, canteen_id=canteen_id, day=day, meal=meal)
    items = [item for item in view.items if item.portions] if view else []
    return {
        "is_open": is_open,
        "dishes": [
            {
                "name": item.name,
                "price": spoken_yuan(item.price_fen),
                "tags": "、".join([*item.diets, *_gives(item)]),
                "unstated": not item.allergens_stated,
                "allergens": "、".join(item.allergens),
            }
            for item in items
        ],
    }


def _gives(item: menus.ItemView) -> list[str]:
    said = frame.words()["menus"]
    gives = [said["energy"].format(n=item.energy_kcal)] if item.energy_kcal is not None else []
    return gives + ([said["protein"].format(n=item.protein_g)] if item.protein_g is not None else [])
