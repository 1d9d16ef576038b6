"""Say what is sold out today, and cook another dish than was ordered: who is affected, told, re-priced or asked."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import kitchen, menus, orders
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import NotFound
from canteen.foundation.money import spoken_yuan
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import calls, forms, frame, menu_form, place
from canteen.web.kitchen_words import say, tell


def add_to(blueprint: Blueprint) -> None:
    """Add the dishes of a day, the switch beside each, and the way to another dish."""
    blueprint.get("/kitchen/dishes")(dishes)
    blueprint.post("/kitchen/dishes/<int:item_id>/sold-out")(switch_dish)
    blueprint.get("/kitchen/dishes/<int:item_id>/swap")(ask_swap)
    blueprint.post("/kitchen/dishes/<int:item_id>/swap")(swap_dish)


@audience("counter.scan")
def dishes() -> str | BaseResponse:
    """Show what is left of each dish of a day."""
    day = menu_form.asked_day()
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
        if canteen is None:
            return place.ask()
        periods = [_period(session, canteen.id, meal) for meal in orders.MEALS]
    return render_template(
        "office/dishes.html",
        day_label=frame.day_label(clock.local(day, 12)),
        periods=[period for period in periods if period["rows"]],
        orders_href=url_for("web.kitchen", day=day),
    )


@audience("counter.scan")
def switch_dish(item_id: int) -> BaseResponse:
    """Say that there is no more of a dish, or that there is again."""
    is_out = forms.chosen("out", ("yes", "no")) == "yes"
    with house().database.transaction(actor().scope) as session:
        canteen = place.certainly_here(session)
        item = menus.sell_out(
            session, canteen_id=canteen.id, item_id=item_id, is_out=is_out, actor=forms.me(), at=clock.now()
        )
        name = item.dish.name
    tell("dishes", "out" if is_out else "back", dish=name)
    return redirect(url_for("web.dishes", day=menu_form.asked_day()), 303)


@audience("menus.edit")
def ask_swap(item_id: int) -> str:
    """Show whom another dish concerns, and which dishes there are."""
    return _swap_page(item_id)


def _swap_again(item_id: int) -> str:
    return _swap_page(item_id)


@audience("menus.edit")
@forms.shown_again(_swap_again)
def swap_dish(item_id: int) -> BaseResponse:
    """Cook another dish; then list whom to ask by telephone."""
    by, at = forms.number("by", most=999_999_999), clock.now()
    with house().database.reading(actor().scope) as session:
        of = _meal(session, item_id)
    with house().database.transaction(EVERYWHERE) as session:
        done = kitchen.swap(session, of=of, item_id=item_id, by=by, actor=forms.me(), at=at)
    calls.deliver_soon()
    tell("dishes", "swapped", count=len(done.done), asked=len(done.to_ask), tone="warning" if done.to_ask else "ok")
    if done.to_ask:
        return redirect(url_for("web.asked_list", day=of.service_date, orders=",".join(done.to_ask)), 303)
    return redirect(url_for("web.dishes", day=of.service_date), 303)


def _meal(session: Session, item_id: int) -> kitchen.Meal:
    """Return the meal that an item of this canteen is offered for."""
    canteen = place.certainly_here(session)
    day, meal = menu_form.asked_day(), request.values.get("meal", "")
    view = menus.day(session, canteen_id=canteen.id, service_date=day, meal=meal)
    if view is None or view.item(item_id) is None:
        raise NotFound("menus.no_such_item")
    return kitchen.Meal(canteen.id, day, meal)


def _swap_page(item_id: int) -> str:
    with house().database.reading(actor().scope) as session:
        of = _meal(session, item_id)
        view = menus.day(session, canteen_id=of.canteen_id, service_date=of.service_date, meal=of.meal)
        affected = len(kitchen.orders_with(session, item_id=item_id))
    items = view.items if view else ()
    old = next(item for item in items if item.item_id == item_id)
    return render_template(
        "office/swap.html",
        dish=old.name,
        when=say("dishes", "when", day=words.value("day", of.service_date), meal=words.value("meal", of.meal)),
        affected=affected,
        action=url_for("web.swap_dish", item_id=item_id, day=of.service_date, meal=of.meal),
        options=[(str(item.item_id), _option(item)) for item in items if item.item_id != item_id],
        back_href=url_for("web.dishes", day=of.service_date),
        menu_href=url_for("web.menus", day=of.service_date),
    )


def _option(item: menus.ItemView) -> str:
    contains = say("dishes", "contains", allergens="、".join(item.allergens)) if item.allergens else ""
    return say("dishes", "option", dish=item.name, price=spoken_yuan(item.price_fen), contains=contains)


def _period(session: Session, canteen_id: int, meal: str) -> dict[str, Any]:
    day = menu_form.asked_day()
    view = menus.day(session, canteen_id=canteen_id, service_date=day, meal=meal)
    may_change = day >= clock.today()
    rows = [_row(item, meal, may_change=may_change) for item in view.items if item.portions] if view else []
    return {"label": words.value("meal", meal), "rows": rows}


def _row(item: menus.ItemView, meal: str, *, may_change: bool) -> dict[str, Any]:
    day = menu_form.asked_day()
    may_swap = may_change and actor().may("menus.edit")
    return {
        "dish": item.name,
        "price": spoken_yuan(item.price_fen),
        "left": 0 if item.is_sold_out else item.remaining,
        "portions": item.portions,
        "is_out": item.is_sold_out,
        "action": url_for("web.switch_dish", item_id=item.item_id, day=day) if may_change else None,
        "swap_href": url_for("web.ask_swap", item_id=item.item_id, day=day, meal=meal) if may_swap else None,
    }
