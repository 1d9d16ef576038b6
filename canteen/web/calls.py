"""Print whom to call when something has to be said to many at once; each list that is opened is kept."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from canteen import kitchen, tables
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, frame, menu_form, place
from canteen.web.kitchen_words import say
from canteen.web.receipts import DELIVER_SOON

_MOST = 500


def add_to(blueprint: Blueprint) -> None:
    """Add the lists of those whose meal was cancelled or whose dish has to be talked over."""
    blueprint.get("/kitchen/asked")(asked_list)
    blueprint.post("/kitchen/asked")(open_asked)
    blueprint.post("/kitchen/closed/calls")(open_closed)


@audience("menus.edit")
def asked_list() -> str | BaseResponse:
    """Say that some have to be called about another dish, and lead to their numbers."""
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
        if canteen is None:
            return place.ask()
    refs = _refs()
    return render_template(
        "office/asked.html",
        count=len(refs),
        refs=",".join(refs),
        action=url_for("web.open_asked", day=menu_form.asked_day()),
        back_href=url_for("web.dishes", day=menu_form.asked_day()),
    )


@audience("menus.edit")
def open_asked() -> str:
    """Print whom to ask about another dish."""
    order = tables.orders.Order
    return _printed((order.ref.in_(_refs()),), "asked", url_for("web.dishes", day=menu_form.asked_day()))


@audience("menus.edit")
def open_closed() -> str:
    """Print whom to tell that nothing is served on a day."""
    order, day = tables.orders.Order, menu_form.asked_day()
    wanted = (order.service_date == day, order.state == "cancelled_by_kitchen")
    return _printed(wanted, "closed", url_for("web.closing", day=day))


def _refs() -> list[str]:
    return [ref for ref in request.values.get("orders", "").split(",") if ref][:_MOST]


def _printed(wanted: Collection[Any], why: str, back: str) -> str:
    order = tables.orders.Order
    with house().database.reading(actor().scope) as session:
        canteen = place.certainly_here(session)
        refs = session.scalars(select(order.ref).where(order.canteen_id == canteen.id, *wanted)).all()
    return sheet(canteen.id, canteen.name, refs, why=why, back_href=back)


def sheet(canteen_id: int, canteen: str, refs: Collection[str], *, why: str, back_href: str) -> str:
    """Print whom to call about some orders that the asker may see, and keep who looked."""
    at = clock.now()
    with house().database.transaction(EVERYWHERE) as session:
        listed = kitchen.call_list(session, canteen_id=canteen_id, order_refs=refs, why=why, actor=forms.me(), at=at)
    return render_template(
        "print/calls.html",
        title=say("calls", why),
        subtitle=say("calls", "subtitle", canteen=canteen, at=frame.clock_label(at), count=len(listed)),
        rows=[_row(call) for call in listed],
        back_href=back_href,
    )


def deliver_soon() -> None:
    """Have the worker look into the outbox at once."""
    current_app.extensions[DELIVER_SOON]()


def _row(call: kitchen.Call) -> dict[str, Any]:
    return {
        "name": call.name,
        "phone": call.phone or say("calls", "no_phone"),
        "others": [{"name": name, "phone": phone} for name, phone in call.others],
        "meal": words.value("meal", call.meal),
        "dishes": call.dishes,
        "told": say("calls", "told" if call.is_told else "not_told"),
    }
