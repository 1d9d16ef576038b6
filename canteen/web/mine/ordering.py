"""Order with two taps: what was ordered last, for the next meal; then one yes to what is read back."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import notices, orders, places, seniors, subsidy
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Invalid, NotFound
from canteen.foundation.money import spoken_yuan
from canteen.foundation.references import is_reference, number_of, reference_of
from canteen.http.auth import FOLLOWER, audience
from canteen.http.current import house
from canteen.http.limits import limited
from canteen.web import on_the_way
from canteen.web.mine import asker, slots
from canteen.web.mine.asker import Asker, say

_ITEM = "M"
_SHOWN = 3
_OFFERED = {"dine_in": "dines_in", "pickup": "packs", "delivery": "delivers"}


@dataclass(frozen=True)
class _Wanted:
    """Hold the meal that a link or a form of ours names."""

    person: str
    day: date
    meal: str
    mode: str
    dishes: Counter[str]

    @property
    def wishes(self) -> list[orders.Wish]:
        return [orders.Wish(number_of(ref), count) for ref, count in self.dishes.items()]

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Return what has to be sent to mean the same again."""
        plain = [("person", self.person), ("day", self.day.isoformat()), ("meal", self.meal), ("mode", self.mode)]
        return plain + [("dish", ref) for ref in self.dishes.elements()]


def add_to(blueprint: Blueprint) -> None:
    """Add the pages of ordering and the act itself."""
    blueprint.get("/mine/order")(mine_pick)
    blueprint.get("/mine/order/dishes")(mine_dishes)
    blueprint.get("/mine/order/check")(mine_check)
    blueprint.post("/mine/order")(mine_place)


@audience(FOLLOWER)
@asker.spoken
def mine_pick() -> str:
    """Offer the next meals, each with what was eaten last."""
    with house().database.reading(EVERYWHERE) as session:
        who = asker.here(session)
        seniors.refuse_only_sees(who.person)
        before = slots.usual(session, who)
        meals = [_choice(who, slot, before) for slot in slots.open_slots(session, who, _SHOWN)]
        return asker.page("pick", who, meals=meals, none=_none(who))


@audience(FOLLOWER)
@asker.spoken
def mine_dishes() -> str:
    """Show what is on the table for one meal, to choose from."""
    with house().database.reading(EVERYWHERE) as session:
        who = asker.here(session, request.args.get("person", ""))
        seniors.refuse_only_sees(who.person)
        slot = slots.slot_of(session, who, _day("day"), request.args.get("meal", ""))
        if slot is None:
            raise NotFound("mine.nothing_then")
        allergies = seniors.person_by_id(session, person_id=who.person.person_id).allergies
        return asker.page(
            "dishes",
            who,
            title=_title(who, slot),
            when=asker.dated(slot.day, who.today, ""),
            action=url_for("web.mine_check"),
            fields=[("person", who.person.ref), ("day", slot.day.isoformat()), ("meal", slot.meal)],
            dishes=[_dish(item, set(item.allergens) & set(allergies)) for item in slot.view.items],
        )


@audience(FOLLOWER)
@asker.spoken
def mine_check() -> str | BaseResponse:
    """Read back what would be ordered, with its price, and ask for one yes."""
    with house().database.reading(EVERYWHERE) as session:
        wanted = _wanted(request.args)
        who = asker.here(session, wanted.person)
        seniors.refuse_only_sees(who.person)
        if not wanted.dishes:
            return redirect(_dishes_href(wanted.person, wanted.day, wanted.meal), 303)
        return _read_back(session, who, wanted, _offer(session, who, wanted))


