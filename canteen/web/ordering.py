"""Order for somebody who telephones or stands at the desk: choose, read back, place; cancel what was ordered.

The same offer as at every door: price, limits, cut-off and allergies are those of `orders.offer`. The sheet that was
read back carries a key of its own, so that a button pressed twice orders once.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import menus, orders, places, seniors, subsidy
from canteen.foundation import clock
from canteen.foundation.errors import Invalid
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, frame, office, reach

_CHANNEL = "phone"
_DAYS_AHEAD = 7
_MODES = ("dine_in", "pickup", "delivery")


def add_to(blueprint: Blueprint) -> None:
    """Add the sheet for one person's orders and what is sent from it."""
    at = "/office/people/<ref>/orders"
    blueprint.get(at)(orders_for)
    blueprint.post(f"{at}/offer")(read_back_for)
    blueprint.post(at)(place_for)
    blueprint.post(f"{at}/<order_ref>/cancel")(cancel_for)


@audience("orders.place")
def orders_for(ref: str) -> str:
    """Show what is ordered for a person, and the dishes of a meal to choose from."""
    return _sheet(ref)


def _again(ref: str, **_more: str) -> str:
    return _sheet(ref)


@audience("orders.place")
@forms.shown_again(_again)
def read_back_for(ref: str) -> BaseResponse:
    """Read back what would be ordered and paid; nothing is written."""
    with house().database.reading(actor().scope) as session:
        found = seniors.person(session, ref=ref)
        asked = _asked(session)
        offer = orders.offer(session, person_id=found.id, at=clock.now(), **asked)
    return make_response(_sheet(ref, offer=offer))


@audience("orders.place")
@forms.shown_again(_again)
def place_for(ref: str) -> BaseResponse:
    """Place the order that was read back, once however often the button is pressed."""
    key = forms.needed("key")
    with house().database.transaction(actor().scope) as session:
        found = seniors.person(session, ref=ref)
        orders.place(
            session, person_id=found.id, channel=_CHANNEL, actor=forms.me(), at=clock.now(),
            key=f"{_CHANNEL}:{actor().ref}:{key}", **_asked(session),
        )  # fmt: skip
    office.tell("order_placed")
    return redirect(url_for("web.orders_for", ref=ref), 303)


@audience("orders.place")
@forms.shown_again(_again)
def cancel_for(ref: str, order_ref: str) -> BaseResponse:
    """Cancel an order of the person before the cut-off."""
    with house().database.transaction(actor().scope) as session:
        found = seniors.person(session, ref=ref)
        if all(one.ref != order_ref for one in orders.upcoming(session, person_id=found.id, on=clock.today())):
            raise Invalid("form.no_such_choice")
        orders.cancel(session, ref=order_ref, actor=forms.me(), channel=_CHANNEL, at=clock.now())
    office.tell("order_cancelled")
    return redirect(url_for("web.orders_for", ref=ref), 303)


def _asked(session: Session) -> dict[str, Any]:
    canteen = reach.canteen(session, ref=forms.needed("canteen"))
    day, meal = _when(forms.needed("when"))
    chosen = {name: forms.number(name, most=orders.MOST_PORTIONS) for name in request.form if name.startswith("item_")}
    wishes = [orders.Wish(_item(name), count) for name, count in chosen.items() if count]
    return {
        "canteen_id": canteen.id,
        "service_date": day,
        "meal": meal,
        "mode": forms.chosen("mode", _MODES),
        "wishes": wishes,
    }


def _item(name: str) -> int:
    number = name.removeprefix("item_")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Invalid("form.no_such_choice")
    return int(number)


def _when(text: str) -> tuple[date, str]:
    day, _, meal = text.partition("/")
    try:
        found = date.fromisoformat(day)
    except ValueError:
        raise Invalid("form.not_a_day", text=day[:20]) from None
    if meal not in orders.MEALS:
        raise Invalid("form.no_such_choice")
    return found, meal


def _sheet(ref: str, offer: orders.Offer | None = None) -> str:
    with house().database.reading(actor().scope) as session:
        found = seniors.person(session, ref=ref)
        # A central kitchen cooks for meal points and serves nobody itself.
        listed = [one for one in reach.canteens(session) if one.kind != "central_kitchen"]
        canteen = _canteen(listed, found)
        meals = [] if canteen is None else _open_meals(session, canteen.id)
        when = _chosen_meal(meals)
        view = None
        if canteen is not None and when is not None:
            view = menus.day(session, canteen_id=canteen.id, service_date=when[0], meal=when[1])
        return render_template(
            "office/order_for.html",
            name=found.name,
            notes=_notes(found),
            back_url=url_for("web.person", ref=ref) if actor().may("people.read") else url_for("web.home"),
            action=url_for("web.orders_for", ref=ref),
            offer_action=url_for("web.read_back_for", ref=ref),
            coming=[_coming(ref, one) for one in orders.upcoming(session, person_id=found.id, on=clock.today())],
            canteens=[(one.ref, one.name) for one in listed],
            canteen="" if canteen is None else canteen.ref,
            meals=[(f"{day}/{meal}", _meal_name(day, meal)) for day, meal in meals],
            when="" if when is None else f"{when[0]}/{when[1]}",
            modes=[(mode, words.value("mode", mode)) for mode in _MODES],
            mode=request.form.get("mode", "dine_in"),
            dishes=[] if view is None else [_dish(item, found) for item in view.items],
            offer=None if offer is None else _read_back(offer),
            phone="" if canteen is None else canteen.phone,
            key=secrets.token_hex(8),
        )


def _canteen(listed: Sequence[places.Canteen], found: seniors.Person) -> places.Canteen | None:
    """Return the canteen that was chosen, else that of the person, else the first in reach."""
    asked = request.values.get("canteen", "")
    ranked = sorted(listed, key=lambda one: (one.ref != asked, one.id != found.home_canteen_id))
    return next(iter(ranked), None)


def _open_meals(session: Session, canteen_id: int) -> list[tuple[date, str]]:
    """List the meals of the coming days that have dishes and can still be ordered."""
    today, now = clock.today(), clock.now()
    known = orders.timetable(session, canteen_id=canteen_id)
    offered = menus.offered(session, canteen_id=canteen_id, first=today, last=today + timedelta(days=_DAYS_AHEAD))
    found = []
    for day, meal in sorted(offered, key=lambda one: (one[0], orders.MEALS.index(one[1]))):
        hours = known.meals_on(day).get(meal) if known else None
        if hours is not None and now < orders.cutoff(hours, day):
            found.append((day, meal))
    return found


def _chosen_meal(meals: Sequence[tuple[date, str]]) -> tuple[date, str] | None:
    asked = request.values.get("when", "")
    return next((one for one in meals if f"{one[0]}/{one[1]}" == asked), next(iter(meals), None))


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


def _read_back(offer: orders.Offer) -> dict[str, Any]:
    return {
        "meal": _meal_name(offer.service_date, offer.meal),
        "canteen": offer.canteen_name,
        "dishes": offer.dishes,
        "mode": words.value("mode", offer.mode),
        "price": subsidy.spoken(offer.quote),
        "own_fen": offer.quote.own_fen,
        "until": words.value("at", offer.cutoff_at),
        "fields": [
            ("when", f"{offer.service_date}/{offer.meal}"),
            ("mode", offer.mode),
            *((f"item_{line.item_id}", line.quantity) for line in offer.lines),
        ],
    }
