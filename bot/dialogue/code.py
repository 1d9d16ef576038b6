"""Hand out the meal code: number and page at once, the picture later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from bot import replies
from bot.dialogue import family, joining
from bot.dialogue.turn import Turn
from bot.understanding import Act
from canteen import checkin, notices, orders, seniors
from canteen.foundation.clock import CHINA

_OPEN = ("placed", "locked")
_GRACE = timedelta(minutes=30)


def show(turn: Turn, act: Act) -> str:
    """Give the code of the next meal of the person meant."""
    if not turn.people:
        return joining.how(turn)
    person = family.whom(turn, act.persons)
    if person is None:
        return family.ask_whom(turn, "code", act.persons)
    return give(turn, person)


def give(turn: Turn, person: seniors.Acting) -> str:
    """Give a person's code.

    Without an order it serves for today's meal, for the code names the person. One who has eaten gets no second code
    as long as that meal is served, but hears when, and whom to call if somebody else took the meal.
    """
    found = _ordered(turn, person)
    taken = {} if found else checkin.taken_on(turn.session, person_id=person.person_id, on=turn.today)
    found = found or _of_today(turn, person)
    if taken and (found is None or found[1] in taken):
        return _taken(turn, person, *max(taken.items(), key=lambda one: one[1]))
    if found is None:
        return turn.ask("", replies.say("code.no_meal", name=person.name), [(replies.say("choice.order"), "do:order")])
    day, meal, ends_at = found
    meant: dict[str, Any] = {"person_id": person.person_id, "service_date": day, "meal": meal}
    meant |= {"at": turn.at, "expires_at": ends_at + _GRACE}
    number, token = checkin.find_number(turn.session, **meant), checkin.new_token()
    turn.leaves.append(lambda: _keep(turn, number, token, meant))
    link = f"{turn.desk.public_url}/m/{token}"
    facts = {"name": family.label(person), "day": replies.near_day(day, turn.today), "meal": replies.meal_name(meal)}
    spaced = f"{number.text[:4]} {number.text[4:]}"
    return turn.tell(replies.say("code.number", **facts, number=spaced) + "\n" + replies.say("code.page", link=link))


def _keep(turn: Turn, number: checkin.Number, token: str, meant: Mapping[str, Any]) -> bool:
    """Write number and address, and have the picture sent, which the worker signs and draws."""
    if not checkin.keep_number(turn.session, number):
        return False
    checkin.issue_link(turn.session, token=token, **meant)
    ref, day, meal = number.person_ref, meant["service_date"].isoformat(), meant["meal"]
    notices.enqueue(
        turn.session,
        key=f"code:{turn.key}:{ref}:{day}:{meal}",
        account=turn.account,
        kind="meal_code",
        content={"person": ref, "day": day, "meal": meal, "expires_at": meant["expires_at"].isoformat()},
        at=turn.at,
    )
    return True


def _taken(turn: Turn, person: seniors.Acting, meal: str, at: datetime) -> str:
    facts = {"name": family.label(person), "meal": replies.meal_name(meal), "at": f"{at.astimezone(CHINA):%H:%M}"}
    canteen = None if person.home_canteen_id is None else turn.canteen(person.home_canteen_id)
    if canteen is None:
        return turn.tell(replies.say("code.taken_plain", **facts))
    return turn.tell(replies.say("code.taken", **facts, phone=canteen.phone))


def _ordered(turn: Turn, person: seniors.Acting) -> tuple[date, str, datetime] | None:
    """Return the next ordered meal that is not over, and when it ends."""
    meals = [(one.service_date, one.meal, one.canteen_id) for one in turn.coming([person]) if one.state in _OPEN]
    return next((found for one in meals if (found := _ends(turn, *one))), None)


def _of_today(turn: Turn, person: seniors.Acting) -> tuple[date, str, datetime] | None:
    """Return the meal of today that is served now or next at the canteen of the person."""
    canteen_id = person.home_canteen_id
    if canteen_id is None:
        return None
    meals = (_ends(turn, turn.today, meal, canteen_id) for meal in orders.MEALS)
    return next((found for found in meals if found), None)


def _ends(turn: Turn, day: date, meal: str, canteen_id: int) -> tuple[date, str, datetime] | None:
    """Say when a meal ends; None where it is over, or not served."""
    canteen = turn.canteen(canteen_id)
    timing = canteen.meals_on(day).get(meal) if canteen else None
    if timing is None:
        return None
    ends_at = orders.serves_until(timing, day)
    return (day, meal, ends_at) if turn.at < ends_at else None
