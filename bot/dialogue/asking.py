"""Explain prices, hours and the way to the canteen."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from bot import replies
from bot.dialogue import family, joining, menu
from bot.dialogue.turn import Turn
from bot.understanding import Act
from canteen import orders, places, subsidy

# A page that any telephone opens; it takes coordinates of the satellites and shifts them itself.
_MAP = "https://uri.amap.com/marker"


def why(turn: Turn, act: Act) -> str:
    """Explain the price of the order being talked about, else of the next one.

    What is pending stays pending.
    """
    if not turn.people:
        return joining.how(turn)
    quote = _pending_quote(turn) or _next_quote(turn, act)
    if quote is None:
        return replies.say("asking.no_price_yet")
    return "\n".join(subsidy.why(quote)[:8])


def price(turn: Turn, act: Act) -> str:
    """Tell what dishes cost by the menu."""
    if turn.state.asked == "confirm" and re.search("为什么|为啥|怎么", turn.said):
        return why(turn, act)
    return menu.show(turn, act)


def opening(turn: Turn, act: Act) -> str:
    """Tell when meals are served and until when they are ordered."""
    canteen = turn.canteen_of(family.whom(turn, ()))
    if canteen is None:
        return replies.say("menu.no_canteen")
    day = act.dates[0] if act.dates else turn.today
    served = canteen.meals_on(day)
    said = [replies.say("asking.hours_head", canteen=canteen.name, day=replies.near_day(day, turn.today))]
    for meal in orders.MEALS:
        if (
            meal in served
            and (not act.meals or meal in act.meals)
            and places.is_open(turn.session, canteen_id=canteen.canteen_id, day=day, meal=meal)
        ):
            timing = served[meal]
            said.append(
                replies.say(
                    "asking.hours_line",
                    meal=replies.meal_name(meal),
                    begin=replies.clock_time(orders.serves_from(timing, day)),
                    end=replies.clock_time(orders.serves_until(timing, day)),
                    until=replies.deadline(orders.cutoff(timing, day), turn.at),
                )
            )
    if len(said) == 1:
        return replies.say("asking.closed", day=replies.near_day(day, turn.today), phone=canteen.phone)
    return "\n".join(said)


def place(turn: Turn, _act: Act) -> str:
    """Tell where the canteen is and how to reach it."""
    canteen = turn.canteen_of(family.whom(turn, ()))
    if canteen is None:
        return replies.say("menu.no_canteen")
    said = replies.say("asking.place", canteen=canteen.name, address=canteen.address, phone=canteen.phone)
    return "\n".join([said, *_map(places.canteen_by_id(turn.session, canteen_id=canteen.canteen_id))])


def nearest(turn: Turn, latitude_e6: int | None, longitude_e6: int | None) -> str:
    """Tell which canteen is nearest to a place that was sent, and how far it is as the crow flies."""
    found = None
    if latitude_e6 is not None and longitude_e6 is not None:
        point = places.Point(latitude_e6, longitude_e6)
        found = places.nearest_to(turn.session, point=point, on=turn.today)
    if found is None:
        return place(turn, Act("query_place"))
    canteen, metres = found
    facts = {"canteen": canteen.name, "address": canteen.address, "phone": canteen.phone}
    said = replies.say("asking.nearest", **facts, distance=replies.distance(metres))
    if not turn.people:
        turn.state.canteen_id = canteen.id
    return "\n".join([said, *_map(canteen)])


def _map(canteen: places.Canteen) -> list[str]:
    """Give a line that opens the canteen on a map; none where nobody has entered where it lies."""
    if canteen.latitude_e6 is None or canteen.longitude_e6 is None:
        return []
    spot = {"position": f"{canteen.longitude_e6 / 1e6:.6f},{canteen.latitude_e6 / 1e6:.6f}", "name": canteen.name}
    address = _MAP + "?" + urlencode({**spot, "coordinate": "wgs84", "callnative": "0"}, safe=",")
    return [replies.link(address, replies.say("asking.map"))]


def _pending_quote(turn: Turn) -> subsidy.Quote | None:
    draft = turn.state.draft
    person = turn.person(draft.person_id)
    canteen = turn.canteen_of(person)
    if turn.state.asked != "confirm" or person is None or draft.service_date is None or canteen is None:
        return None
    wishes = [orders.Wish(item_id, count) for item_id, count in draft.items]
    return orders.offer(
        turn.session,
        person_id=person.person_id,
        canteen_id=canteen.canteen_id,
        service_date=draft.service_date,
        meal=draft.meal,
        mode=draft.mode,
        wishes=wishes,
        at=turn.at,
        diet=draft.diet,
        replaces=draft.replaces or None,
    ).quote


def _next_quote(turn: Turn, act: Act) -> subsidy.Quote | None:
    person = family.whom(turn, act.persons)
    if person is None:
        return None
    coming = orders.upcoming(turn.session, person_id=person.person_id, on=turn.today)
    held = next((one for one in coming if one.quote), None) or orders.latest(turn.session, person_id=person.person_id)
    return subsidy.Quote.from_json(held.quote) if held is not None and held.quote else None
