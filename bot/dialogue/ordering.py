"""Take an order: ask for what is missing, then read it back; `placing` places it on a clear yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot import replies
from bot.dialogue import drafting, family, joining, menu, readback, several, weekly
from bot.dialogue.turn import Turn
from bot.understanding import Act
from canteen import checkin, orders, seniors
from canteen.foundation.clock import CHINA


def order(turn: Turn, act: Act) -> str:
    """Take what was said into the draft and go on."""
    return order_all(turn, [act])


def order_all(turn: Turn, acts: Sequence[Act]) -> str:
    """Take the orders of one message; several meals are read back and placed together."""
    if not turn.people:
        return joining.how(turn)
    if len(acts) == 1 and weekly.is_meant(acts[0]):
        return weekly.begin(turn, acts[0])
    if several.are_meant(acts):
        return several.begin(turn, acts)
    act = acts[0]
    person = family.whom(turn, act.persons)
    drafting.take(turn, act)
    if person is None:
        return family.ask_whom(turn, "order", act.persons)
    if refused := family.may_not_order(turn, person):
        return refused
    turn.state.draft.person_id = person.person_id
    if act.same_as:
        return _same_again(turn, person, act)
    return proceed(turn) if turn.state.draft.weekdays else _eaten(turn, person) or proceed(turn)


def change(turn: Turn, act: Act) -> str:
    """Change the draft that is being talked about."""
    if turn.state.basket:
        return several.change(turn, act)
    draft = turn.state.draft
    drafting.take(turn, replace(drafting.edit(draft, act), old=None))
    return proceed(turn)


def pick(turn: Turn, item_ids: list[int]) -> str:
    """Take dishes picked from the list."""
    draft = turn.state.draft
    draft.items = [[item_id, 1] for item_id in dict.fromkeys(item_ids)]
    draft.dishes = []
    return several.picked(turn) if turn.state.basket else proceed(turn)


def proceed(turn: Turn) -> str:
    """Ask for what is missing, or read the order back."""
    if turn.state.basket:
        return several.go_on(turn)
    draft = turn.state.draft
    if draft.weekdays:
        return weekly.go_on(turn)
    person = turn.person(draft.person_id) or family.whom(turn, ())
    if person is None:
        return family.ask_whom(turn, "order")
    draft.person_id = person.person_id
    canteen = turn.canteen_of(person)
    if canteen is None:
        return turn.tell(replies.say("order.no_home", name=person.name))
    if draft.service_date and draft.service_date < turn.today:
        draft.day = ""
        return turn.ask("date", replies.say("order.past_day"))
    days = (draft.service_date,) if draft.service_date else ()
    slot = menu.find(turn, canteen, days, (draft.meal,) if draft.meal else (), _taken(turn, person))
    if slot is None or not slot.is_open:
        return readback.nothing_then(turn, canteen, slot)
    draft.day, draft.meal = slot.day.isoformat(), slot.meal
    missing = drafting.resolve(draft, slot)
    if missing or not draft.items:
        return menu.offer_list(turn, slot, missing)
    return readback.read_back(turn, person, slot.canteen.canteen_id)


def shift(turn: Turn) -> str:
    """Go on with the next day after a refusal."""
    day = turn.state.draft.service_date or turn.today
    turn.state.draft.day = (day + timedelta(days=1)).isoformat()
    turn.state.draft.items = []
    return proceed(turn)


def _eaten(turn: Turn, person: seniors.Acting) -> str:
    """Say that a meal of today was taken already, and offer the next day's; empty where it was not."""
    draft = turn.state.draft
    if draft.service_date != turn.today or not draft.meal:
        return ""
    at = checkin.taken_on(turn.session, person_id=person.person_id, on=turn.today).get(draft.meal)
    if at is None:
        return ""
    facts = {"name": family.label(person), "meal": replies.meal_name(draft.meal), "at": f"{at.astimezone(CHINA):%H:%M}"}
    return readback.offer_next_day(
        turn, replies.say("order.eaten_snack" if draft.meal == "snack" else "order.eaten", **facts)
    )


def _taken(turn: Turn, person: seniors.Acting) -> frozenset[tuple[date, str]]:
    if turn.state.draft.service_date:
        return frozenset()
    return frozenset((one.service_date, one.meal) for one in turn.coming([person]))


def _same_again(turn: Turn, person: seniors.Acting, act: Act) -> str:
    before = _ordered_on(turn, person, act.same_as)
    if before is None:
        return turn.ask("items", replies.say("order.no_last"))
    draft = turn.state.draft
    draft.dishes = [[line.dish_name, line.quantity] for line in before.lines]
    draft.items = []
    draft.meal = draft.meal or before.meal
    draft.mode = draft.mode or before.mode
    return proceed(turn)


def _ordered_on(turn: Turn, person: seniors.Acting, same_as: str) -> Any:
    if same_as == "last":
        return orders.latest(turn.session, person_id=person.person_id)
    day = date.fromisoformat(same_as)
    listed = orders.upcoming(turn.session, person_id=person.person_id, on=day)
    return next((one for one in listed if one.service_date == day), None)
