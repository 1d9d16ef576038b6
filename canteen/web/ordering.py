"""Order for somebody who telephones or stands at the desk: choose, read back, place, change, cancel.

The same offer as at every door: price, limits, cut-off and allergies are those of `orders.offer`. The sheet that was
read back carries a key of its own, so that a button pressed twice orders once. A meal that is ordered already is
changed: the new order comes in the place of the old. Past the cut-off only those may order who answer for the kitchen,
and they say why.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, make_response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import orders, seniors
from canteen.foundation import clock
from canteen.foundation.errors import Invalid
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, neighbours, office, ordering_page, reach

_CHANNEL = "phone"


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
    return ordering_page.sheet(ref)


def _again(ref: str, **_more: str) -> str:
    return ordering_page.sheet(ref)


@audience("orders.place")
@forms.shown_again(_again)
def read_back_for(ref: str) -> BaseResponse:
    """Read back what would be ordered and paid; nothing is written."""
    reason = _late_reason()
    with house().database.reading(neighbours.scope()) as session:
        found, asked = seniors.person(session, ref=ref), _asked(session)
        old = _ordered_already(session, found.id, asked)
        replaced, was = ("", "") if old is None else (old.ref, old.dishes)
        offer = orders.offer(
            session, person_id=found.id, at=clock.now(), replaces=replaced or None, is_late=reason is not None, **asked
        )
    return make_response(ordering_page.sheet(ref, ordering_page.ReadBack(offer, replaced, was, reason or "")))


@audience("orders.place")
@forms.shown_again(_again)
def place_for(ref: str) -> BaseResponse:
    """Place the order that was read back, once however often the button is pressed."""
    with house().database.transaction(neighbours.scope()) as session:
        found, asked = seniors.person(session, ref=ref), _asked(session)
        said: dict[str, Any] = {
            "channel": _CHANNEL, "actor": forms.me(), "at": clock.now(), "late_reason": _late_reason(),
            "key": f"{_CHANNEL}:{actor().ref}:{forms.needed('key')}",
        }  # fmt: skip
        old = forms.typed("replaces")
        if old:
            _replace(session, found.id, old, asked, said)
        else:
            orders.place(session, person_id=found.id, **asked, **said)
    office.tell("order_placed")
    return redirect(url_for("web.orders_for", ref=ref), 303)


@audience("orders.place")
@forms.shown_again(_again)
def cancel_for(ref: str, order_ref: str) -> BaseResponse:
    """Cancel an order of the person before the cut-off."""
    with house().database.transaction(neighbours.scope()) as session:
        found = seniors.person(session, ref=ref)
        if all(one.ref != order_ref for one in orders.upcoming(session, person_id=found.id, on=clock.today())):
            raise Invalid("form.no_such_choice")
        orders.cancel(session, ref=order_ref, actor=forms.me(), channel=_CHANNEL, at=clock.now())
    office.tell("order_cancelled")
    return redirect(url_for("web.orders_for", ref=ref), 303)


def _late_reason() -> str | None:
    """Return why it is ordered past the cut-off; only who answers for the kitchen may have a reason."""
    return (forms.typed("reason") or None) if actor().may("orders.late") else None


def _ordered_already(session: Session, person_id: int, asked: dict[str, Any]) -> orders.Order | None:
    """Return the open order of the person that the wish would change: of the same canteen, day and meal."""
    wanted = (asked["canteen_id"], asked["service_date"], asked["meal"])
    return next(
        (
            one
            for one in orders.upcoming(session, person_id=person_id, on=clock.today())
            if (one.canteen_id, one.service_date, one.meal) == wanted and one.state in orders.OPEN_STATES
        ),
        None,
    )


def _replace(session: Session, person_id: int, old: str, asked: dict[str, Any], said: dict[str, Any]) -> None:
    found = orders.find(session, ref=old)
    if (found.person_id, found.canteen_id, found.service_date) != (
        person_id, asked["canteen_id"], asked["service_date"],
    ):  # fmt: skip
        raise Invalid("form.no_such_choice")
    wished = {name: asked[name] for name in ("meal", "mode", "wishes")}
    orders.replace(session, ref=old, **wished, **said)


def _asked(session: Session) -> dict[str, Any]:
    canteen = reach.canteen(session, ref=forms.needed("canteen"))
    day, meal = _when(forms.needed("when"))
    chosen = {name: forms.number(name, most=orders.MOST_PORTIONS) for name in request.form if name.startswith("item_")}
    wishes = [orders.Wish(_item(name), count) for name, count in chosen.items() if count]
    return {
        "canteen_id": canteen.id,
        "service_date": day,
        "meal": meal,
        "mode": forms.chosen("mode", ordering_page.MODES),
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
