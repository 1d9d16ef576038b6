"""Look for empty chairs: who ordered and did not come, who usually comes and does not. Once for each sign."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import orders, places
from canteen.checkin.tables import Redemption, RedemptionUndo
from canteen.foundation.clock import service_day
from canteen.orders.tables import Order
from canteen.places.tables import Canteen, MealService, Region
from canteen.seniors.tables import Person
from canteen.welfare.rules import Watch, missing
from canteen.welfare.tables import WelfareTask, WelfareTerms
from canteen.welfare.tasks import close, open_task

_ACTOR = "job:care"
_AFTER = timedelta(minutes=60)
_DEFAULT = Watch()


def watch_meals(session: Session, *, at: datetime) -> int:
    """Open a task for every senior whose order of today waits an hour after the meal; close those who came after all.

    The order itself is left alone: whether somebody did not come is provisional until every device was heard.
    """
    _close_who_came(session, at)
    today, opened = service_day(at), 0
    waiting = (
        select(Order, MealService)
        .join(MealService, (MealService.canteen_id == Order.canteen_id) & (MealService.meal == Order.meal))
        .join(Person, Person.id == Order.person_id)
        .where(
            Order.service_date == today,
            MealService.valid_from <= today,
            (MealService.valid_until.is_(None)) | (MealService.valid_until > today),
            Order.mode != "delivery",
            Order.state.in_((*orders.OPEN_STATES, "no_show")),
            Person.diner == "senior",
        )
        .order_by(Order.id)
    )
    for order, service in session.execute(waiting):
        if at >= orders.serves_until(orders.hours(service), today) + _AFTER:
            open_task(
                session, key=f"not_come:{order.ref}", person_id=order.person_id, kind="not_come",
                canteen_id=order.canteen_id, order_id=order.id, since=today, actor=_ACTOR, at=at,
            )  # fmt: skip
            opened += 1
    return opened


def watch_habits(session: Session, *, at: datetime) -> int:
    """Open a task for everybody who usually comes and has not, as the county's terms say; a day that is over counts."""
    on, found = service_day(at), 0
    terms = {row.region_code: row for row in session.scalars(select(WelfareTerms))}
    for canteen_id, region in session.execute(select(Canteen.id, Canteen.region_code).order_by(Canteen.id)):
        watch = watch_of(terms.values(), region)
        for person_id, since in _missing(session, canteen_id, on, watch):
            key = f"missing:{person_id}:{since.isoformat()}"
            open_task(
                session, key=key, person_id=person_id, kind="missing", canteen_id=canteen_id, since=since,
                actor=_ACTOR, at=at,
            )  # fmt: skip
            found += 1
    return found


def watch_of(terms: Iterable[WelfareTerms], region_code: str) -> Watch:
    """Return how a region watches over its people: by the terms of the nearest region above it."""
    nearest = terms_over(terms, region_code)
    if nearest is None:
        return _DEFAULT
    return Watch(alpha=nearest.alpha_millionths / 1_000_000, least_days=nearest.least_days)


def terms_over(terms: Iterable[WelfareTerms], region_code: str) -> WelfareTerms | None:
    """Return the terms of the nearest region that a place lies in; None where no region above it stated any."""
    above = [row for row in terms if places.is_within(region_code, row.region_code)]
    return max(above, key=lambda row: len(places.prefix(row.region_code)), default=None)


def set_terms(
    session: Session, *, region_code: str, alpha_millionths: int, least_days: int, meal_counts_as_seen: bool,
    actor: str, at: datetime,
) -> None:  # fmt: skip
    """Say how a region watches over its people from now on."""
    session.get_one(Region, region_code)
    session.merge(
        WelfareTerms(
            region_code=region_code, alpha_millionths=alpha_millionths, least_days=least_days,
            meal_counts_as_seen=meal_counts_as_seen, set_at=at, set_by=actor,
        )
    )  # fmt: skip
    session.flush()


def _missing(session: Session, canteen_id: int, on: date, watch: Watch) -> Sequence[tuple[int, date]]:
    """Find who ate at a canteen within the time looked back to, and is missed there; eating elsewhere counts."""
    first = on - timedelta(days=watch.look_back)
    here = (
        select(Redemption.person_id, Redemption.service_date)
        .where(Redemption.canteen_id == canteen_id, Redemption.service_date >= first, Redemption.service_date <= on)
        .distinct()
    )
    rows = [(row[0], row[1]) for row in session.execute(here)]
    opened = sorted({day for _, day in rows})
    people = sorted({person for person, _ in rows if person is not None})
    came = _came(session, people, first, on)
    excused = _excused(session, people, first, on)
    found = []
    for person_id in people:
        gap = missing(came[person_id], opened, on=on, watch=watch, excused=excused.get(person_id, ()))
        if gap is not None:
            found.append((person_id, gap.since))
    return found


def _came(session: Session, people: Sequence[int], first: date, last: date) -> dict[int, set[date]]:
    wanted = (
        select(Redemption.person_id, Redemption.service_date)
        .outerjoin(RedemptionUndo, RedemptionUndo.redemption_ref == Redemption.ref)
        .join(Person, Person.id == Redemption.person_id)
        .where(
            Redemption.person_id.in_(people),
            Redemption.service_date >= first,
            Redemption.service_date <= last,
            RedemptionUndo.redemption_ref.is_(None),
            Person.diner == "senior",
            Person.merged_into_id.is_(None),
        )
    )
    found: dict[int, set[date]] = {person_id: set() for person_id in people}
    for person_id, day in session.execute(wanted):
        if person_id is not None:
            found[person_id].add(day)
    return found


def _excused(session: Session, people: Sequence[int], first: date, last: date) -> dict[int, set[date]]:
    """Tell on which days people had cancelled by themselves: they are away, not missing."""
    wanted = select(Order.person_id, Order.service_date).where(
        Order.person_id.in_(people),
        Order.service_date >= first,
        Order.service_date <= last,
        Order.state.in_(("cancelled", "cancelled_late", "cancelled_by_kitchen")),
    )
    found: dict[int, set[date]] = {}
    for person_id, day in session.execute(wanted):
        found.setdefault(person_id, set()).add(day)
    return found


def _close_who_came(session: Session, at: datetime) -> None:
    """Close what was opened about an order that was served after all, and about people who have eaten since."""
    served = (
        select(WelfareTask.ref)
        .join(Order, Order.id == WelfareTask.order_id)
        .where(WelfareTask.closed_at.is_(None), Order.state.in_(orders.SERVED_STATES))
    )
    eaten = (
        select(WelfareTask.ref)
        .join(Redemption, (Redemption.person_id == WelfareTask.person_id))
        .where(
            WelfareTask.closed_at.is_(None), WelfareTask.kind == "missing",
            Redemption.happened_at > WelfareTask.opened_at,
        )
        .distinct()
    )  # fmt: skip
    for ref in {*session.scalars(served), *session.scalars(eaten)}:
        close(session, ref=ref, outcome="came", note="", actor=_ACTOR, at=at)
