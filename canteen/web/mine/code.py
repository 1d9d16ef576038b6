"""Open the meal code of the next meal: the page that the chat sends the address of."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import Blueprint, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import checkin, orders
from canteen.foundation.db import EVERYWHERE
from canteen.http.auth import FOLLOWER, audience
from canteen.http.current import house
from canteen.http.limits import limited
from canteen.web.mine import asker
from canteen.web.mine.asker import Asker, say

# As in the chat: the code holds a little longer than the meal is served.
_GRACE = timedelta(minutes=30)


def add_to(blueprint: Blueprint) -> None:
    """Add the way to the code."""
    blueprint.get("/mine/code")(mine_code)


@audience(FOLLOWER)
@limited("120/minute")
@asker.spoken
def mine_code() -> str | BaseResponse:
    """Lead to the code of the next meal; who has eaten hears when."""
    with house().database.transaction(EVERYWHERE) as session:
        who = asker.here(session)
        taken = checkin.taken_on(session, person_id=who.person.person_id, on=who.today)
        found = _ordered(session, who) or _of_today(who)
        if found is None or (found[0] == who.today and found[1] in taken):
            return _none(who, taken)
        day, meal, ends_at = found
        token = checkin.new_token()
        checkin.issue_link(
            session, token=token, person_id=who.person.person_id, service_date=day, meal=meal, at=who.at,
            expires_at=ends_at + _GRACE,
        )  # fmt: skip
    return redirect(url_for("web.meal_code", token=token), 303)


def _none(who: Asker, taken: dict[str, datetime]) -> str:
    meal, at = max(taken.items(), key=lambda one: one[1], default=("", who.at))
    said = "code_taken" if taken else "code_none"
    facts = {"meal": asker.meal_name(meal), "at": asker.time_of(at)}
    way = {"label": asker.words()["code_none"]["on"], "href": url_for("web.mine_pick")}
    return asker.page(
        "said", who, title=say(f"{said}.title", **facts), sentence=say(f"{said}.sentence", **facts), way=way, undo=None
    )


def _ordered(session: Session, who: Asker) -> tuple[date, str, datetime] | None:
    """Return the next ordered meal that is not over."""
    for one in orders.coming(session, person_ids=[who.person.person_id], on=who.today):
        canteen = orders.timetable(session, canteen_id=one.canteen_id)
        found = _ends(who, canteen, one.service_date, one.meal)
        if one.state in orders.OPEN_STATES and found:
            return found
    return None


def _of_today(who: Asker) -> tuple[date, str, datetime] | None:
    """Return the meal of today that is served now or next: without an order the code serves as well."""
    found = (_ends(who, who.canteen, who.today, meal) for meal in orders.MEALS)
    return next((one for one in found if one), None)


def _ends(who: Asker, canteen: orders.Timetable | None, day: date, meal: str) -> tuple[date, str, datetime] | None:
    timing = canteen.meals_on(day).get(meal) if canteen else None
    if timing is None:
        return None
    ends_at = orders.serves_until(timing, day)
    return (day, meal, ends_at) if who.at < ends_at else None
