"""Place what was read back on a clear yes, and let the family know."""

from __future__ import annotations

from typing import Any

from bot import replies
from bot.dialogue import drafting, family, joining, readback, several, weekly
from bot.dialogue.turn import Draft, Turn
from canteen import notices, orders, seniors
from canteen.foundation.clock import end_of_day
from canteen.foundation.errors import CanteenError


def confirm(turn: Turn) -> str:
    """Place the order, or the orders, that were read back.

    What is read back is what is placed: the offer is worked out anew on the yes, and a changed amount is read back
    again.
    """
    turn.act()
    if turn.state.basket:
        return _confirm_all(turn)
    draft = turn.state.draft
    if draft.weekdays:
        return weekly.confirm(turn)
    person = turn.person(draft.person_id)
    canteen = turn.canteen_of(person)
    if person is None or draft.service_date is None or canteen is None:
        return joining.hello(turn)
    if refused := family.may_not_order(turn, person):
        return refused
    try:
        offer = drafting.offer(turn, draft, person, canteen.canteen_id)
        if offer.quote.own_fen != draft.own_fen:
            return readback.read_back(turn, person, canteen.canteen_id, changed=True)
        with turn.session.begin_nested():
            placed = _put(turn, draft, person, canteen.canteen_id)
    except CanteenError as error:
        return readback.refused(turn, error)
    tell_family(turn, person, placed)
    facts = {"name": family.label(person), "day": replies.near_day(placed.service_date, turn.today)}
    facts |= {"meal": replies.meal_name(placed.meal), "own": replies.yuan(placed.own_fen)}
    until = replies.deadline(offer.cutoff_at, turn.at)
    turn.forget()
    done = replies.say("order.done_change" if draft.replaces else "order.done", **facts)
    return done + "\n" + replies.say("order.done_next", until=until)


def _put(turn: Turn, draft: Draft, person: seniors.Acting, canteen_id: int) -> orders.Order:
    """Place a draft, or put it in the place of the order that it changes: both happen, or none."""
    said: dict[str, Any] = {"mode": draft.mode or "dine_in", "channel": "wechat", "actor": turn.account, "at": turn.at}
    if draft.replaces:
        old = orders.find(turn.session, ref=draft.replaces)
        if old.service_date == draft.service_date:
            return orders.replace(
                turn.session, ref=old.ref, meal=draft.meal, wishes=drafting.wishes(draft), diet=draft.diet, **said
            )
        orders.cancel(turn.session, ref=old.ref, actor=turn.account, channel="wechat", at=turn.at)
    return orders.place(
        turn.session,
        person_id=person.person_id,
        canteen_id=canteen_id,
        service_date=draft.service_date or turn.today,
        meal=draft.meal,
        wishes=drafting.wishes(draft),
        key=f"wechat:{turn.key}:{draft.person_id}:{draft.day}:{draft.meal}"
        if turn.state.basket
        else f"wechat:{turn.key}",
        diet=draft.diet,
        **said,
    )


def _confirm_all(turn: Turn) -> str:
    drafts = [turn.state.draft, *turn.state.basket]
    agreed_fen = sum(draft.own_fen or 0 for draft in drafts)
    found = several.offers(turn, drafts)
    if found.notes or sum(offer.quote.own_fen for offer in found.offers) != agreed_fen:
        return several.read_back(turn, found, changed=True)
    placed = []
    try:
        with turn.session.begin_nested():
            for draft, offer in zip(drafts, found.offers, strict=True):
                person = turn.person(draft.person_id)
                if person is None:
                    return joining.hello(turn)
                placed.append((person, _put(turn, draft, person, offer.canteen_id)))
    except CanteenError as error:
        return turn.tell(replies.refusal(error, turn.today))
    for person, order in placed:
        tell_family(turn, person, order)
    until = min(offer.cutoff_at for offer in found.offers)
    own = replies.yuan(sum(order.own_fen for _, order in placed))
    turn.forget()
    done = replies.say("several.done", count=len(placed), own=own)
    return done + "\n" + replies.say("several.done_next", until=replies.deadline(until, turn.at))


def tell_family(turn: Turn, person: seniors.Acting, placed: orders.Order) -> None:
    """Tell the person, and whoever else may order for her, what was ordered."""
    content = {"name": person.name, "day": placed.service_date.isoformat(), "meal": placed.meal}
    notices.tell(
        turn.session, person_id=person.person_id, canteen_id=placed.canteen_id, matter=f"ordered:{placed.ref}",
        kind="order_told", content={**content, "dishes": placed.dishes}, at=turn.at, but=turn.account,
        until=end_of_day(placed.service_date),
    )  # fmt: skip