@audience(FOLLOWER)
@limited("60/minute")
@asker.spoken
def mine_place() -> str | BaseResponse:
    """Place what was read back; a price that changed meanwhile is read back again."""
    wanted, key = _wanted(request.form), request.form.get("key", "")
    if not key.isalnum() or len(key) > 40:
        raise Invalid("mine.malformed")
    with house().database.transaction(EVERYWHERE) as session:
        who = asker.here(session, wanted.person)
        seniors.refuse_only_sees(who.person)
        placed = _place(session, who, wanted, key)
        if isinstance(placed, str):
            return placed
        if placed.state not in orders.LIVE_STATES:
            # The form came once more after the order was cancelled.
            return redirect(url_for("web.mine_order", ref=placed.ref), 303)
        _tell_family(session, who, placed)
        said = say("order.done", day=asker.near_day(placed.service_date, who.today), meal=asker.meal_name(placed.meal))
    on_the_way.deliver_soon()
    flash(said, "ok")
    return redirect(url_for("web.mine_orders"), 303)


def fields_of(order: orders.Order, person: seniors.Acting) -> list[tuple[str, str]]:
    """Return what has to be sent to order the same meal once more."""
    dishes = Counter({reference_of(_ITEM, line.item_id): line.quantity for line in order.lines if line.item_id})
    wanted = _Wanted(person.ref, order.service_date, order.meal, order.mode, dishes)
    return [*wanted.fields, ("own", str(order.own_fen)), ("key", secrets.token_hex(16))]


def _place(session: Session, who: Asker, wanted: _Wanted, key: str) -> orders.Order | str:
    """Place an order, or return the page that reads the changed price back."""
    kept = f"page:{who.account}:{key}"
    offer = None if orders.placed_under(session, kept) else _offer(session, who, wanted)
    if offer is not None and str(offer.quote.own_fen) != request.form.get("own", ""):
        return _read_back(session, who, wanted, offer, changed=True)
    return orders.place(session, **_meal(who, wanted), channel=asker.CHANNEL, actor=who.account, key=kept)


def _offer(session: Session, who: Asker, wanted: _Wanted) -> orders.Offer:
    return orders.offer(session, **_meal(who, wanted))


def _meal(who: Asker, wanted: _Wanted) -> dict[str, Any]:
    """Return what pricing and ordering are both told."""
    return {
        "person_id": who.person.person_id,
        "canteen_id": _canteen_id(who),
        "service_date": wanted.day,
        "meal": wanted.meal,
        "mode": wanted.mode,
        "wishes": wanted.wishes,
        "at": who.at,
    }


def _canteen_id(who: Asker) -> int:
    if who.canteen is None:
        raise NotFound("mine.no_canteen")
    return who.canteen.canteen_id


def _read_back(session: Session, who: Asker, wanted: _Wanted, offer: orders.Offer, *, changed: bool = False) -> str:
    return asker.page(
        "check",
        who,
        title=say("order.title", day=asker.near_day(offer.service_date, who.today), meal=asker.meal_name(offer.meal)),
        changed=words_changed() if changed else "",
        how=asker.dated(offer.service_date, who.today, _how(offer)),
        dishes="、".join(_counted(line.name, line.quantity) for line in offer.lines),
        notes=" · ".join(offer.flags),
        own=money(offer.quote.own_fen),
        sentence=subsidy.spoken(offer.quote),
        until=say("order.until", until=asker.moment(offer.cutoff_at, who.today)),
        fields=[*wanted.fields, ("own", str(offer.quote.own_fen)), ("key", secrets.token_hex(16))],
        action=url_for("web.mine_place"),
        other_href=_dishes_href(wanted.person, wanted.day, wanted.meal),
        ways=_ways(session, who, wanted),
    )


def words_changed() -> str:
    """Say that a price is another than the one that was read back."""
    return str(asker.words()["order"]["changed"])


def money(own_fen: int) -> str:
    """Say what the person pays."""
    return say("order.own", own=spoken_yuan(own_fen)) if own_fen else str(asker.words()["order"]["free"])


def _how(offer: orders.Offer) -> str:
    opens, closes = asker.time_of(offer.serves_from_at), asker.time_of(offer.serves_until_at)
    return say(f"how.{offer.mode}", opens=opens, closes=closes)


