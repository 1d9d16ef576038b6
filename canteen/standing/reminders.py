"""Remind those who always order and have not, before it is too late.

Whoever asked for them is sent tomorrow's dishes every evening.

*Always* is one stated rule (`rules.always_orders`). Nobody is reminded of a meal twice, of one that was cancelled, in a
pause, or where a run orders it; whoever said 不用提醒订饭 is not reminded at all. Nobody is called for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import menus, notices, orders, places, seniors
from canteen.foundation.clock import service_day
from canteen.menus.tables import DayMenu
from canteen.orders.tables import Order
from canteen.places.tables import Canteen, MealService
from canteen.seniors.tables import FamilyLink, Person
from canteen.standing.pauses import paused
from canteen.standing.rules import always_orders, remind_at
from canteen.standing.tables import StandingOrder

_BACK = timedelta(days=21)
_AHEAD = 4
# How long after its instant a reminder is still worth looking for; a worker that was away longer stays silent.
_WITHIN = timedelta(minutes=20)
_NAMED = 4
_UNWANTED = ("cancelled", "cancelled_late")


def remind(session: Session, *, at: datetime) -> int:
    """Remind of the cut-offs that are near, each account once for a meal; return how many were told."""
    return sum(_remind(session, service, day, cutoff_at, at) for service, day, cutoff_at in _near(session, at))


def tell_of_tomorrow(session: Session, *, at: datetime) -> int:
    """Send tomorrow's dishes to every account that asked for them, once for a canteen; return how many were told."""
    day = service_day(at) + timedelta(days=1)
    wanted = (
        select(FamilyLink.account, Person.home_canteen_id)
        .join(Person, Person.id == FamilyLink.person_id)
        .where(FamilyLink.told_menu, FamilyLink.ended_at.is_(None), Person.home_canteen_id.is_not(None))
        .distinct()
    )
    asking: dict[int, list[str]] = defaultdict(list)
    for row in session.execute(wanted.order_by(FamilyLink.account)):
        asking[row.home_canteen_id].append(row.account)
    return sum(_show(session, canteen_id, accounts, day, at) for canteen_id, accounts in asking.items())


def _near(session: Session, at: datetime) -> Iterator[tuple[MealService, date, datetime]]:
    """Find the meals whose hour of reminding has come and whose cut-off has not."""
    today = service_day(at)
    for day in (today + timedelta(days=ahead) for ahead in range(_AHEAD)):
        for service in session.scalars(select(MealService).where(*places.holding(day))):
            cutoff_at = orders.cutoff(orders.hours(service), day)
            if remind_at(cutoff_at) <= at < min(cutoff_at, remind_at(cutoff_at) + _WITHIN) and places.is_open(
                session, canteen_id=service.canteen_id, day=day, meal=service.meal
            ):
                yield service, day, cutoff_at


def _remind(session: Session, service: MealService, day: date, cutoff_at: datetime, at: datetime) -> int:
    people = _missing(session, service.canteen_id, service.meal, day)
    spans = paused(session, person_ids=people)
    people = [one for one in people if not any(span.holds_on(day) for span in spans.get(one, ()))]
    told = 0
    for person_id, name, account in _whom(session, people):
        content = {"name": name, "day": day.isoformat(), "meal": service.meal}
        content |= {"until_at": cutoff_at.isoformat(), "said_at": at.isoformat()}
        notices.enqueue(
            session, key=f"cutoff:{person_id}:{day}:{service.meal}:{account}", account=account, kind="cutoff_near",
            content=content, at=at, until=cutoff_at, about=notices.About(person_id, service.canteen_id),
        )  # fmt: skip
        told += 1
    return told


def _missing(session: Session, canteen_id: int, meal: str, day: date) -> list[int]:
    """List who always orders a meal of a canteen and has said nothing about this day's."""
    served = set(
        session.scalars(
            select(DayMenu.service_date).where(
                DayMenu.canteen_id == canteen_id, DayMenu.meal == meal, DayMenu.service_date.between(day - _BACK, day)
            )
        )
    )  # fmt: skip
    if day not in served:
        return []
    served.discard(day)
    ordered = _ordered(session, canteen_id, meal, day)
    usual = [person_id for person_id, days in ordered.items() if always_orders(days, served)]
    of_day = (Order.service_date == day, Order.meal == meal)
    said = session.scalars(select(Order.person_id).where(Order.person_id.in_(usual), *of_day))
    stands = session.scalars(
        select(StandingOrder.person_id).where(
            StandingOrder.person_id.in_(usual), StandingOrder.meal == meal, StandingOrder.ended_at.is_(None),
            StandingOrder.weekdays.contains(str(day.isoweekday())),
        )
    )  # fmt: skip
    return sorted(set(usual) - set(said) - set(stands))


def _ordered(session: Session, canteen_id: int, meal: str, day: date) -> dict[int, set[date]]:
    """Return on which days before a day each person ordered a meal and did not cancel it."""
    rows = session.execute(
        select(Order.person_id, Order.service_date).where(
            Order.canteen_id == canteen_id, Order.meal == meal, Order.state.not_in(_UNWANTED),
            Order.service_date >= day - _BACK, Order.service_date < day,
        )
    )  # fmt: skip
    found: dict[int, set[date]] = defaultdict(set)
    for row in rows:
        found[row.person_id].add(row.service_date)
    return found


def _whom(session: Session, people: list[int]) -> list[tuple[int, str, str]]:
    """Name the accounts to remind: the person's own, else those that may order; none that does not want it."""
    wanted = (
        select(Person.id, Person.name, FamilyLink.account, FamilyLink.is_self)
        .join(FamilyLink, FamilyLink.person_id == Person.id)
        .where(
            Person.id.in_(people), FamilyLink.ended_at.is_(None), FamilyLink.told_cutoff, FamilyLink.may_order,
            *seniors.on_the_register(),
        )
        .order_by(Person.id, FamilyLink.is_self.desc(), FamilyLink.id)
    )  # fmt: skip
    rows = session.execute(wanted).all()
    own = {row.id for row in rows if row.is_self}
    return [(row.id, row.name, row.account) for row in rows if row.is_self or row.id not in own]


def _show(session: Session, canteen_id: int, accounts: list[str], day: date, at: datetime) -> int:
    lines = []
    for meal in orders.MEALS:
        view = menus.day(session, canteen_id=canteen_id, service_date=day, meal=meal)
        if view is not None and places.is_open(session, canteen_id=canteen_id, day=day, meal=meal):
            lines.append([meal, "、".join(item.name for item in view.items[:_NAMED])])
    if not lines:
        return 0
    content = {"canteen": session.get_one(Canteen, canteen_id).name, "day": day.isoformat(), "offered": lines}
    for account in accounts:
        notices.enqueue(
            session, key=f"menu:{canteen_id}:{day}:{account}", account=account, kind="menu_tomorrow", content=content,
            at=at, about=notices.About(None, canteen_id),
        )  # fmt: skip
    return len(accounts)
