"""Take several meals at once: some days, some meals of a day, some people; one read-back, one yes for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bot import replies
from bot.dialogue import drafting, family, menu
from bot.dialogue.turn import Draft, Turn
from bot.understanding import Act, Item
from canteen import orders, seniors
from canteen.foundation.errors import CanteenError

MOST_MEALS = 14
_MOST_GROUPS = 4
_MOST_NOTES = 2
_YES_NO = (("choice.yes", "yes"), ("choice.no", "no"), ("choice.human", "do:human"))


@dataclass
class Found:
    """Hold the meals that can be had, each with its offer, and a line on each that cannot."""

    drafts: list[Draft] = field(default_factory=list)
    offers: list[orders.Offer] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def are_meant(acts: Sequence[Act]) -> bool:
    """Tell whether more than one meal is wanted."""
    if len(acts) > 1:
        return True
    act = acts[0]
    return not act.same_as and max(len(act.dates), len(act.meals), len(act.persons)) > 1


def begin(turn: Turn, acts: Sequence[Act]) -> str:
    """Spell the meals out and go on with them."""
    drafts: list[Draft] = []
    for act in acts:
        people = [family.whom(turn, (word,)) for word in act.persons] or [family.whom(turn, ())]
        known = [person for person in people if person is not None]
        if len(known) < len(people):
            drafting.take(turn, act)
            return family.ask_whom(turn, "order", act.persons)
        if refused := next(filter(None, (family.may_not_order(turn, person) for person in known)), ""):
            return refused
        for draft in _spelled(act, known):
            _add(drafts, draft)
    turn.forget()
    turn.state.draft, *turn.state.basket = drafts[:MOST_MEALS]
    return go_on(turn)


def go_on(turn: Turn) -> str:
    """Ask for dishes where no meal has any; else read everything back."""
    drafts = [turn.state.draft, *turn.state.basket]
    named = next((draft.dishes for draft in drafts if draft.dishes), [])
    for draft in drafts:
        draft.dishes = draft.dishes or [list(pair) for pair in named]
    if not named:
        return _ask_dishes(turn, drafts)
    return read_back(turn, offers(turn, drafts))


def picked(turn: Turn) -> str:
    """Let the dishes picked for the first meal hold for all that have none."""
    draft = turn.state.draft
    person = turn.person(draft.person_id)
    canteen = turn.canteen_of(person)
    slot = menu.find(turn, canteen, (draft.service_date,), (draft.meal,)) if canteen and draft.service_date else None
    if slot is not None:
        drafting.resolve(draft, slot)
    return go_on(turn)


def change(turn: Turn, act: Act) -> str:
    """Change the meals that a change names, else all of them."""
    for draft in [turn.state.draft, *turn.state.basket]:
        old = act.old or Act("change")
        is_meant = (not old.dates or draft.service_date in old.dates) and (not old.meals or draft.meal in old.meals)
        if is_meant:
            drafting.fill(draft, replace(drafting.edit(draft, act), old=None))
    return go_on(turn)


def offers(turn: Turn, drafts: Sequence[Draft]) -> Found:
    """Have every meal priced; note what cannot be had."""
    found = Found()
    for draft in drafts:
        offer = _offer(turn, draft)
        if isinstance(offer, str):
            found.notes.append(offer)
        else:
            draft.own_fen, draft.mode = offer.quote.own_fen, offer.mode
            found.drafts.append(draft)
            found.offers.append(offer)
    return found


def read_back(turn: Turn, found: Found, *, changed: bool = False) -> str:
    """Say what each meal is and what all cost, and ask for one yes."""
    if not found.drafts:
        return turn.tell("\n".join([*found.notes[:3], replies.say("several.none")]))
    turn.state.draft, *turn.state.basket = found.drafts
    said = [replies.say("order.changed")] if changed else []
    said += [*found.notes[:_MOST_NOTES], *_groups(turn, found)]
    until = replies.deadline(min(offer.cutoff_at for offer in found.offers), turn.at)
    own = replies.yuan(sum(offer.quote.own_fen for offer in found.offers))
    said.append(replies.say("several.all", count=len(found.drafts), own=own, until=until))
    turn.is_compact = True
    return turn.ask("confirm", "\n".join(said), [(replies.say(name), value) for name, value in _YES_NO])


def _spelled(act: Act, people: Sequence[seniors.Acting]) -> list[Draft]:
    """Spell an order out, one draft for each person, day and meal; what is said for two people is shared."""
    drafts = []
    for person in people:
        for day in act.dates or (None,):
            for meal in act.meals or ("",):
                draft = Draft(person_id=person.person_id, day=day.isoformat() if day else "", meal=meal)
                drafting.fill(draft, replace(act, dates=(), meals=(), items=_share(act.items, len(people))))
                drafts.append(draft)
    return drafts


def _share(items: Sequence[Item], heads: int) -> tuple[Item, ...]:
    if heads < 2 or any(item.quantity % heads for item in items):
        return tuple(items)
    return tuple(replace(item, quantity=item.quantity // heads) for item in items)


def _add(drafts: list[Draft], draft: Draft) -> None:
    """Put dishes of one meal together."""
    same = [one for one in drafts if (one.person_id, one.day, one.meal) == (draft.person_id, draft.day, draft.meal)]
    if same:
        same[0].dishes += draft.dishes
    else:
        drafts.append(draft)


def _ask_dishes(turn: Turn, drafts: Sequence[Draft]) -> str:
    for draft in drafts:
        slot = _slot(turn, draft)
        if slot is not None and slot.is_open:
            turn.state.draft, turn.state.basket = draft, [one for one in drafts if one is not draft]
            return menu.offer_list(turn, slot, [replies.say("several.which_dishes", count=len(drafts))])
    return read_back(turn, Found(notes=[_note(turn, draft, "several.no_menu") for draft in drafts[:3]]))


def _slot(turn: Turn, draft: Draft) -> menu.Slot | None:
    canteen = turn.canteen_of(turn.person(draft.person_id))
    if canteen is None or (draft.service_date and draft.service_date < turn.today):
        return None
    taken = frozenset[tuple[date, str]]()
    days = (draft.service_date,) if draft.service_date else ()
    return menu.find(turn, canteen, days, (draft.meal,) if draft.meal else (), taken)


def _offer(turn: Turn, draft: Draft) -> orders.Offer | str:
    """Return the offer for a meal, or say why there is none."""
    slot, person = _slot(turn, draft), turn.person(draft.person_id)
    if slot is None or person is None:
        return _note(turn, draft, "several.no_menu")
    draft.day, draft.meal = slot.day.isoformat(), slot.meal
    if not slot.is_open:
        return _note(turn, draft, "several.closed")
    named = [list(pair) for pair in draft.dishes]
    if drafting.resolve(draft, slot) or not draft.items:
        names = {item.name for item in slot.view.items}
        lacking = next((name for name, _ in named if name not in names), "")
        return _note(turn, draft, "several.lacks", dish=lacking.lstrip("?@"))
    try:
        return drafting.offer(turn, draft, person, slot.canteen.canteen_id)
    except CanteenError as error:
        known = replies.words()["several"].get(error.code.partition(".")[2])
        dish, allergen = error.params.get("dish", ""), error.params.get("allergen", "")
        name = f"several.{error.code.partition('.')[2]}" if known else "several.cannot"
        return _note(turn, draft, name, dish=dish, allergen=allergen)


def _note(turn: Turn, draft: Draft, name: str, **facts: str) -> str:
    day = replies.near_day(draft.service_date, turn.today) if draft.service_date else ""
    return replies.say(name, day=day, meal=replies.meal_name(draft.meal or "meal"), **facts)


def _groups(turn: Turn, found: Found) -> list[str]:
    """Write one line for all days on which somebody gets the same."""
    groups: dict[tuple[object, ...], list[date]] = {}
    for draft, offer in zip(found.drafts, found.offers, strict=True):
        mode = "，".join((replies.mode_name(offer.mode), *draft.diet))
        key = (draft.person_id, draft.meal, drafting.dishes_of(draft), mode, offer.quote.own_fen)
        groups.setdefault(key, []).append(offer.service_date)
    several_people = len({draft.person_id for draft in found.drafts}) > 1
    return [
        _group(turn, key, days, named=several_people or number == 0)
        for number, (key, days) in enumerate(groups.items())
    ]


def _group(turn: Turn, key: tuple[object, ...], days: Sequence[date], *, named: bool) -> str:
    person_id, meal, dishes, mode, own_fen = key
    person = turn.person(person_id if isinstance(person_id, int) else None)
    spoken = replies.full_day(days[0], turn.today) if len(days) == 1 else replies.days(days)
    own = replies.yuan(own_fen if isinstance(own_fen, int) else 0)
    facts = {"day": spoken, "meal": replies.meal_name(str(meal)), "dishes": str(dishes)[:24], "own": own, "mode": mode}
    name = "several.each" if len(days) > 1 else "several.one"
    label = family.label(person) if person and named else ""
    return (
        replies.say("several.for_whom", name=label) + replies.say(name, **facts)
        if label
        else replies.say(name, **facts)
    )