def _ways(session: Session, who: Asker, wanted: _Wanted) -> list[dict[str, str]]:
    """List the other ways in which this meal can reach the person."""
    service = places.services(session, canteen_id=_canteen_id(who), on=wanted.day).get(wanted.meal)
    others = [one for one, flag in _OFFERED.items() if one != wanted.mode and service and getattr(service, flag)]
    return [
        {"label": asker.words()["instead"][mode], "href": _check_href(wanted.person, wanted, mode)} for mode in others
    ]


def _dishes_href(person: str, day: date, meal: str) -> str:
    return url_for("web.mine_dishes", person=person, day=day.isoformat(), meal=meal)


def _check_href(person: str, wanted: _Wanted, mode: str) -> str:
    return url_for(
        "web.mine_check",
        person=person, day=wanted.day.isoformat(), meal=wanted.meal, mode=mode, dish=list(wanted.dishes.elements()),
    )  # fmt: skip


def _choice(who: Asker, slot: slots.Slot, before: slots.Usual | None) -> dict[str, Any]:
    """Offer one meal: what was eaten last where it is on the table, else the table."""
    wishes = slots.wishes_of(slot, before.dishes) if before else []
    named = {"title": _title(who, slot), "when": asker.dated(slot.day, who.today, "")}
    if before is None or not wishes:
        href = _dishes_href(who.person.ref, slot.day, slot.meal)
        shown = "、".join(item.name for item in slot.view.items[:3])
        return {**named, "dishes": shown, "label": say("pick.look"), "href": href, "other_href": None}
    dishes = Counter({reference_of(_ITEM, wish.item_id): wish.quantity for wish in wishes})
    wanted = _Wanted(who.person.ref, slot.day, slot.meal, before.mode, dishes)
    return {
        **named,
        "dishes": "、".join(_counted(name, count) for name, count in before.dishes.items()),
        "label": say("pick.usual"),
        "href": _check_href(who.person.ref, wanted, before.mode),
        "other_href": _dishes_href(wanted.person, slot.day, slot.meal),
    }


def _none(who: Asker) -> str:
    return str(asker.words()["pick"]["none" if who.canteen else "no_canteen"])


def _title(who: Asker, slot: slots.Slot) -> str:
    return say("order.title", day=asker.near_day(slot.day, who.today), meal=asker.meal_name(slot.meal))


def _dish(item: Any, harmful: set[str]) -> dict[str, Any]:
    lacking = say("dishes.harmful", what="、".join(sorted(harmful))) if harmful else ""
    lacking = lacking or ("" if item.remaining > 0 else str(asker.words()["dishes"]["gone"]))
    price = say("order.own", own=spoken_yuan(item.price_fen))
    return {"ref": reference_of(_ITEM, item.item_id), "name": item.name, "price": price, "lacking": lacking}


def _counted(name: str, count: int) -> str:
    return name if count == 1 else f"{name}×{count}"


def _wanted(sent: Any) -> _Wanted:
    """Read a meal from a link or a form; refuses ``mine.malformed``."""
    dishes: Sequence[str] = sent.getlist("dish")
    if len(dishes) > orders.MOST_PORTIONS or not all(is_reference(ref, _ITEM) for ref in dishes):
        raise Invalid("mine.malformed")
    meal, mode = sent.get("meal", ""), sent.get("mode", "dine_in")
    if meal not in orders.MEALS or mode not in _OFFERED:
        raise Invalid("mine.malformed")
    return _Wanted(sent.get("person", ""), _day("day"), meal, mode, Counter(dishes))


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.values.get(name, ""))
    except ValueError:
        raise Invalid("mine.malformed") from None


def _tell_family(session: Session, who: Asker, placed: orders.Order) -> None:
    """Tell whoever else hears of the person, as the chat does."""
    content = {"name": who.person.name, "day": placed.service_date.isoformat(), "meal": placed.meal}
    notices.tell(
        session, person_id=who.person.person_id, canteen_id=placed.canteen_id, matter=f"ordered:{placed.ref}",
        kind="order_told", content={**content, "dishes": placed.dishes}, at=who.at, but=who.account,
    )  # fmt: skip
