"""Tell how a meal reaches the door, and when; say what is known, and nothing that is not."""

from __future__ import annotations

from bot import replies
from bot.dialogue import booked, family, joining
from bot.dialogue.turn import Turn
from bot.understanding import Act
from canteen import orders, places, rounds

# What is said where the plan or the courier knows.
_KNOWN = {
    "planned": "delivering.planned",
    "on_the_way": "delivering.on_the_way",
    "handed": "delivering.handed",
    "left_with_helper": "delivering.left",
    "no_answer": "delivering.no_answer",
}


def answer(turn: Turn, act: Act) -> str:
    """Tell of the next meal that is to be brought; where none is, whether the canteen brings meals."""
    if not turn.people:
        return joining.how(turn)
    brought = [one for one in booked.coming(turn, act) if one[1].mode == "delivery"]
    today = [one for one in brought if one[1].service_date == turn.today]
    if not brought:
        return _whether(turn, act)
    person, order = (today or brought)[0]
    facts = {"name": family.label(person), "meal": replies.meal_name(order.meal), "phone": turn.phone}
    facts |= {"day": replies.near_day(order.service_date, turn.today)}
    canteen = turn.canteen(order.canteen_id)
    timing = canteen.meals_on(order.service_date).get(order.meal) if canteen else None
    where = rounds.whereabouts(turn.session, person_id=order.person_id, on=order.service_date).get(order.meal)
    if where is not None and where.state in _KNOWN and where.at is not None:
        is_planned = where.state in ("planned", "on_the_way")
        facts["time"] = replies.clock_time(rounds.promised(where.at) if is_planned else where.at)
        facts["helper"] = replies.words()["helper"].get(where.helper_kind, "")
        return turn.tell(replies.say(_KNOWN[where.state], **facts))
    if order.state in orders.SERVED_STATES:
        return turn.tell(replies.say("delivering.brought", **facts))
    if timing is None:
        return turn.tell(replies.say("delivering.ask", **facts))
    begin, end = orders.serves_from(timing, order.service_date), orders.serves_until(timing, order.service_date)
    facts |= {"begin": replies.clock_time(begin), "end": replies.clock_time(end)}
    name = "delivering.late" if turn.at >= end else "delivering.coming"
    return turn.tell(replies.say(name, **facts))


def _whether(turn: Turn, act: Act) -> str:
    """Say whether the canteen brings meals, and what that costs."""
    canteen = turn.canteen_of(family.whom(turn, act.persons))
    if canteen is None:
        return turn.tell(replies.say("menu.no_canteen"))
    day = act.dates[0] if act.dates else turn.today
    for meal in act.meals or orders.MEALS:
        service = places.open_service(turn.session, canteen_id=canteen.canteen_id, day=day, meal=meal)
        if service is not None and service.delivers:
            fee = replies.yuan(service.delivery_fee_fen)
            name = "delivering.can" if service.delivery_fee_fen else "delivering.can_free"
            return turn.tell(replies.say(name, meal=replies.meal_name(meal), fee=fee))
    return turn.tell(replies.say("delivering.cannot", canteen=canteen.name, phone=canteen.phone))
