"""Tell what is ordered, and cancel on a clear yes."""

from __future__ import annotations

from bot import replies
from bot.dialogue import family, joining
from bot.dialogue.turn import Turn
from bot.understanding import Act
from canteen import orders, seniors
from canteen.foundation.errors import CanteenError

_OPEN = ("placed", "locked")
_SHOWN = 5
Booked = tuple[seniors.Acting, orders.Coming | orders.Order]


def show(turn: Turn, act: Act) -> str:
    """List the coming meals."""
    if not turn.people:
        return joining.how(turn)
    listed = _coming(turn, act)
    if not listed:
        return turn.ask("", replies.say("booked.none"), [(replies.say("choice.order"), "do:order")])
    lines = [_line(turn, person, order) for person, order in listed[:_SHOWN]]
    return turn.tell("\n".join([replies.say("booked.head"), *lines]))


def ask_cancel(turn: Turn, act: Act) -> str:
    """Ask for a clear yes before a meal is cancelled; a draft is just dropped."""
    if turn.state.asked in ("items", "confirm", "mode", "date", "meal", "confirm_shift") and not (
        act.dates or act.which
    ):
        return turn.tell(replies.say("booked.draft_dropped"))
    if not turn.people:
        return joining.how(turn)
    listed = [booked for booked in _coming(turn, act) if booked[1].state in _OPEN]
    if act.which == "last" and listed:
        listed = [max(listed, key=lambda booked: booked[1].placed_at)]
    if not listed:
        return turn.tell(replies.say("booked.nothing_to_cancel"))
    if len(listed) == 1:
        return sure(turn, listed[0][1].ref)
    options = [(_line(turn, person, order), f"order:{order.ref}") for person, order in listed[:_SHOWN]]
    return turn.ask("order_choice", replies.say("booked.which"), options)


def sure(turn: Turn, ref: str) -> str:
    """Ask for the yes."""
    found = _mine(turn, ref)
    if found is None:
        return turn.tell(replies.say("booked.nothing_to_cancel"))
    options = [(replies.say("choice.yes_cancel"), "yes"), (replies.say("choice.keep"), "no")]
    text = replies.say("booked.sure", meal=_line(turn, *found))
    said = turn.ask("confirm_cancel", text, options)
    turn.state.subject = ref
    return said


def cancel(turn: Turn) -> str:
    """Cancel the meal that was asked about."""
    turn.act()
    found = _mine(turn, turn.state.subject)
    if found is None:
        return turn.tell(replies.say("booked.nothing_to_cancel"))
    person, order = found
    try:
        with turn.session.begin_nested():
            orders.cancel(turn.session, ref=order.ref, actor=turn.account, channel="wechat", at=turn.at)
    except CanteenError as error:
        said = replies.say("booked.too_late", phone=turn.phone) if error.code == "orders.cutoff_passed" else None
        return turn.tell(said or replies.refusal(error, turn.today))
    return turn.tell(replies.say("booked.cancelled", meal=_line(turn, person, order)))


def _coming(turn: Turn, act: Act) -> list[Booked]:
    named = family.whom(turn, act.persons) if act.persons else None
    people = [named] if named else turn.people
    by_id = {person.person_id: person for person in people}
    return [(by_id[order.person_id], order) for order in turn.coming(people) if _fits(order, act)]


def _fits(order: orders.Coming, act: Act) -> bool:
    if order.service_date in act.except_dates:
        return False
    return (not act.dates or order.service_date in act.dates) and (not act.meals or order.meal in act.meals)


def _mine(turn: Turn, ref: str) -> Booked | None:
    """Find an order of somebody this account may act for.

    A stranger's reference finds nothing.
    """
    try:
        order = orders.find(turn.session, ref=ref)
    except CanteenError:
        return None
    person = turn.person(order.person_id)
    return (person, order) if person else None


def _line(turn: Turn, person: seniors.Acting, order: orders.Coming | orders.Order) -> str:
    facts = {"name": person.name, "day": replies.near_day(order.service_date, turn.today)}
    own = replies.yuan(order.own_fen)
    return replies.say("booked.line", **facts, meal=replies.meal_name(order.meal), dishes=order.dishes[:24], own=own)
