"""Show the sheet of one person's orders: what is ordered, what can be, and what is read back."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from canteen import menus, orders, places, seniors, subsidy
from canteen.foundation import clock
from canteen.foundation.secrecy import masked_name
from canteen.http import words
from canteen.http.auth import actor
from canteen.http.current import house
from canteen.web import frame, neighbours, office, reach

MODES = ("dine_in", "pickup", "delivery")
_DAYS_AHEAD = 7


@dataclass(frozen=True)
class ReadBack:
    """Hold what would be ordered, the order in whose place it would come with its dishes, and why it is late."""

    offer: orders.Offer
    replaces: str
    was: str
    reason: str


@dataclass(frozen=True)
class _Meal:
    """Name a meal that can be ordered, and whether its cut-off has passed."""

    day: date
    meal: str
    is_late: bool


def sheet(ref: str, read_back: ReadBack | None = None) -> str:
    """Show what is ordered for a person, what can be ordered, and what would be."""
    with house().database.reading(neighbours.scope()) as session:
        found = seniors.person(session, ref=ref)
        # A central kitchen cooks for meal points and serves nobody itself.
        listed = [one for one in reach.canteens(session) if one.kind != "central_kitchen"]
        canteen = _canteen(listed, found)
        meals = [] if canteen is None else _open_meals(session, canteen.id)
        when = _chosen_meal(meals)
        view = None
        if canteen is not None and when is not None:
            view = menus.day(session, canteen_id=canteen.id, service_date=when.day, meal=when.meal)
        return render_template(
            "office/order_for.html",
            name=found.name if actor().may("people.read") else masked_name(found.name),
            notes=_notes(found),
            back_url=url_for("web.person", ref=ref) if actor().may("people.read") else url_for("web.callers"),
            action=url_for("web.orders_for", ref=ref),
            offer_action=url_for("web.read_back_for", ref=ref),
            coming=[_coming(ref, one) for one in orders.upcoming(session, person_id=found.id, on=clock.today())],
            canteens=[(one.ref, one.name) for one in listed],
            canteen="" if canteen is None else canteen.ref,
            meals=[(f"{one.day}/{one.meal}", _labelled(one)) for one in meals],
            when="" if when is None else f"{when.day}/{when.meal}",
            is_late=when is not None and when.is_late,
            reason=request.form.get("reason", ""),
            modes=[(mode, words.value("mode", mode)) for mode in MODES],
            mode=request.form.get("mode", "dine_in"),
            dishes=[] if view is None else [_dish(item, found) for item in view.items],
            offer=None if read_back is None else _read_back(read_back),
            phone="" if canteen is None else canteen.phone,
            key=secrets.token_hex(8),
        )


def _canteen(listed: Sequence[places.Canteen], found: seniors.Person) -> places.Canteen | None:
    """Return the canteen that was chosen, else that of the person, else the first in reach."""
    asked = request.values.get("canteen", "")
    ranked = sorted(listed, key=lambda one: (one.ref != asked, one.id != found.home_canteen_id))
    return next(iter(ranked), None)


def _open_meals(session: Session, canteen_id: int) -> list[_Meal]:
    """List the meals of the coming days that have dishes and can still be ordered, late ones for who may."""
    today, now = clock.today(), clock.now()
    known = orders.timetable(session, canteen_id=canteen_id)
    offered = menus.offered(session, canteen_id=canteen_id, first=today, last=today + timedelta(days=_DAYS_AHEAD))
    found = []
    for day, meal in sorted(offered, key=lambda one: (one[0], orders.MEALS.index(one[1]))):
        hours = known.meals_on(day).get(meal) if known else None
        if hours is None:
            continue
        is_late = now >= orders.cutoff(hours, day)
        if not is_late or (actor().may("orders.late") and now < orders.serves_until(hours, day)):
            found.append(_Meal(day, meal, is_late))
    return found


def _chosen_meal(meals: Sequence[_Meal]) -> _Meal | None:
    """Return the meal that was asked for, else the first in time, else the first."""
    asked = request.values.get("when", "")
    ranked = sorted(meals, key=lambda one: (f"{one.day}/{one.meal}" != asked, one.is_late))
    return next(iter(ranked), None)


def _labelled(one: _Meal) -> str:
    name = _meal_name(one.day, one.meal)
    return str(office.words()["ordering"]["late"].format(meal=name)) if one.is_late else name


def _meal_name(day: date, meal: str) -> str:
    return f"{frame.day_label(clock.local(day, 12))} {words.value('meal', meal)}"


def _notes(found: seniors.Person) -> list[str]:
    said = office.words()["ordering"]
    return [*(said["allergy"].format(name=one) for one in found.allergies), *found.diet]


def _dish(item: menus.ItemView, found: seniors.Person) -> dict[str, Any]:
    harmful = sorted(set(item.allergens) & set(found.allergies))
    said = office.words()["ordering"]
    gone = "" if item.remaining else said["gone"]
    wished = request.form.get(f"item_{item.item_id}", "")
    return {
        "field": f"item_{item.item_id}",
        "name": item.name,
        "price_fen": item.price_fen,
        "left": item.remaining,
        "why_not": said["harmful"].format(names="、".join(harmful)) if harmful else gone,
        "count": wished if wished.isascii() and wished.isdigit() and len(wished) < 3 else "0",
    }


def _coming(ref: str, order: orders.Order) -> dict[str, Any]:
    is_open = order.state in orders.OPEN_STATES
    return {
        "meal": _meal_name(order.service_date, order.meal),
        "dishes": order.dishes,
        "mode": words.value("mode", order.mode),
        "own_fen": order.own_fen,
        "status": words.value("state", order.state),
        "cancel_action": url_for("web.cancel_for", ref=ref, order_ref=order.ref) if is_open else None,
    }


def _read_back(read_back: ReadBack) -> dict[str, Any]:
    offer = read_back.offer
    return {
        "meal": _meal_name(offer.service_date, offer.meal),
        "canteen": offer.canteen_name,
        "dishes": offer.dishes,
        "mode": words.value("mode", offer.mode),
        "price": subsidy.spoken(offer.quote),
        "own_fen": offer.quote.own_fen,
        "until": "" if clock.now() >= offer.cutoff_at else words.value("at", offer.cutoff_at),
        "was": read_back.was,
        "fields": [
            ("when", f"{offer.service_date}/{offer.meal}"),
            ("mode", offer.mode),
            ("replaces", read_back.replaces),
            ("reason", read_back.reason),
            *((f"item_{line.item_id}", line.quantity) for line in offer.lines),
        ],
    }
