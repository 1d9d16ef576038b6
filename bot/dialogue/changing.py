"""Change a meal that is ordered.

What is to come in its place is read back; on the yes both happen, or neither.
"""

from __future__ import annotations

import json
from dataclasses import replace

from bot import replies
from bot.dialogue import booked, drafting, family, joining, ordering
from bot.dialogue.turn import Turn
from bot.dialogue.wishes import packed, unpacked
from bot.understanding import Act

_SHOWN = 5
_OPEN = ("placed", "locked")


def change(turn: Turn, act: Act) -> str:
    """Find the meal that is meant; several are offered to choose from."""
    if not turn.people:
        return joining.how(turn)
    old = act.old or Act("change")
    meant = Act("change", dates=old.dates, meals=old.meals, persons=act.persons, which=act.which)
    listed = [one for one in booked.coming(turn, meant) if one[1].state in _OPEN]
    gone = {item.dish for item in (*old.items, *act.off)}
    named = [one for one in listed if any(name in one[1].dishes for name in gone)]
    listed = named or listed
    if act.which == "last" and listed:
        listed = [max(listed, key=lambda one: one[1].placed_at)]
    if not old.dates and act.dates and len(listed) > 1:
        listed = [one for one in listed if one[1].service_date in act.dates] or listed
    if not listed:
        return turn.ask("", replies.say("booked.nothing_to_change"), [(replies.say("choice.order"), "do:order")])
    if len(listed) == 1:
        return begin(turn, listed[0][1].ref, act)
    options = [(booked.line(turn, person, order), f"change:{order.ref}") for person, order in listed[:_SHOWN]]
    said = turn.ask("order_choice", replies.say("booked.which_change"), options)
    turn.state.subject = json.dumps(packed(act), ensure_ascii=False)
    return said


def chosen(turn: Turn, ref: str) -> str:
    """Go on with the meal that was picked."""
    act = unpacked(json.loads(turn.state.subject)) if turn.state.subject.startswith("{") else Act("change")
    return begin(turn, ref, act)


def besides(turn: Turn, ref: str, *, adds: bool) -> str:
    """Add the draft's dishes to an order of the same meal, or put them in its place; read back as every change."""
    draft = turn.state.draft
    found = booked.mine(turn, ref)
    if found is None:
        return turn.tell(replies.say("booked.nothing_to_change"))
    kept = booked.draft_of(turn, found[0], ref)
    draft.replaces, draft.items, draft.own_fen = ref, [], None
    if adds:
        named = {name for name, _ in draft.dishes}
        draft.dishes = [*(pair for pair in kept.dishes if pair[0] not in named), *draft.dishes]
        draft.mode = kept.mode
    return ordering.proceed(turn)


def begin(turn: Turn, ref: str, act: Act) -> str:
    """Write the order as a draft, change the draft, and read it back."""
    found = booked.mine(turn, ref)
    if found is None:
        return turn.tell(replies.say("booked.nothing_to_change"))
    person, order = found
    if refused := family.may_not_order(turn, person):
        return refused
    canteen = turn.canteen_of(person)
    if canteen is None or canteen.canteen_id != order.canteen_id:
        return turn.tell(replies.say("general.by_person", phone=turn.phone))
    turn.forget()
    draft = turn.state.draft = booked.draft_of(turn, person, ref)
    draft.replaces = ref
    before = [list(pair) for pair in draft.dishes], draft.day, draft.meal, draft.mode
    drafting.fill(draft, replace(drafting.edit(draft, act), old=None))
    if (draft.dishes, draft.day, draft.meal, draft.mode) == before and not act.diet:
        draft.dishes = []
    return ordering.proceed(turn)
