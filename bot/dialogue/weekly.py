"""Agree on what somebody wants every week, tell it, pause it and end it; each on one read-back and one yes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from bot import replies
from bot.dialogue import drafting, family, menu
from bot.dialogue.turn import Draft, Turn
from bot.understanding import Act
from canteen import notices, orders, seniors, standing
from canteen.foundation.errors import CanteenError

MOST_DAYS = 14
_AHEAD = 14
_NO_HOLIDAYS = re.compile("(节假日|节日|放假|过节)[^,，。]{0,4}(不|别|莫|停|休|除)")
_INSTEAD = re.compile("(?:没有|没了|卖完|不够)[^,，。]{0,6}(?:就|换|来|给|要)")
_EVERY = re.compile("天天|每天|每日|以后|长期|每周|每个?(星期|礼拜)|一直")
_BACK = re.compile("(出院|回来|回家)[^。]{0,10}(订|送|照常|恢复|接着)|恢复(订|送)|接着(订|送)|照常(订|送)")
_CHOICES = (("choice.yes_weekly", "yes"), ("choice.no", "no"), ("choice.human", "do:human"))


def is_meant(act: Act) -> bool:
    """Tell whether an order is to come again and again, or on more days than anybody reads back one by one."""
    return bool(act.repeat) or len(act.dates) > MOST_DAYS


def without_terms(acts: Sequence[Act], said: str) -> list[Act]:
    """Leave out what only says how a pattern is meant: 节假日不要, 没有就换别的."""
    if not any(act.intent == "order" and is_meant(act) for act in acts):
        return list(acts)
    terms = {"cancel" if _NO_HOLIDAYS.search(said) else "", "change" if _INSTEAD.search(said) else ""}
    return [act for act in acts if act.intent not in terms]


def begin(turn: Turn, act: Act) -> str:
    """Take a pattern into the draft and go on."""
    person = family.whom(turn, act.persons)
    turn.forget()
    draft = turn.state.draft = Draft()
    drafting.fill(draft, Act("order", meals=act.meals, items=act.items, mode=act.mode, diet=act.diet))
    first, last = (min(act.dates), max(act.dates)) if act.dates else (act.start or turn.today, None)
    draft.weekdays = sorted(set(act.repeat) or {day.isoweekday() for day in act.dates})
    draft.day, draft.until = max(first, turn.today).isoformat(), last.isoformat() if last else ""
    draft.skips_holidays = bool(_NO_HOLIDAYS.search(turn.said))
    draft.said = turn.said
    if person is None:
        return family.ask_whom(turn, "order", act.persons)
    if refused := family.may_not_order(turn, person):
        return refused
    draft.person_id = person.person_id
    return go_on(turn)


def go_on(turn: Turn) -> str:
    """Ask for the meal, then for the dishes; then read the pattern back."""
    draft = turn.state.draft
    person = turn.person(draft.person_id)
    canteen = turn.canteen_of(person)
    if person is None or canteen is None:
        return turn.tell(replies.say("order.no_home", name=person.name if person else ""))
    if not draft.meal:
        served = [meal for meal in standing.MEALS if meal in canteen.meals_on(draft.service_date or turn.today)]
        if len(served) != 1:
            return turn.ask(
                "meal", replies.say("weekly.which_meal"), [(replies.meal_name(m), f"meal:{m}") for m in served]
            )
        draft.meal = served[0]
    slot = _slot(turn, canteen)
    if slot is None:
        return turn.tell(replies.say("weekly.never_served", meal=replies.meal_name(draft.meal), phone=turn.phone))
    missing = drafting.resolve(draft, slot)
    if missing or not draft.items:
        first, meal = draft.day, draft.meal
        each = replies.say("weekly.which_dish", pattern=pattern(draft.weekdays, draft.meal))
        said = menu.offer_list(turn, slot, missing or [each])
        draft.day, draft.meal = first, meal
        return said
    draft.fallback = draft.fallback or _fallback(draft, slot)
    return _read_back(turn, person)


def confirm(turn: Turn) -> str:
    """Keep the pattern, and order what falls on the days that can be ordered already."""
    turn.act()
    draft = turn.state.draft
    person = turn.person(draft.person_id)
    canteen = turn.canteen_of(person)
    if person is None or canteen is None or draft.service_date is None:
        return turn.tell(replies.say("general.failed_plain"))
    until = date.fromisoformat(draft.until) + timedelta(days=1) if draft.until else None
    try:
        with turn.session.begin_nested():
            made = standing.begin(
                turn.session, person_id=person.person_id, canteen_id=canteen.canteen_id, meal=draft.meal,
                weekdays=draft.weekdays, dishes=[(str(name), int(count)) for name, count in draft.dishes],
                mode=draft.mode or "dine_in", valid_from=draft.service_date, valid_until=until, diet=draft.diet,
                fallback=draft.fallback, skips_holidays=draft.skips_holidays, actor=turn.account, channel="wechat",
                at=turn.at,
            )  # fmt: skip
            placed = standing.catch_up(turn.session, ref=made.ref, at=turn.at)
    except CanteenError as error:
        return turn.tell(replies.refusal(error, turn.today))
    _tell_family(turn, person)
    done = replies.say("weekly.done", name=family.label(person), pattern=pattern(draft.weekdays, draft.meal))
    days = [replies.near_day(day, turn.today) for day in placed]
    turn.forget()
    next_line = replies.say("weekly.done_days", days="、".join(days[:3])) if days else replies.say("weekly.done_none")
    return f"{done}\n{next_line}"


def lines(turn: Turn, people: Sequence[seniors.Acting]) -> list[str]:
    """Write what stands for some people, one line each."""
    names = {person.person_id: family.label(person) for person in people}
    stands = standing.of_people(turn.session, person_ids=list(names), on=turn.today)
    return [_line(one, names[one.person_id]) for one in stands]


def ask_end(turn: Turn, act: Act) -> str:
    """Ask for a yes before what stands is ended; empty where nothing stands or something else was meant."""
    if not _EVERY.search(turn.said) or act.dates:
        return ""
    named = family.whom(turn, act.persons) if act.persons else None
    people = [named] if named else turn.people
    names = {person.person_id: family.label(person) for person in people}
    stands = standing.of_people(turn.session, person_ids=list(names), on=turn.today)
    if act.meals:
        stands = [one for one in stands if one.meal in act.meals]
    if not stands:
        return ""
    shown = [_line(one, names[one.person_id]) for one in stands[:4]]
    options = [(replies.say("choice.yes_end"), "yes"), (replies.say("choice.keep"), "no")]
    turn.is_compact = True
    said = turn.ask("confirm_end", "\n".join([*shown, replies.say("weekly.sure_end")]), options)
    turn.state.subject = ",".join(one.ref for one in stands)
    return said


def end(turn: Turn) -> str:
    """End what was asked about; what is ordered already stays, and is named."""
    turn.act()
    known = {person.person_id for person in turn.people}
    for ref in turn.state.subject.split(","):
        if standing.find(turn.session, ref=ref).person_id in known:
            standing.end(turn.session, ref=ref, actor=turn.account, at=turn.at)
    said = replies.say("weekly.ended")
    if any(one.state in orders.OPEN_STATES for one in turn.coming(turn.people)):
        said += "\n" + replies.say("weekly.still_ordered")
    return turn.tell(said)


def pausing(turn: Turn, act: Act, *, has_orders: bool) -> list[tuple[seniors.Acting, date, date]]:
    """Return whose standing orders some cancelled days touch, with the first and the last of those days.

    One day on which something is ordered needs no pause: what is cancelled by hand is not ordered again.
    """
    days = sorted(day for day in act.dates if day >= turn.today)
    if not days or act.meals or act.items or (has_orders and len(days) == 1):
        return []
    named = family.whom(turn, act.persons) if act.persons else None
    people = [named] if named else turn.people
    stands = standing.of_people(turn.session, person_ids=[one.person_id for one in people], on=turn.today)
    weekdays = {day.isoweekday() for day in days}
    touched = {one.person_id for one in stands if set(one.weekdays) & weekdays}
    return [(person, days[0], days[-1]) for person in people if person.person_id in touched]


def wants_back(turn: Turn) -> str:
    """Go on with what was paused, where somebody says to be back; empty where nothing is paused."""
    if not _BACK.search(turn.said) or not turn.people:
        return ""
    held = standing.paused(turn.session, person_ids=[person.person_id for person in turn.people])
    if not held:
        return ""
    turn.act()
    for person_id in held:
        standing.resume(turn.session, person_id=person_id, at=turn.at)
    names = "、".join(family.label(person) for person in turn.people if person.person_id in held)
    return turn.tell(replies.say("weekly.resumed", name=names))


def pattern(weekdays: Sequence[int], meal: str) -> str:
    """Say a pattern: 每天午饭, 周一到周五午饭, 每周一、三、五午饭."""
    days = tuple(sorted(weekdays))
    if len(days) == 7:
        spoken = replies.say("weekly.every_day")
    elif days == (1, 2, 3, 4, 5):
        spoken = replies.say("weekly.working_days")
    else:
        spoken = replies.say("weekly.some_days", days=replies.weekdays(days))
    return spoken + replies.meal_name(meal)


def _read_back(turn: Turn, person: seniors.Acting) -> str:
    draft = turn.state.draft
    begin_on = draft.service_date or turn.today
    is_near = begin_on < turn.today + timedelta(days=7)
    first = replies.near_day(begin_on, turn.today) if is_near else replies.month_day(begin_on)
    until = replies.say("weekly.until", day=replies.month_day(date.fromisoformat(draft.until))) if draft.until else ""
    holidays = replies.say("weekly.no_holidays") if draft.skips_holidays else ""
    instead = replies.say("weekly.instead", dish=draft.fallback) if draft.fallback else ""
    mode = "，".join((replies.mode_name(draft.mode or "dine_in"), *draft.diet))
    said = [
        replies.say("weekly.for_whom", name=family.label(person), pattern=pattern(draft.weekdays, draft.meal)),
        replies.say("order.dishes", dishes=drafting.dishes_of(draft), mode=mode),
        replies.say("weekly.from", day=first, until=until, holidays=holidays, instead=instead),
        replies.say("weekly.sure"),
    ]
    return turn.ask("confirm", "\n".join(said), [(replies.say(name), value) for name, value in _CHOICES])


def _slot(turn: Turn, canteen: orders.Timetable) -> menu.Slot | None:
    """Return the nearest day of the pattern that has a menu, to name its dishes."""
    draft = turn.state.draft
    begin_on = draft.service_date or turn.today
    days = [begin_on + timedelta(days=ahead) for ahead in range(_AHEAD)]
    fitting = tuple(day for day in days if day.isoweekday() in draft.weekdays)
    soon = tuple(turn.today + timedelta(days=ahead) for ahead in range(_AHEAD))
    return menu.find(turn, canteen, fitting, (draft.meal,)) or menu.find(turn, canteen, soon, (draft.meal,))


def _fallback(draft: Draft, slot: menu.Slot) -> str:
    """Return the dish that was named for the case that the others are not there."""
    found = _INSTEAD.search(draft.said)
    rest = draft.said[found.end() :] if found else ""
    return next((item.name for item in slot.view.items if item.name in rest), "")


def _line(one: standing.Agreed, name: str) -> str:
    dishes = drafting.dishes_line(one.dishes)[:24]
    return replies.say("weekly.line", name=name, pattern=pattern(one.weekdays, one.meal), dishes=dishes)


def _tell_family(turn: Turn, person: seniors.Acting) -> None:
    draft = turn.state.draft
    spoken = pattern(draft.weekdays, draft.meal)
    notices.tell(
        turn.session, person_id=person.person_id, canteen_id=person.home_canteen_id, matter=f"standing:{turn.key}",
        kind="standing_agreed", content={"name": person.name, "pattern": spoken, "dishes": drafting.dishes_of(draft)},
        at=turn.at, but=turn.account,
    )  # fmt: skip
