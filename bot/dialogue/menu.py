"""Show what there is to eat, and find the next meal to order."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot import replies
from bot.dialogue.turn import Turn
from bot.understanding import Act, Item
from canteen import menus, orders, places

_AHEAD = 7
_SHOWN = 5


@dataclass(frozen=True)
class Slot:
    """Name a meal of a day at a canteen, with what it offers."""

    canteen: orders.Timetable
    day: date
    meal: str
    view: menus.DayView
    is_open: bool


def find(
    turn: Turn,
    canteen: orders.Timetable,
    dates: tuple[date, ...],
    meals: tuple[str, ...],
    taken: frozenset[tuple[date, str]] = frozenset(),
) -> Slot | None:
    """Return the meal that was meant, else the next that can be ordered.

    ``taken`` are meals that the person has ordered already; they are passed over unless their day was said.
    """
    served = canteen.meals_on(dates[0] if dates else turn.today)
    wanted = tuple(meal for meal in meals if meal in served)
    closed = None
    for day, meal in _on_offer(turn, canteen, dates, wanted):
        if not dates and (day, meal) in taken:
            continue
        timing = canteen.meals_on(day).get(meal)
        if timing is None:
            continue
        is_open = turn.at < orders.cutoff(timing, day)
        if not is_open and not (dates and wanted) and closed:
            continue
        view = turn.day_menu(canteen.canteen_id, day, meal)
        if view is None or not view.items:
            continue
        slot = Slot(canteen, day, meal, view, is_open)
        if is_open:
            return slot
        closed = closed or slot
    return closed


def _on_offer(
    turn: Turn, canteen: orders.Timetable, dates: tuple[date, ...], meals: tuple[str, ...]
) -> list[tuple[date, str]]:
    """List the meals that may be meant, in their order; of many only those that have a menu."""
    found = list(_candidates(turn, dates, meals, canteen.meals_on(dates[0] if dates else turn.today)))
    if len(found) < 2:
        return found
    offered = turn.offered(canteen.canteen_id, found[0][0], found[-1][0])
    return [slot for slot in found if slot in offered]


def show(turn: Turn, act: Act) -> str:
    """Answer what there is to eat; whoever may order picks from the list."""
    person = turn.people[0] if len(turn.people) == 1 else next((one for one in turn.people if one.is_self), None)
    person = turn.person(turn.state.draft.person_id) or person
    canteen = turn.canteen_of(person)
    if canteen is None:
        return _which_canteen(turn)
    draft = turn.state.draft
    dates = act.dates or ((draft.service_date,) if draft.service_date else ())
    slot = find(turn, canteen, dates, act.meals or ((draft.meal,) if draft.meal else ()))
    if slot is None:
        return turn.tell(replies.say("menu.none", phone=canteen.phone))
    missing = missing_dishes(slot, act.items)
    if not turn.people:
        return turn.tell("\n".join([*missing, *lines(turn, slot), replies.say("menu.join")]))
    return offer_list(turn, slot, missing)


def offer_list(turn: Turn, slot: Slot, before: list[str] | None = None) -> str:
    """List the dishes as choices for an order."""
    draft = turn.state.draft
    draft.day, draft.meal = slot.day.isoformat(), slot.meal
    shown, more = slot.view.items[:_SHOWN], slot.view.items[_SHOWN:]
    head = replies.say("menu.head", day=replies.full_day(slot.day, turn.today), meal=replies.meal_name(slot.meal))
    if not slot.is_open:
        head = replies.say(
            "menu.closed_head", day=replies.near_day(slot.day, turn.today), meal=replies.meal_name(slot.meal)
        )
        return turn.tell("\n".join([*(before or []), head, *_plain(shown)]))
    options = [(_priced(item), f"item:{item.item_id}") for item in shown]
    tail = [replies.say("menu.more", dishes="、".join(item.name for item in more)[:40])] if more else []
    return turn.ask(
        "items", "\n".join([*(before or [])[:1], head]), options, "\n".join([*tail, replies.say("menu.pick")])
    )


def lines(turn: Turn, slot: Slot) -> list[str]:
    """Write a menu in at most six lines, without choices."""
    head = replies.say("menu.head", day=replies.full_day(slot.day, turn.today), meal=replies.meal_name(slot.meal))
    return [head, *_plain(slot.view.items[:_SHOWN])]


def missing_dishes(slot: Slot, items: tuple[Item, ...]) -> list[str]:
    """Say shortly which of the dishes asked about are there, and which are not."""
    offered = {item.name for item in slot.view.items}
    said = [replies.say("menu.has", dish=item.dish) for item in items if item.dish in offered]
    said += [replies.say("menu.lacks", dish=item.said or item.dish) for item in items if item.dish == "?" and item.said]
    return said[:1]


def _plain(items: tuple[menus.ItemView, ...]) -> list[str]:
    return [_priced(item) for item in items]


def _priced(item: menus.ItemView) -> str:
    sold_out = replies.say("menu.sold_out") if item.remaining < 1 else ""
    return f"{item.name} {replies.yuan(item.price_fen)}{sold_out}"


def _candidates(
    turn: Turn, dates: tuple[date, ...], meals: tuple[str, ...], served: Container[str]
) -> Iterator[tuple[date, str]]:
    days = sorted(day for day in dates if day >= turn.today) or [turn.today + timedelta(days=i) for i in range(_AHEAD)]
    for day in days:
        for meal in orders.MEALS:
            if meal in (meals or served):
                yield day, meal


def _which_canteen(turn: Turn) -> str:
    every = places.canteens_in(turn.session, region_prefixes=("",))
    if not every:
        return turn.tell(replies.say("menu.no_canteen"))
    return turn.ask(
        "canteen", replies.say("menu.which_canteen"), [(one.name, f"canteen:{one.id}") for one in every[:5]]
    )
