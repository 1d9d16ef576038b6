"""Take an order: ask, read back once, place it on a clear yes.

What is read back is what is placed: the offer is worked out anew on the yes, and a changed amount is read back again.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from bot import replies
from bot.dialogue import family, joining, menu
from bot.dialogue.turn import Draft, Turn
from bot.understanding import Act, Item
from canteen import notices, orders, seniors
from canteen.foundation.errors import CanteenError, Refused

_SHIFTS = frozenset({"orders.cutoff_passed", "orders.no_menu", "orders.not_served_that_day", "orders.full"})
_YES_NO = (("choice.yes", "yes"), ("choice.no", "no"), ("choice.human", "do:human"))


def order(turn: Turn, act: Act) -> str:
    """Take what was said into the draft and go on."""
    if not turn.people:
        return joining.how(turn)
    person = family.whom(turn, act.persons)
    _take(turn, act)
    if person is None:
        return family.ask_whom(turn, "order", act.persons)
    turn.state.draft.person_id = person.person_id
    if act.same_as:
        return _same_again(turn, person, act)
    return proceed(turn, several=len(act.dates) > 1 or len(act.meals) > 1 or bool(act.repeat))


def change(turn: Turn, act: Act) -> str:
    """Change the draft that is being talked about."""
    draft = turn.state.draft
    gone = {item.dish for item in (*act.off, *(act.old.items if act.old else ()))}
    if gone:
        draft.dishes = [pair for pair in draft.dishes if pair[0] not in gone]
        draft.items = []
    if act.items:
        swaps = not act.adds and not gone and len(draft.dishes) == 1
        named = {item.dish for item in act.items}
        kept = [Item(name, count) for name, count in draft.dishes if name not in named and not swaps]
        act = Act("order", dates=act.dates, meals=act.meals, items=(*kept, *act.items), mode=act.mode)
    elif not gone and (draft.dishes or draft.items) and _only_number(act):
        draft.dishes = [[name, act.portions] for name, _ in draft.dishes[-1:]]
        draft.items = []
    _take(turn, act)
    return proceed(turn)


def pick(turn: Turn, item_ids: list[int]) -> str:
    """Take dishes picked from the list."""
    draft = turn.state.draft
    draft.items = [[item_id, 1] for item_id in dict.fromkeys(item_ids)]
    draft.dishes = []
    return proceed(turn)


def proceed(turn: Turn, *, several: bool = False) -> str:
    """Ask for what is missing, or read the order back."""
    draft = turn.state.draft
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
        return _nothing_then(turn, canteen, slot)
    draft.day, draft.meal = slot.day.isoformat(), slot.meal
    missing = _resolve(draft, slot)
    if missing or not draft.items:
        before = [replies.say("order.one_by_one")] if several and not missing else missing
        return menu.offer_list(turn, slot, before)
    return read_back(turn, person, slot.canteen.canteen_id)


def read_back(turn: Turn, person: seniors.Acting, canteen_id: int, *, changed: bool = False) -> str:
    """Say everything about the order at once and ask for a yes."""
    draft = turn.state.draft
    try:
        offer = _offer(turn, person, canteen_id)
    except CanteenError as error:
        return refused(turn, error)
    draft.own_fen, draft.mode = offer.quote.own_fen, offer.mode
    said = [replies.say("order.changed")] if changed else []
    said += read_back_lines(offer, family.label(person), turn)
    options = [(replies.say(name), value) for name, value in _YES_NO]
    return turn.ask("confirm", "\n".join(said), options)


def read_back_lines(offer: orders.Offer, name: str, turn: Turn) -> list[str]:
    """Write an offer in four lines; where no subsidy is due none is spoken of."""
    dishes = "、".join(f"{line.name}×{line.quantity}" for line in offer.lines)
    day = replies.full_day(offer.service_date, turn.today)
    return [
        replies.say("order.for_whom", name=name, day=day, meal=replies.meal_name(offer.meal)),
        replies.say("order.dishes", dishes=dishes, mode=replies.mode_name(offer.mode)),
        replies.money(offer.quote),
        replies.say("order.until", until=replies.deadline(offer.cutoff_at, turn.at)),
    ]


def confirm(turn: Turn) -> str:
    """Place the order that was read back."""
    turn.act()
    draft = turn.state.draft
    person = turn.person(draft.person_id)
    day = draft.service_date
    canteen = turn.canteen_of(person)
    if person is None or day is None or canteen is None:
        return joining.hello(turn)
    try:
        offer = _offer(turn, person, canteen.canteen_id)
        if offer.quote.own_fen != draft.own_fen:
            return read_back(turn, person, canteen.canteen_id, changed=True)
        with turn.session.begin_nested():
            placed = orders.place(
                turn.session,
                person_id=person.person_id,
                canteen_id=canteen.canteen_id,
                service_date=day,
                meal=draft.meal,
                mode=offer.mode,
                wishes=_wishes(draft),
                channel="wechat",
                actor=turn.account,
                at=turn.at,
                key=f"wechat:{turn.key}",
            )
    except CanteenError as error:
        return refused(turn, error)
    _tell_family(turn, person, placed)
    facts = {"name": family.label(person), "day": replies.near_day(day, turn.today)}
    facts |= {"meal": replies.meal_name(placed.meal), "own": replies.yuan(placed.own_fen)}
    until = replies.deadline(offer.cutoff_at, turn.at)
    turn.forget()
    return replies.say("order.done", **facts) + "\n" + replies.say("order.done_next", until=until)


def shift(turn: Turn) -> str:
    """Go on with the next day after a refusal."""
    day = turn.state.draft.service_date or turn.today
    turn.state.draft.day = (day + timedelta(days=1)).isoformat()
    _by_name(turn.state.draft)
    return proceed(turn)


def refused(turn: Turn, error: CanteenError) -> str:
    """Say why not, and the next possible step."""
    sentence = replies.refusal(error, turn.today)
    if error.code in _SHIFTS:
        return _offer_next_day(turn, sentence)
    if error.code in ("orders.sold_out", "orders.allergy", "orders.empty", "orders.no_such_dish"):
        draft = turn.state.draft
        draft.items, draft.dishes = [], []
        return turn.ask("items", sentence)
    if error.code == "orders.mode_not_offered":
        turn.state.draft.mode = "dine_in"
        return turn.ask(
            "confirm_mode", sentence, [(replies.say("choice.yes_so"), "yes"), (replies.say("choice.no"), "no")]
        )
    return turn.tell(sentence)


def _offer_next_day(turn: Turn, sentence: str) -> str:
    options = [(replies.say("choice.next_day"), "yes"), (replies.say("choice.no"), "no")]
    return turn.ask("confirm_shift", sentence, options)


def _taken(turn: Turn, person: seniors.Acting) -> frozenset[tuple[date, str]]:
    if turn.state.draft.service_date:
        return frozenset()
    return frozenset((one.service_date, one.meal) for one in turn.coming([person]))


def _nothing_then(turn: Turn, canteen: orders.Timetable, slot: menu.Slot | None) -> str:
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


def _take(turn: Turn, act: Act) -> None:
    """Write what was said into the draft.

    A new day or meal drops the picked items but keeps dishes by name.
    """
    draft = turn.state.draft
    if act.dates and act.items and turn.state.asked not in ("confirm", "items", "date", "meal", "person"):
        turn.state.draft = draft = Draft()
    moved = (act.dates and draft.day != act.dates[0].isoformat()) or (act.meals and draft.meal != act.meals[0])
    if moved:
        _by_name(draft)
    draft.day = act.dates[0].isoformat() if act.dates else draft.day
    draft.meal = act.meals[0] if act.meals else draft.meal
    draft.mode = act.mode or draft.mode
    if act.items:
        draft.dishes = [[item.dish if item.dish != "?" else f"?{item.said}", item.quantity] for item in act.items]
        draft.items = []


def _by_name(draft: Draft) -> None:
    draft.items = []


def _resolve(draft: Draft, slot: menu.Slot) -> list[str]:
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
    lacking = [name.removeprefix("?") for name, _ in draft.dishes if name not in by_name]
    draft.dishes = [pair for pair in draft.dishes if pair[0] in by_name]
    draft.items = [] if lacking else [[by_name[name], count] for name, count in draft.dishes]
    said = [name for name in lacking if name and not name.startswith("@")]
    return [replies.say("menu.lacks", dish=said[0])] if said else []


def _wishes(draft: Draft) -> list[orders.Wish]:
    return [orders.Wish(item_id, count) for item_id, count in draft.items]


def _offer(turn: Turn, person: seniors.Acting, canteen_id: int) -> orders.Offer:
    draft = turn.state.draft
    return orders.offer(
        turn.session,
        person_id=person.person_id,
        canteen_id=canteen_id,
        service_date=draft.service_date or turn.today,
        meal=draft.meal,
        mode=draft.mode or "dine_in",
        wishes=_wishes(draft),
        at=turn.at,
    )


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


def _only_number(act: Act) -> bool:
    return not (act.dates or act.meals or act.mode or act.diet or act.persons)


def _tell_family(turn: Turn, person: seniors.Acting, placed: Any) -> None:
    """Tell the person, and whoever else may order for her, what was ordered."""
    for account in seniors.accounts_of_person(turn.session, person_id=person.person_id):
        if account != turn.account:
            content = {"name": person.name, "day": placed.service_date.isoformat(), "meal": placed.meal}
            notices.enqueue(
                turn.session,
                key=f"ordered:{placed.ref}:{account}",
                account=account,
                kind="order_told",
                content={**content, "dishes": placed.dishes},
                at=turn.at,
            )
