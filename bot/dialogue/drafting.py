"""Write what was said into a meal that is being talked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot import replies
from bot.dialogue import menu
from bot.dialogue.turn import Draft, Turn
from bot.understanding import Act, Item
from canteen import orders, seniors

# What keeps the draft when a whole new order is said: an answer to one of these questions.
_GOES_ON = ("confirm", "items", "date", "meal", "person")


def take(turn: Turn, act: Act) -> None:
    """Write what was said into the draft that is talked about.

    A new day or meal drops the picked items but keeps dishes by name.
    """
    draft = turn.state.draft
    if act.dates and act.items and turn.state.asked not in _GOES_ON:
        turn.state.draft = draft = Draft()
    fill(draft, act)


def fill(draft: Draft, act: Act) -> None:
    """Write what was said into a draft."""
    moved = (act.dates and draft.day != act.dates[0].isoformat()) or (act.meals and draft.meal != act.meals[0])
    if moved:
        draft.items = []
    draft.day = act.dates[0].isoformat() if act.dates else draft.day
    draft.meal = act.meals[0] if act.meals else draft.meal
    draft.mode = act.mode or draft.mode
    draft.diet = list(dict.fromkeys((*draft.diet, *replies.diet_names(act.diet))))
    if act.items:
        draft.dishes = [[item.dish if item.dish != "?" else f"?{item.said}", item.quantity] for item in act.items]
        draft.items = []


def edit(draft: Draft, act: Act) -> Act:
    """Take dishes away from a draft, and return what is to be written into it: the dishes that stay, and new ones."""
    gone = {item.dish for item in (*act.off, *(act.old.items if act.old else ()))}
    taken = [pair for pair in draft.dishes if pair[0] in gone]
    if gone:
        draft.dishes = [pair for pair in draft.dishes if pair[0] not in gone]
        draft.items = []
    if act.items:
        is_whole = bool(act.old and (act.old.dates or act.old.meals))
        swaps = not act.adds and not gone and (is_whole or len(draft.dishes) == 1)
        named = {item.dish for item in act.items}
        kept = [Item(name, count) for name, count in draft.dishes if name not in named and not swaps]
        given_up = taken or (draft.dishes if swaps else [])
        new = _as_many(act.items, given_up) if len(given_up) == 1 and not act.counted else act.items
        return replace(act, intent="order", items=(*kept, *new), persons=())
    if not gone and (draft.dishes or draft.items) and act.counted:
        draft.dishes = [[name, act.portions] for name, _ in draft.dishes[-1:]]
        draft.items = []
    return act


def _as_many(items: Sequence[Item], given_up: Sequence[list[Any]]) -> tuple[Item, ...]:
    """Let one dish that takes the place of another come as often as that."""
    if len(items) == 1 and items[0].quantity == 1:
        return (replace(items[0], quantity=given_up[0][1]),)
    return tuple(items)


def resolve(draft: Draft, slot: menu.Slot) -> list[str]:
    """Turn dish names into items of the menu.

    Return what to say where some are not there.
    """
    if draft.items:
        names = {item.item_id: item.name for item in slot.view.items}
        if all(item_id in names for item_id, _ in draft.items):
            draft.dishes = [[names[item_id], count] for item_id, count in draft.items]
            return []
        draft.items = []
    by_name = {item.name: item.item_id for item in slot.view.items}
    # A name that was heard without this menu at hand may stand on it all the same.
    heard = {f"?{name}": name for name in by_name}
    draft.dishes = [[heard.get(name, name), count] for name, count in draft.dishes]
    lacking = [name.removeprefix("?") for name, _ in draft.dishes if name not in by_name]
    draft.dishes = [pair for pair in draft.dishes if pair[0] in by_name]
    draft.items = [] if lacking else [[by_name[name], count] for name, count in draft.dishes]
    said = [name for name in lacking if name and not name.startswith("@")]
    return [replies.say("menu.lacks", dish=said[0])] if said else []


def wishes(draft: Draft) -> list[orders.Wish]:
    """Return what the draft asks of the kitchen."""
    return [orders.Wish(item_id, count) for item_id, count in draft.items]


def offer(turn: Turn, draft: Draft, person: seniors.Acting, canteen_id: int) -> orders.Offer:
    """Have a draft priced and checked; refuses as `orders.offer`."""
    return orders.offer(
        turn.session,
        person_id=person.person_id,
        canteen_id=canteen_id,
        service_date=draft.service_date or turn.today,
        meal=draft.meal,
        mode=draft.mode or "dine_in",
        wishes=wishes(draft),
        at=turn.at,
        diet=draft.diet,
        replaces=draft.replaces or None,
    )


def dishes_of(draft: Draft) -> str:
    """Name the dishes of a draft as they are read back."""
    return dishes_line([(name, count) for name, count in draft.dishes])


def dishes_line(counted: Sequence[tuple[str, int]]) -> str:
    """Name dishes with their numbers."""
    return "、".join(f"{name.removeprefix('?')}×{count}" for name, count in counted)
