"""Tell what is ordered, and cancel on a clear yes; what was cancelled can be had back until the cut-off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot import replies
from bot.dialogue import family, joining, ordering, weekly
from bot.dialogue.turn import Draft, Turn
from bot.understanding import Act
from canteen import orders, seniors, standing
from canteen.foundation.errors import CanteenError

_OPEN = ("placed", "locked")
_SHOWN = 5
_OF_DRAFT = ("items", "confirm", "confirm_mode", "mode", "date", "meal", "confirm_shift", "person")
Booked = tuple[seniors.Acting, orders.Coming | orders.Order]


def show(turn: Turn, act: Act) -> str:
    """List the coming meals."""
    if not turn.people:
        return joining.how(turn)
    listed = coming(turn, act)
    stands = [] if act.dates or act.meals or act.which else weekly.lines(turn, turn.people)[:2]
    if not listed and stands:
        return turn.tell("\n".join([replies.say("booked.none"), *stands]))
    if not listed:
        return turn.ask("", replies.say("booked.none"), [(replies.say("choice.order"), "do:order")])
    lines = [line(turn, person, order) for person, order in listed[:_SHOWN]]
    more = [replies.say("booked.more", count=len(listed) - _SHOWN)] if len(listed) > _SHOWN else []
    return turn.tell("\n".join([replies.say("booked.head"), *lines, *more, *stands][:8]))


def ask_cancel(turn: Turn, act: Act) -> str:
    """Ask for a clear yes before meals are cancelled; a draft is just dropped."""
    names_place = bool(act.dates or act.which or act.except_dates or act.meals)
    if turn.state.asked in _OF_DRAFT and not names_place:
        return turn.tell(replies.say("booked.kept" if turn.state.draft.replaces else "booked.draft_dropped"))
    if not turn.people:
        return joining.how(turn)
    if ending := weekly.ask_end(turn, act):
        return ending
    listed = [booked for booked in coming(turn, act) if booked[1].state in _OPEN]
    if act.which == "last" and listed:
        listed = [max(listed, key=lambda booked: booked[1].placed_at)]
    if pauses := weekly.pausing(turn, act, has_orders=bool(listed)):
        return _sure_pause(turn, [order.ref for _, order in listed], pauses)
    if not listed:
        return turn.tell(replies.say("booked.nothing_to_cancel"))
    if len(listed) == 1 or act.which == "all" or act.except_dates or len(act.dates) > 1:
        return sure(turn, ",".join(order.ref for _, order in listed))
    options = [(line(turn, person, order), f"order:{order.ref}") for person, order in listed[:_SHOWN]]
    return turn.ask("order_choice", replies.say("booked.which"), options)


def sure(turn: Turn, refs: str) -> str:
    """Ask for the yes, for one meal or for some."""
    found = _mine(turn, refs)
    if not found:
        return turn.tell(replies.say("booked.nothing_to_cancel"))
    if refused := next(filter(None, (family.may_not_order(turn, person) for person, _ in found)), ""):
        return refused
    options = [(replies.say("choice.yes_cancel"), "yes"), (replies.say("choice.keep"), "no")]
    if len(found) == 1:
        text = replies.say("booked.sure", meal=line(turn, *found[0]))
    else:
        turn.is_compact = True
        text = "\n".join([*_lines(turn, found), replies.say("booked.sure_all", count=len(found))])
    said = turn.ask("confirm_cancel", text, options)
    turn.state.subject = refs
    return said


def _sure_pause(turn: Turn, refs: list[str], pauses: Sequence[tuple[seniors.Acting, date, date]]) -> str:
    """Ask for one yes for the meals of some days and for what stands on them."""
    _, first, last = pauses[0]
    spoken = replies.near_day(first, turn.today) if first == last else replies.period(first, last, turn.today)
    names = "、".join(family.label(person) for person, _, _ in pauses)
    text = replies.say("weekly.sure_pause", name=names, days=spoken)
    if refs:
        text = "\n".join([*_lines(turn, _mine(turn, ",".join(refs))), text])
    options = [(replies.say("choice.yes_pause"), "yes"), (replies.say("choice.keep"), "no")]
    turn.is_compact = True
    said = turn.ask("confirm_cancel", text, options)
    held = [f"{person.person_id}:{first.isoformat()}:{last.isoformat()}" for person, first, last in pauses]
    turn.state.subject = ",".join(refs) + "|" + ",".join(held)
    return said


def _pause(turn: Turn, held: str) -> None:
    for one in filter(None, held.split(",")):
        person_id, first, last = one.split(":")
        if turn.person(int(person_id)) is not None:
            standing.pause(
                turn.session, person_id=int(person_id), first_on=date.fromisoformat(first),
                last_on=date.fromisoformat(last), actor=turn.account, at=turn.at,
            )  # fmt: skip


def cancel(turn: Turn) -> str:
    """Cancel the meals that were asked about, all or none, and pause what stands on those days."""
    turn.act()
    refs, _, held = turn.state.subject.partition("|")
    found = _mine(turn, refs)
    if refused := next(filter(None, (family.may_not_order(turn, person) for person, _ in found)), ""):
        return refused
    if not found and held:
        _pause(turn, held)
        return turn.tell(replies.say("weekly.paused"))
    if not found:
        return turn.tell(replies.say("booked.nothing_to_cancel"))
    try:
        with turn.session.begin_nested():
            for _, order in found:
                orders.cancel(turn.session, ref=order.ref, actor=turn.account, channel="wechat", at=turn.at)
            _pause(turn, held)
    except CanteenError as error:
        return turn.tell(too_late(turn) if error.code == "orders.cutoff_passed" else replies.refusal(error, turn.today))
    said = [replies.say("booked.cancelled_all", count=len(found))]
    if len(found) == 1:
        said = [replies.say("booked.cancelled", meal=line(turn, *found[0])), *_until(turn, found[0][1])]
    said += [replies.say("weekly.paused")] if held else []
    turn.forget()
    turn.state.undo = found[0][1].ref if len(found) == 1 else ""
    return "\n".join(said)


def undo(turn: Turn) -> str:
    """Offer once more what was cancelled last, as it was; it is placed on a yes."""
    found = _mine(turn, turn.state.undo)
    turn.state.undo = ""
    if not found:
        return turn.tell(replies.say("booked.nothing_to_undo"))
    person, order = found[0]
    turn.forget()
    turn.state.draft = draft_of(turn, person, order.ref)
    return ordering.proceed(turn)


def draft_of(turn: Turn, person: seniors.Acting, ref: str) -> Draft:
    """Write an order as a draft again, with the wishes that were for this meal alone."""
    order = orders.find(turn.session, ref=ref)
    always = seniors.person_by_id(turn.session, person_id=person.person_id).diet
    return Draft(
        person_id=person.person_id,
        day=order.service_date.isoformat(),
        meal=order.meal,
        mode=order.mode,
        dishes=[[one.dish_name, one.quantity] for one in order.lines],
        diet=[wish for wish in order.flags if wish not in always],
    )


def too_late(turn: Turn) -> str:
    """Say whom to call about a meal that is being prepared."""
    return replies.say("booked.too_late", phone=turn.phone) if turn.phone else replies.say("booked.too_late_plain")


def coming(turn: Turn, act: Act) -> list[Booked]:
    """List the coming meals that fit what was said."""
    named = family.whom(turn, act.persons) if act.persons else None
    people = [named] if named else turn.people
    by_id = {person.person_id: person for person in people}
    return [(by_id[order.person_id], order) for order in turn.coming(people) if _fits(order, act)]


def mine(turn: Turn, ref: str) -> Booked | None:
    """Find an order of somebody this account may act for.

    A stranger's reference finds nothing.
    """
    try:
        order = orders.find(turn.session, ref=ref)
    except CanteenError:
        return None
    person = turn.person(order.person_id)
    return (person, order) if person else None


def line(turn: Turn, person: seniors.Acting, order: orders.Coming | orders.Order) -> str:
    """Write one meal in one line."""
    facts = {"name": person.name, "day": replies.near_day(order.service_date, turn.today)}
    own = replies.yuan(order.own_fen)
    return replies.say("booked.line", **facts, meal=replies.meal_name(order.meal), dishes=order.dishes[:24], own=own)


def _fits(order: orders.Coming, act: Act) -> bool:
    if order.service_date in act.except_dates or (act.which.startswith("#") and not order.ref.endswith(act.which[1:])):
        return False
    named = {item.dish for item in (*act.items, *act.off)} if act.intent == "cancel" else set()
    if named and not any(name in order.dishes for name in named):
        return False
    return (not act.dates or order.service_date in act.dates) and (not act.meals or order.meal in act.meals)


def _mine(turn: Turn, refs: str) -> list[Booked]:
    return [found for ref in refs.split(",") if ref and (found := mine(turn, ref))]


def _lines(turn: Turn, found: Sequence[Booked]) -> list[str]:
    shown = [line(turn, person, order) for person, order in found[:_SHOWN]]
    return [*shown, replies.say("booked.more", count=len(found) - _SHOWN)] if len(found) > _SHOWN else shown


def _until(turn: Turn, order: orders.Coming | orders.Order) -> list[str]:
    """Say until when the meal can be had back."""
    canteen = turn.canteen(order.canteen_id)
    timing = canteen.meals_on(order.service_date).get(order.meal) if canteen else None
    if timing is None:
        return []
    until = orders.cutoff(timing, order.service_date)
    return [replies.say("booked.back", until=replies.deadline(until, turn.at))] if turn.at < until else []
