"""Read an order back before it is placed, and say why one cannot be."""

from __future__ import annotations

from datetime import date

from bot import replies
from bot.dialogue import drafting, family, menu
from bot.dialogue.turn import Turn
from canteen import orders, seniors
from canteen.foundation.errors import CanteenError, Refused

_SHIFTS = frozenset({"orders.cutoff_passed", "orders.no_menu", "orders.not_served_that_day", "orders.full"})
_OTHER_DISH = frozenset({"orders.sold_out", "orders.allergy", "orders.empty", "orders.no_such_dish"})
_YES_NO = (("choice.yes", "yes"), ("choice.no", "no"), ("choice.human", "do:human"))
_CHANGE = (("choice.yes_change", "yes"), ("choice.as_it_was", "no"), ("choice.human", "do:human"))


def read_back(turn: Turn, person: seniors.Acting, canteen_id: int, *, changed: bool = False) -> str:
    """Say everything about the order at once and ask for a yes."""
    draft = turn.state.draft
    try:
        offer = drafting.offer(turn, draft, person, canteen_id)
    except CanteenError as error:
        return refused(turn, error)
    draft.own_fen, draft.mode = offer.quote.own_fen, offer.mode
    said = [replies.say("order.changed")] if changed else []
    said += lines(offer, family.label(person), turn)
    choices = _CHANGE if draft.replaces else _YES_NO
    return turn.ask("confirm", "\n".join(said), [(replies.say(name), value) for name, value in choices])


def lines(offer: orders.Offer, name: str, turn: Turn) -> list[str]:
    """Write an offer in four lines; where no subsidy is due none is spoken of."""
    draft = turn.state.draft
    dishes = drafting.dishes_line([(line.name, line.quantity) for line in offer.lines])
    mode = "，".join((replies.mode_name(offer.mode), *draft.diet))
    day = replies.full_day(offer.service_date, turn.today)
    until = "order.until_change" if draft.replaces else "order.until"
    return [
        replies.say("order.for_whom", name=name, day=day, meal=replies.meal_name(offer.meal)),
        replies.say("order.dishes", dishes=dishes, mode=mode),
        replies.money(offer.quote),
        replies.say(until, until=replies.deadline(offer.cutoff_at, turn.at)),
    ]


def where_we_were(turn: Turn) -> str:
    """Say in one line what was being talked about, with its question."""
    draft = turn.state.draft
    if not draft.day or draft.weekdays or turn.state.asked not in ("confirm", "items"):
        return replies.say("general.where_we_were", question=turn.state.question[-40:])
    day = replies.near_day(date.fromisoformat(draft.day), turn.today)
    facts = {"day": day, "meal": replies.meal_name(draft.meal) if draft.meal else ""}
    if turn.state.asked == "confirm":
        return replies.say("order.where_we_were", **facts, dishes=drafting.dishes_of(draft)[:24])
    return replies.say("order.where_we_were_open", **facts)


def refused(turn: Turn, error: CanteenError) -> str:
    """Say why not, and the next possible step."""
    sentence = replies.refusal(error, turn.today)
    draft = turn.state.draft
    if draft.replaces and error.code in _SHIFTS:
        return turn.tell(replies.say("booked.too_late" if turn.phone else "booked.too_late_plain", phone=turn.phone))
    if error.code == "orders.already_ordered" and (draft.items or draft.dishes) and "ref" in error.params:
        return _besides(turn, error.params["ref"])
    if error.code in _SHIFTS:
        return offer_next_day(turn, sentence)
    if error.code in _OTHER_DISH:
        draft.items, draft.dishes = [], []
        return turn.ask("items", sentence)
    if error.code == "orders.mode_not_offered":
        draft.mode = "dine_in"
        options = [(replies.say("choice.yes_so"), "yes"), (replies.say("choice.no"), "no")]
        return turn.ask("confirm_mode", sentence, options)
    return turn.tell(sentence)


def _besides(turn: Turn, ref: str) -> str:
    """Say what is ordered for that meal already, and ask whether to add to it or to put this in its place."""
    order = orders.find(turn.session, ref=ref)
    day = replies.near_day(order.service_date, turn.today)
    facts = {"day": day, "meal": replies.meal_name(order.meal), "dishes": order.dishes[:24]}
    choices = (("choice.add_to_it", f"join:{ref}"), ("choice.instead", f"instead:{ref}"), ("choice.keep_it", "no"))
    options = [(replies.say(name), value) for name, value in choices]
    return turn.ask("besides", replies.say("booked.already", **facts), options)


def offer_next_day(turn: Turn, sentence: str) -> str:
    """Say why not this day, and offer the one after it."""
    options = [(replies.say("choice.next_day"), "yes"), (replies.say("choice.no"), "no")]
    return turn.ask("confirm_shift", sentence, options)


def nothing_then(turn: Turn, canteen: orders.Timetable, slot: menu.Slot | None) -> str:
    """Say that there is nothing to order then, and offer what comes next."""
    draft = turn.state.draft
    day, meal = draft.service_date, draft.meal
    if slot is None and day is None:
        return turn.tell(replies.say("menu.none", phone=canteen.phone))
    if slot is None:
        known = {"service_date": day, "meal": meal or "meal"}
        return refused(turn, Refused("orders.no_menu", **known))
    draft.day, draft.meal = slot.day.isoformat(), slot.meal
    until = orders.cutoff(canteen.meals_on(slot.day)[slot.meal], slot.day)
    return refused(turn, Refused("orders.cutoff_passed", cutoff_at=until, meal=slot.meal, service_date=slot.day))
