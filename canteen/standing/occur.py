"""Give one pattern its result for one day: an order, or the reason why there is none; tell it in the same act."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from canteen import menus, notices, orders, places, seniors
from canteen.foundation.clock import CHINA, end_of_day, service_day
from canteen.foundation.errors import CanteenError, NotFound, Refused
from canteen.standing.agree import find
from canteen.standing.occurrences import hold
from canteen.standing.pauses import paused
from canteen.standing.rules import Pattern, falls_on
from canteen.standing.tables import StandingOccurrence, StandingOrder

ACTOR = "standing orders"
HORIZON = 2
_EVENING = 18
DONE = ("placed", "fallback")
_OTHER_DISH = frozenset({"orders.no_such_dish", "orders.sold_out", "orders.allergy", "orders.price_above_ceiling"})
_TOLD = {"placed": "standing_placed", "fallback": "standing_fallback"}


def occur(session: Session, *, standing_id: int, day: date, at: datetime) -> StandingOccurrence:
    """Give one pattern its result for a day; what somebody has changed, or what is past, is left as it is."""
    standing = session.get_one(StandingOrder, standing_id)
    held = hold(session, standing, day, ACTOR, at)
    if held.state == "generated" and held.order_ref is not None:
        _follow(session, held, standing, at)
    elif held.state == "generated":
        _place(session, held, standing, at)
        _tell(session, held, standing, at)
    session.flush()
    return held


def catch_up(session: Session, *, ref: str, at: datetime) -> list[date]:
    """Give a new pattern its results for today and the days of the horizon; return the days that have an order."""
    standing = find(session, ref=ref)
    today = service_day(at)
    is_holiday = places.calendar(session).is_holiday
    spans = paused(session, person_ids=[standing.person_id]).get(standing.person_id, ())
    ordered = []
    for ahead in range(HORIZON + 1):
        day = today + timedelta(days=ahead)
        if falls_on(pattern_of(standing), day, is_holiday=is_holiday(day), pauses=spans):
            held = occur(session, standing_id=standing.id, day=day, at=at)
            ordered += [day] if held.order_ref else []
    return ordered


def pattern_of(row: StandingOrder) -> Pattern:
    """Return the days of a standing order as a value."""
    days = frozenset(int(day) for day in row.weekdays)
    return Pattern(days, row.valid_from, row.valid_until, row.skips_holidays)


def _follow(session: Session, held: StandingOccurrence, standing: StandingOrder, at: datetime) -> None:
    """Note what people did with the order since: cancelled it, put another in its place, or let the day come."""
    order = orders.find(session, ref=held.order_ref or "")
    if order.state.startswith("cancelled"):
        live = orders.upcoming(session, person_id=order.person_id, on=held.service_date)
        other = next((one for one in live if (one.service_date, one.meal) == (held.service_date, standing.meal)), None)
        held.state, held.order_ref = ("edited", other.ref) if other else ("skipped", held.order_ref)
    elif order.state != "placed" or held.service_date < service_day(at):
        held.state = "locked"
    if held.state != "generated":
        held.at = at


def _place(session: Session, held: StandingOccurrence, standing: StandingOrder, at: datetime) -> None:
    """Place the order; where the dishes are not to be had, the dish to fall back on."""
    held.at = at
    try:
        held.order_ref = _ordered(session, standing, held.service_date, standing.dishes, at).ref
        held.outcome = "placed"
    except CanteenError as error:
        held.outcome = error.code
        if error.code == "orders.already_ordered":
            # Somebody was quicker by hand; that is what counts.
            held.state, held.order_ref = "edited", error.params.get("ref")
    if held.outcome in _OTHER_DISH and standing.fallback:
        try:
            held.order_ref = _ordered(session, standing, held.service_date, [[standing.fallback, 1]], at).ref
            held.outcome = "fallback"
        except CanteenError as error:
            held.outcome = error.code


def _ordered(
    session: Session, standing: StandingOrder, day: date, dishes: Sequence[Sequence[str | int]], at: datetime
) -> orders.Order:
    person = _diner(session, standing, day)
    view = menus.day(session, canteen_id=standing.canteen_id, service_date=day, meal=standing.meal)
    if view is None:
        raise Refused("orders.no_menu", meal=standing.meal, service_date=day)
    ids = {item.name: item.item_id for item in view.items}
    wishes = [orders.Wish(ids[str(name)], int(count)) for name, count in dishes if name in ids]
    if len(wishes) < len(dishes):
        raise NotFound("orders.no_such_dish")
    with session.begin_nested():
        return orders.place(
            session, person_id=person.id, canteen_id=standing.canteen_id, service_date=day, meal=standing.meal,
            mode=standing.mode, wishes=wishes, channel="standing", actor=standing.made_by, at=at,
            key=f"standing:{standing.ref}:{day.isoformat()}", diet=standing.diet,
        )  # fmt: skip


def _diner(session: Session, standing: StandingOrder, day: date) -> seniors.Person:
    """Return who eats, by the record that survived a merge; ``standing.person_gone`` where somebody died or left."""
    person = seniors.person_by_id(session, person_id=standing.person_id)
    while person.merged_into_id is not None:
        person = seniors.person_by_id(session, person_id=person.merged_into_id)
    gone = {fact.kind for fact in seniors.facts_on(session, person_id=person.id, day=day)} & {"death", "exit"}
    if gone or person.withdrawn_at is not None:
        raise Refused("standing.person_gone")
    return person


def _is_certain(held: StandingOccurrence, standing: StandingOrder, at: datetime) -> bool:
    """Tell whether a refusal stands: on the eve in the evening, or on the day itself, but for the day of agreeing."""
    today = service_day(at)
    if held.service_date == today:
        return service_day(standing.made_at) < today
    return held.service_date < today or (
        (held.service_date - today).days == 1 and at.astimezone(CHINA).hour >= _EVENING
    )


def _tell(session: Session, held: StandingOccurrence, standing: StandingOrder, at: datetime) -> None:
    """Tell every account of the person what came of it, each outcome once.

    A refusal is told when it stands, not while the menu may still come; of somebody who is gone only the desk hears.
    """
    if held.outcome not in DONE and not _is_certain(held, standing, at):
        return
    if held.state != "generated" or held.outcome == "standing.person_gone":
        return
    order = orders.find(session, ref=held.order_ref) if held.order_ref else None
    person = seniors.person_by_id(session, person_id=standing.person_id)
    content = {"name": person.name, "day": held.service_date.isoformat(), "meal": standing.meal}
    if order is not None:
        content |= {"dishes": order.dishes, "own_fen": str(order.own_fen)}
    kind = _TOLD.get(held.outcome, "standing_refused")
    matter = f"standing:{standing.ref}:{held.service_date.isoformat()}:{held.outcome}"
    notices.tell(
        session, person_id=standing.person_id, canteen_id=standing.canteen_id, matter=matter, kind=kind,
        content=content, at=at, until=end_of_day(held.service_date),
    )  # fmt: skip
