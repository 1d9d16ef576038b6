"""Decide what the counter does with an arrival; pure.

The code names the person. Green: eat. Amber: something to know or ask. Red: only a forged, unknown or revoked code,
or an allergy clash, always with a next step. One reason is shown, the first that fits in this order: forged or
unknown code, revoked card, too many tries; taken already; code out of date; cancelled; allergy; nothing on the menu;
then served, with a word where the record needs a look or the price is dearer than agreed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from canteen.checkin.arrival import Arrival, KnownOrder

INTENTS = ("serve", "again", "eat_now")

# The tray has gone already, on the answer of a device without network: what is left is to book it.
FED = "fed"


@dataclass(frozen=True, slots=True)
class Serve:
    """Hand a tray over: on an order, as a walk-in, or one more at full price."""

    kind: str
    meal: str
    order: KnownOrder | None
    instead_of: KnownOrder | None = None


@dataclass(frozen=True, slots=True)
class Halt:
    """Do not serve on this scan; say why and what can be done."""

    verdict: str
    reason: str
    params: dict[str, object]
    actions: tuple[str, ...] = ()


def decide(arrival: Arrival, *, intent: str, meal: str | None, day: date, at: datetime) -> Serve | Halt:
    """Return what to do with somebody whose code was read."""
    if intent == FED and meal is not None:
        return _fed(arrival, meal)
    if arrival.card_revoked_at is not None and arrival.card_revoked_at <= at:
        return Halt("bad", "card_revoked", {}, ("type_number",))
    if meal is None:
        return Halt("warn", "not_serving_now", {})
    order = arrival.order_for(meal)
    is_here = order is not None and order.canteen_id == arrival.canteen_id
    if order is not None and order.state in ("served", "delivered"):
        return _taken(arrival, order, meal, intent)
    if intent == "serve" and _is_stale(arrival, meal, day, at):
        return Halt("warn", "code_expired", {}, ("eat_now",))
    if intent == "serve" and is_here and order is not None and order.state.startswith("cancelled"):
        return Halt("warn", "order_cancelled", {"meal": meal}, ("eat_now",))
    live = order if order is not None and order.state in ("placed", "locked") else None
    if live is not None and is_here:
        return _ordered(arrival, live, meal, intent)
    return Serve("meal", meal, None, instead_of=live)


def _fed(arrival: Arrival, meal: str) -> Serve:
    """Book a tray that has gone: on the order that waits here, as a walk-in, or as one more tray.

    That nobody came or opened is provisional until every device was heard.
    """
    order = arrival.order_for(meal)
    if order is not None and order.state in ("served", "delivered"):
        return Serve("extra", meal, order)
    live = order if order is not None and order.state in ("placed", "locked") else None
    waited = live or (order if order is not None and order.state in ("no_show", "undeliverable") else None)
    if waited is not None and waited.canteen_id == arrival.canteen_id:
        return Serve("meal", meal, waited)
    return Serve("meal", meal, None, instead_of=live)


def _taken(arrival: Arrival, order: KnownOrder, meal: str, intent: str) -> Serve | Halt:
    if intent == "again":
        return Serve("extra", meal, order)
    params: dict[str, object] = {
        "at": order.state_at,
        "place": order.canteen_name,
        "is_here": order.canteen_id == arrival.canteen_id,
        "meal": meal,
        "price_fen": order.price_fen,
    }
    return Halt("warn", "already_served", params, ("again",))


def _ordered(arrival: Arrival, order: KnownOrder, meal: str, intent: str) -> Serve | Halt:
    clash = sorted(order.allergens & arrival.allergies)
    if clash and intent == "eat_now":
        return Serve("meal", meal, None, instead_of=order)
    if clash:
        return Halt("bad", "allergy", {"allergen": "、".join(clash), "dishes": order.dishes}, ("eat_now",))
    return Serve("meal", meal, order)


def _is_stale(arrival: Arrival, meal: str, day: date, at: datetime) -> bool:
    expired = arrival.code_expires_at is not None and arrival.code_expires_at <= at
    other_meal = arrival.code_meal is not None and (arrival.code_day, arrival.code_meal) != (day, meal)
    return expired or other_meal
