"""Show what is ordered; cancel until the cut-off after one question, and have it back as long as that is possible."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import orders, seniors
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import NotFound, Refused
from canteen.foundation.money import spoken_yuan
from canteen.http.auth import FOLLOWER, audience
from canteen.http.current import house
from canteen.http.limits import limited
from canteen.web.mine import asker, ordering, slots
from canteen.web.mine.asker import Asker, say

_CANCELLED = ("cancelled", "cancelled_late", "cancelled_by_kitchen")


def add_to(blueprint: Blueprint) -> None:
    """Add the list, one order, the question and the act."""
    blueprint.get("/mine/orders")(mine_orders)
    blueprint.get("/mine/orders/<ref>")(mine_order)
    blueprint.get("/mine/orders/<ref>/cancel")(mine_ask_cancel)
    blueprint.post("/mine/orders/<ref>/cancel")(mine_cancel)


@audience(FOLLOWER)
@asker.spoken
def mine_orders() -> str:
    """List what the person is going to eat, the nearest meal first."""
    with house().database.reading(EVERYWHERE) as session:
        who = asker.here(session)
        listed = orders.coming(session, person_ids=[who.person.person_id], on=who.today)
        meals = [line(at(session, who, one.canteen_id), one) for one in listed]
        return asker.page("booked", who, meals=meals, order_href=url_for("web.mine_pick"))


@audience(FOLLOWER)
@asker.spoken
def mine_order(ref: str) -> str:
    """Show one order; a cancelled one can be had back while its meal can be ordered."""
    with house().database.reading(EVERYWHERE) as session:
        who, order = _mine(session, ref)
        if order.state not in _CANCELLED:
            return asker.page("booked", who, meals=[line(who, order)], order_href=url_for("web.mine_pick"))
        meal = {"day": asker.near_day(order.service_date, who.today), "meal": asker.meal_name(order.meal)}
        may_have_it_back = _may_have_it_back(session, who, order)
        undo = {
            "label": asker.words()["cancelled"]["undo"],
            "action": url_for("web.mine_place"),
            "fields": ordering.fields_of(order, who.person),
        }
        return asker.page(
            "said",
            who,
            title=say("cancelled.title", **meal),
            sentence=say("cancelled.undoable" if may_have_it_back else "cancelled.over", dishes=order.dishes),
            way={"label": asker.words()["cancelled"]["on"], "href": url_for("web.mine_orders")},
            undo=undo if may_have_it_back else None,
        )


@audience(FOLLOWER)
@asker.spoken
def mine_ask_cancel(ref: str) -> str:
    """Ask once, with meal and day; after the cut-off say what staying away costs."""
    with house().database.reading(EVERYWHERE) as session:
        who, order = _mine(session, ref)
        seniors.refuse_only_sees(who.person)
        if order.state in _CANCELLED:
            raise Refused("orders.not_cancellable", state=order.state)
        meal = {"day": asker.near_day(order.service_date, who.today), "meal": asker.meal_name(order.meal)}
        back = url_for("web.mine_orders")
        if not _in_time(who, order):
            price = spoken_yuan(order.price_fen + order.delivery_fee_fen)
            sentence = say("too_late.sentence", price=price, until=_until(who, order))
            way = {"label": asker.words()["too_late"]["on"], "href": back}
            return asker.page("said", who, title=say("too_late.title", **meal), sentence=sentence, way=way, undo=None)
        return asker.page(
            "sure",
            who,
            title=say("sure.title", **meal),
            sentence=order.dishes.replace(" ", "、"),
            stay={"label": asker.words()["sure"]["stay"], "href": back},
            go={"label": say("sure.go", **meal), "action": url_for("web.mine_cancel", ref=ref), "fields": []},
        )


@audience(FOLLOWER)
@limited("60/minute")
@asker.spoken
def mine_cancel(ref: str) -> BaseResponse:
    """Cancel an order, as long as the kitchen has not begun."""
    with house().database.transaction(EVERYWHERE) as session:
        who, order = _mine(session, ref)
        seniors.refuse_only_sees(who.person)
        orders.cancel(session, ref=order.ref, actor=who.account, channel=asker.CHANNEL, at=who.at)
    return redirect(url_for("web.mine_order", ref=ref), 303)


def line(who: Asker, order: orders.Coming | orders.Order) -> dict[str, Any]:
    """Show one meal: when, what, how, the price, and what can be done."""
    is_open = order.state in orders.OPEN_STATES
    day = asker.near_day(order.service_date, who.today)
    meal = asker.meal_name(order.meal)
    return {
        "title": say("order.title", day=day, meal=meal),
        "dishes": order.dishes.replace(" ", "、"),
        "how": asker.dated(order.service_date, who.today, _how(who, order)),
        "own": ordering.money(order.own_fen),
        "state": "" if is_open else str(asker.words()["taken"]["line"]),
        "until": say("order.until", until=_until(who, order)) if is_open and _in_time(who, order) else "",
        "cancel": {"label": say("sure.go", day=day, meal=meal), "href": url_for("web.mine_ask_cancel", ref=order.ref)}
        if is_open and who.person.may_order
        else None,
    }


def _how(who: Asker, order: orders.Coming | orders.Order) -> str:
    timing = _timing(who, order)
    if timing is None:
        return ""
    opens = asker.time_of(orders.serves_from(timing, order.service_date))
    closes = asker.time_of(orders.serves_until(timing, order.service_date))
    return say(f"how.{order.mode}", opens=opens, closes=closes)


def _until(who: Asker, order: orders.Coming | orders.Order) -> str:
    timing = _timing(who, order)
    return asker.moment(orders.cutoff(timing, order.service_date), who.today) if timing else ""


def _in_time(who: Asker, order: orders.Coming | orders.Order) -> bool:
    timing = _timing(who, order)
    return order.state in orders.OPEN_STATES and (timing is None or who.at < orders.cutoff(timing, order.service_date))


def _timing(who: Asker, order: orders.Coming | orders.Order) -> orders.MealHours | None:
    return who.canteen.meals_on(order.service_date).get(order.meal) if who.canteen else None


def _may_have_it_back(session: Session, who: Asker, order: orders.Order) -> bool:
    """Tell whether the person took it back herself, and what she ordered can be ordered still where she orders."""
    home = asker.here(session, who.person.ref).canteen
    if order.state != "cancelled" or home is None or home.canteen_id != order.canteen_id or not who.person.may_order:
        return False
    return slots.slot_of(session, who, order.service_date, order.meal) is not None


def at(session: Session, who: Asker, canteen_id: int) -> Asker:
    """Return who asks, at the canteen where a meal is ordered."""
    if who.canteen is not None and who.canteen.canteen_id == canteen_id:
        return who
    return replace(who, canteen=orders.timetable(session, canteen_id=canteen_id))


def _mine(session: Session, ref: str) -> tuple[Asker, orders.Order]:
    """Find an order of somebody this account may act for; any other is as if it were not there."""
    order = orders.find(session, ref=ref)
    first = asker.here(session)
    person = next((one for one in first.people if one.person_id == order.person_id), None)
    if person is None:
        raise NotFound("orders.not_found", ref=ref)
    return at(session, asker.here(session, person.ref), order.canteen_id), order
