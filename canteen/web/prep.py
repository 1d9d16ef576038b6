"""Show the numbered sheet that a meal is cooked from, with what has changed since; on paper it needs no network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from canteen import kitchen, orders, places
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, frame, menu_form, place
from canteen.web.kitchen_words import minute, say, tell
from canteen.web.kitchen_words import words as said


@dataclass(frozen=True)
class Found:
    """Hold all that the sheet of a meal is made of."""

    canteen: str
    meal: kitchen.Meal
    service: places.MealService | None
    sheet: kitchen.Sheet | None
    now: kitchen.Cooked
    changes: kitchen.Changes
    allergies: tuple[kitchen.Allergy, ...]
    buildings: tuple[tuple[str, int], ...]


def add_to(blueprint: Blueprint) -> None:
    """Add the sheet on the screen and on one page of paper, its numbers, and what a page asks while it is open."""
    blueprint.get("/kitchen/prep")(prep)
    blueprint.get("/kitchen/prep/sheet")(prep_sheet)
    blueprint.post("/kitchen/prep/number")(number_prep)
    blueprint.get("/kitchen/changes")(kitchen_changes)


@audience("orders.read")
def prep() -> str | BaseResponse:
    """Show what to cook and for whom, portion by portion."""
    found = _found()
    if found is None:
        return place.ask()
    doors = _doors(found.meal)
    return render_template(
        "office/prep.html",
        **_whole(found),
        rows=[_row(portion, doors) for portion in found.now.portions],
        sheet_href=url_for("web.prep_sheet", **_asked(found.meal)),
        labels_href=url_for("web.labels", **_asked(found.meal)) if actor().may("counter.scan") else None,
        changes_url=url_for("web.kitchen_changes", day=found.meal.service_date),
        locked=_act(found),
    )


@audience("orders.read")
def prep_sheet() -> str | BaseResponse:
    """Show totals and changes alone, in large type on one page of A4."""
    found = _found()
    if found is None:
        return place.ask()
    return render_template("print/prep.html", **_whole(found), back_href=url_for("web.prep", **_asked(found.meal)))


@audience("counter.scan")
@forms.shown_again(lambda: str(prep()))
def number_prep() -> BaseResponse:
    """Give the sheet its first number, or take what has changed into the next."""
    at, last = clock.now(), forms.number("last", most=9999)
    with house().database.reading(actor().scope) as session:
        of = _meal(place.certainly_here(session).id)
    with house().database.transaction(EVERYWHERE) as session:
        if last:
            sheet = kitchen.renumber(session, of=of, last=last, actor=forms.me(), at=at)
        else:
            sheet = kitchen.lock(session, of=of, actor=forms.me(), at=at)
        kitchen.tell(session, of=of, sheet=sheet, at=at)
    tell("prep", "locked_now", number=sheet.number, count=len(sheet.portions))
    return redirect(url_for("web.prep", **_asked(of)), 303)


@audience("orders.read")
def kitchen_changes() -> BaseResponse:
    """Answer what is not wanted any more since the sheets of a day were numbered, for the page that sounds."""
    day = menu_form.asked_day()
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
        told = [line for meal in orders.MEALS for line in _gone(session, canteen, day, meal)] if canteen else []
    return jsonify(count=len(told), text="；".join(told[-3:]))


def _gone(session: Any, canteen: places.Canteen, day: date, meal: str) -> list[str]:
    of = kitchen.Meal(canteen.id, day, meal)
    sheet = kitchen.sheet(session, of=of)
    if sheet is None:
        return []
    gone = kitchen.changes(sheet.portions, kitchen.cooked(session, of=of).portions).gone
    return [
        say("prep", "gone_told", number=one.portion.number, name=one.portion.diner_masked, dishes=one.portion.text)
        for one in gone
    ]


def _meal(canteen_id: int) -> kitchen.Meal:
    asked = request.values.get("meal", "lunch")
    return kitchen.Meal(canteen_id, menu_form.asked_day(), asked if asked in orders.MEALS else "lunch")


def _asked(of: kitchen.Meal) -> dict[str, Any]:
    return {"day": of.service_date, "meal": of.meal}


def _found() -> Found | None:
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
    if canteen is None:
        return None
    of = _meal(canteen.id)
    # Diners may live anywhere; the canteen is one that the asker may see.
    with house().database.reading(EVERYWHERE) as session:
        sheet, now = kitchen.sheet(session, of=of), kitchen.cooked(session, of=of)
        return Found(
            canteen=canteen.name,
            meal=of,
            service=places.services(session, canteen_id=canteen.id, on=of.service_date).get(of.meal),
            sheet=sheet,
            now=now,
            changes=kitchen.changes(sheet.portions, now.portions) if sheet else kitchen.Changes(),
            allergies=kitchen.allergies(session, of=of, portions=now.portions),
            buildings=kitchen.by_building(session, of=of),
        )


def _whole(found: Found) -> dict[str, Any]:
    """Say what the screen and the paper have in common."""
    day = frame.day_label(clock.local(found.meal.service_date, 12))
    until = _cutoff(found)
    return {
        "title": say("prep", "title", meal=words.value("meal", found.meal.meal)),
        "subtitle": say("prep", "subtitle", canteen=found.canteen, day=day, cutoff=words.value("at", until))
        if until
        else f"{found.canteen} · {day}",
        "number": _numbered(found.sheet),
        "count": len(found.now.portions),
        "totals": _totals(found),
        "changes": [_change(line) for line in found.changes.lines],
        "allergies": [_allergy(one) for one in found.allergies],
        "modes": [_mode(found, mode, count) for mode, count in kitchen.by_mode(found.now.portions)],
        "buildings": [(name or say("prep", "building_unknown"), count) for name, count in found.buildings],
        "walk_ins": say("prep", "walk_ins", count=found.now.walk_in_count) if found.now.walk_in_count else "",
    }


def _cutoff(found: Found) -> datetime | None:
    return orders.cutoff(orders.hours(found.service), found.meal.service_date) if found.service else None


def _numbered(sheet: kitchen.Sheet | None) -> str:
    if sheet is None:
        return say("prep", "not_numbered")
    return say("prep", "numbered_at", number=sheet.number, at=words.value("at", sheet.locked_at))


def _totals(found: Found) -> list[dict[str, Any]]:
    """Say of each dish what was numbered, what has changed since, and what that comes to."""
    moved = dict(found.changes.by_dish)
    now = {total.dish: total for total in kitchen.totals(found.now.portions)}
    numbered = {total.dish: total.count for total in kitchen.totals(found.sheet.portions)} if found.sheet else {}
    dishes = [*now, *(dish for dish in numbered if dish not in now)]
    return [
        {
            "dish": dish,
            "numbered": numbered.get(dish, 0) if found.sheet else None,
            "moved": _signed(moved.get(dish, 0)),
            "count": now[dish].count if dish in now else 0,
            "of_which": _of_which(now[dish]) if dish in now else "",
        }
        for dish in dishes
    ]


def _signed(count: int) -> str:
    name = "plus" if count > 0 else "minus" if count else "same"
    return say("prep", name, count=abs(count))


def _of_which(total: kitchen.Total) -> str:
    wishes = [
        say("prep", "wish", wishes="＋".join(group.wishes), count=group.count) for group in total.groups if group.wishes
    ]
    return say("prep", "of_which", wishes="、".join(wishes)) if wishes else ""


def _change(line: kitchen.Change) -> dict[str, Any]:
    return {
        "kind": said()["prep"]["kinds"][line.kind],
        "tone": "bad" if line.kind == "gone" else "warn",
        "number": line.portion.number,
        "name": line.portion.diner_masked,
        "dishes": line.portion.text,
        "notes": "、".join(line.portion.wishes),
        "before": line.before.text if line.before else "",
    }


def _allergy(one: kitchen.Allergy) -> dict[str, Any]:
    if one.clash:
        text = say("prep", "clash", clash="、".join(one.clash))
    else:
        text = say("prep", "away", allergens="、".join(one.allergens))
    return {
        "number": one.number,
        "name": one.diner_masked,
        "dishes": one.dishes,
        "text": text,
        "is_clash": bool(one.clash),
    }


def _mode(found: Found, mode: str, count: int) -> dict[str, Any]:
    hours = ""
    if found.service:
        name = "delivery_hours" if mode == "delivery" else "hours"
        opens, closes = minute(found.service.opens_minute), minute(found.service.closes_minute)
        hours = say("prep", name, opens=opens, closes=closes)
    return {"label": words.value("mode", mode), "value": str(count), "note": hours, "href": None}


def _row(portion: kitchen.Portion, doors: dict[str, str]) -> dict[str, Any]:
    return {
        "number": portion.number,
        "name": portion.diner_masked,
        "dishes": portion.text,
        "notes": "、".join(portion.wishes),
        "mode": words.value("mode", portion.mode),
        "place": doors.get(portion.ref, ""),
    }


def _doors(of: kitchen.Meal) -> dict[str, str]:
    """Tell the packers where to; others who may read the orders, and days gone by, get no address."""
    if not actor().may("counter.scan") or of.service_date < clock.today():
        return {}
    with house().database.transaction(EVERYWHERE) as session:
        return orders.doors(
            session, canteen_id=of.canteen_id, service_date=of.service_date, meal=of.meal, actor=forms.me(),
            at=clock.now(),
        )  # fmt: skip


def _act(found: Found) -> dict[str, Any] | None:
    """Offer the next number where there is reason for one."""
    if not actor().may("counter.scan"):
        return None
    action, until = url_for("web.number_prep", **_asked(found.meal)), _cutoff(found)
    if found.sheet is None:
        if until is None or clock.now() < until:
            return None
        return {"action": action, "last": 0, "label": say("prep", "lock"), "question": say("prep", "lock_question")}
    if not found.changes.lines:
        return None
    last = found.sheet.number
    return {
        "action": action,
        "last": last,
        "label": say("prep", "next", number=last + 1),
        "question": say("prep", "next_question", number=last + 1, last=last),
    }
