"""Hand out the meal code: number and page at once, the picture later."""

from __future__ import annotations

from datetime import date, timedelta

from bot import replies
from bot.dialogue import family, joining
from bot.dialogue.turn import Turn
from bot.understanding import Act
from canteen import checkin, notices, orders, seniors

_MEALS = ("breakfast", "lunch", "dinner")
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

    Without an order it serves for today's meal, for the code names the person.
    """
    found = _next_meal(turn, person)
    if found is None:
        return turn.ask("", replies.say("code.no_meal", name=person.name), [(replies.say("choice.order"), "do:order")])
    day, meal, canteen_id = found
    service = turn.services(canteen_id, day)[meal]
    expires_at = orders.serves_until(orders.hours(service), day) + _GRACE
    code = checkin.issue_code(
        turn.session,
        turn.desk.keys,
        person_id=person.person_id,
        service_date=day,
        meal=meal,
        at=turn.at,
        expires_at=expires_at,
    )
    _send_picture(turn, person, code, f"{day}:{meal}")
    link = _page(turn, person, day, meal, code)
    facts = {"name": family.label(person), "day": replies.near_day(day, turn.today), "meal": replies.meal_name(meal)}
    number = f"{code.number[:4]} {code.number[4:]}"
    return turn.tell(replies.say("code.number", **facts, number=number) + "\n" + replies.say("code.page", link=link))


def _next_meal(turn: Turn, person: seniors.Acting) -> tuple[date, str, int] | None:
    ordered = [
        (order.service_date, order.meal, order.canteen_id)
        for order in orders.upcoming(turn.session, person_id=person.person_id, on=turn.today)
        if order.state in ("placed", "locked")
    ]
    ordered.sort(key=lambda one: (one[0], _MEALS.index(one[1])))
    canteen_id = person.home_canteen_id
    still = [one for one in ordered if not _is_over(turn, one)]
    if still or canteen_id is None:
        return still[0] if still else None
    served = turn.services(canteen_id, turn.today)
    today = [(turn.today, meal, canteen_id) for meal in _MEALS if meal in served]
    return next((one for one in today if not _is_over(turn, one)), None)


def _is_over(turn: Turn, meal: tuple[date, str, int]) -> bool:
    service = turn.services(meal[2], meal[0]).get(meal[1])
    return service is None or orders.serves_until(orders.hours(service), meal[0]) <= turn.at


def _page(turn: Turn, person: seniors.Acting, day: date, meal: str, code: checkin.MealCode) -> str:
    token = checkin.issue_link(
        turn.session, person_id=person.person_id, service_date=day, meal=meal, at=turn.at, expires_at=code.expires_at
    )
    return f"{turn.desk.public_url}/m/{token}"


def _send_picture(turn: Turn, person: seniors.Acting, code: checkin.MealCode, meal: str) -> None:
    notices.enqueue(
        turn.session,
        key=f"code:{turn.key}:{person.ref}:{meal}",
        account=turn.account,
        kind="meal_code",
        content={"digits": code.digits},
        at=turn.at,
    )
