"""Change a plan that people already work by: insert, take out, hand over; nobody else moves.

Each change is a version of its own and goes out at once where the version before it had gone out. What was planned but
not yet approved is changed the same way and still waits for the manager.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import delivery
from canteen.foundation.clock import service_day
from canteen.foundation.errors import NotFound, Refused
from canteen.orders.tables import Order
from canteen.rounds.couriers import absent_on
from canteen.rounds.diff import Difference, between
from canteen.rounds.keeping import CLOSED, Made, keep, publish, second, standing
from canteen.rounds.posing import Document, Posed, extended, pose, without
from canteen.rounds.tables import Courier, LeftOut, Round, RoundPlan


@dataclass(frozen=True)
class Moved:
    """Show what moving a stop would do, before anybody does it; `broken` names rules that forbid it."""

    plan: delivery.Plan
    differences: list[Difference]
    more_seconds: int
    fits: bool


def keep_up(session: Session, held: Round, *, actor: str, at: datetime) -> list[RoundPlan]:
    """Follow what became of the orders since the newest version; on a round whose row is held.

    Late orders come to their cheapest place, cancelled ones go, those of a building that was closed are left out with
    that reason.
    """
    posed = pose(session, canteen_id=held.canteen_id, service_date=held.service_date, meal=held.meal)
    document, _, _, kept = standing(session, held)
    asked = {order["id"] for order in document["orders"]}
    wanted = {order["id"] for order in posed.document["orders"]}
    shut = [ref for ref in _shut(session, kept) if ref in posed.shut]
    made = []
    for ref in sorted((asked - wanted) | (set(posed.shut) - set(shut))):
        cause = "closed" if ref in posed.shut else "cancelled"
        shut += [ref] if cause == "closed" else []
        change = _taken_out(session, held, ref, cause, tuple(shut))
        made.append(_next(session, held, change, actor=actor, at=at))
    for ref in sorted(wanted - asked):
        change = _put_in(session, held, posed, ref, at=at)
        made.append(_next(session, held, change, actor=actor, at=at))
    return made


def hand_over(session: Session, held: Round, *, courier: Courier, actor: str, at: datetime) -> RoundPlan:
    """Give the trips of a courier who does not come to the others; what has left stays."""
    document, case, plan, kept = standing(session, held)
    if courier.ref not in case.couriers:
        raise NotFound("rounds.no_such_courier", ref=courier.ref)
    changed = delivery.absent(case, plan, courier.ref, now=_now(held, at))
    made = Made(document, changed, "absent", courier.ref, tuple(_shut(session, kept)))
    return _next(session, held, made, actor=actor, at=at)


def try_move(session: Session, held: Round, *, order: str, courier: str, at: datetime) -> Moved:
    """Show what it would do to give an order to a courier, at the cheapest place there."""
    _, case, plan, _ = standing(session, held)
    if order not in case.orders or courier not in case.couriers:
        raise NotFound("rounds.no_such_plan")
    now = _now(held, at)
    gone = [trip for trip in plan.trips if now is not None and trip.depart <= now]
    if any(stop.order == order for trip in gone for stop in trip.stops):
        raise Refused("rounds.has_left")
    others = [name for name in case.couriers if name != courier]
    moved = delivery.insert(case, delivery.cancel(case, plan, order), order, now=now, without=others)
    return Moved(
        plan=moved,
        differences=between(plan, moved),
        more_seconds=delivery.cost(case, moved.trips) - delivery.cost(case, plan.trips),
        fits=order not in {left.order for left in moved.unserved},
    )


def move(session: Session, held: Round, *, order: str, courier: str, actor: str, at: datetime) -> RoundPlan:
    """Give an order to a courier; ``rounds.does_not_fit`` where no place there keeps the rules."""
    tried = try_move(session, held, order=order, courier=courier, at=at)
    if not tried.fits:
        raise Refused("rounds.does_not_fit")
    document, _, _, kept = standing(session, held)
    made = Made(document, tried.plan, "moved", order, tuple(_shut(session, kept)))
    return _next(session, held, made, actor=actor, at=at)


def difference(session: Session, held: Round, *, number: int) -> list[Difference]:
    """Say what a version changed about the one before it; nothing for the first."""
    rows = {plan.version: plan for plan in _pair(session, held, number)}
    if number not in rows or number - 1 not in rows:
        return []
    return between(delivery.read_plan(rows[number - 1].solution), delivery.read_plan(rows[number].solution))


def _pair(session: Session, held: Round, number: int) -> Sequence[RoundPlan]:
    wanted = select(RoundPlan).where(RoundPlan.round_id == held.id, RoundPlan.version.in_((number - 1, number)))
    return session.scalars(wanted).all()


def _next(session: Session, held: Round, made: Made, *, actor: str, at: datetime) -> RoundPlan:
    was_out = held.published_version is not None and held.published_version == held.latest_version
    kept = keep(session, held, made, after=held.latest_version, actor=actor, at=at)
    if was_out:
        publish(session, held, number=kept.version, actor=actor, at=at)
    return kept


def _taken_out(session: Session, held: Round, ref: str, cause: str, shut: tuple[str, ...]) -> Made:
    document, case, plan, _ = standing(session, held)
    shorter = delivery.cancel(case, plan, ref) if ref in case.orders else plan
    return Made(without(document, [ref]), shorter, cause, ref, shut)


def _put_in(session: Session, held: Round, posed: Posed, ref: str, *, at: datetime) -> Made:
    document, _, plan, kept = standing(session, held)
    longer: Document = extended(document, posed.document, [ref])
    away = absent_on(session, canteen_id=held.canteen_id, on=held.service_date)
    absent = session.scalars(select(Courier.ref).where(Courier.id.in_(away))).all()
    made = Made(longer, plan, "late_order", ref, tuple(one for one in _shut(session, kept) if one in posed.shut))
    changed = delivery.insert(made.case, plan, ref, now=_now(held, at), without=absent)
    return replace(made, plan=changed)


def _shut(session: Session, kept: RoundPlan) -> list[str]:
    wanted = select(Order.ref).join(LeftOut, LeftOut.order_id == Order.id)
    return list(session.scalars(wanted.where(LeftOut.plan_id == kept.id, LeftOut.reason == CLOSED)))


def _now(held: Round, at: datetime) -> int | None:
    """Return the second of the day; None while nothing can have left: before the day, or before a plan went out."""
    may_have_left = held.published_version is not None and service_day(at) >= held.service_date
    return second(held.service_date, at) if may_have_left else None
