"""Lock a meal at its cut-off and number its prep sheet; later numbers take the changes in."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta

from sqlalchemy import Select, exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen import orders, places
from canteen.foundation.clock import service_day
from canteen.foundation.errors import Conflict, Refused
from canteen.kitchen.portions import cooked
from canteen.kitchen.rules import changes
from canteen.kitchen.tables import CookAccount, PrepSheet
from canteen.kitchen.values import Meal, Sheet, read, written
from canteen.menus.tables import DayMenu
from canteen.orders.tables import Order
from canteen.places.tables import MealService


def sheet(session: Session, *, of: Meal) -> Sheet | None:
    """Return the newest numbered sheet of a meal, None before its cut-off."""
    row = session.scalars(_newest(of)).first()
    return None if row is None else _value(row)


def lock(session: Session, *, of: Meal, actor: str, at: datetime) -> Sheet:
    """Give the sheet of a meal past its cut-off its first number, or return the newest that has one.

    From then on the open orders are ``locked``. Refuses ``kitchen.before_cutoff``.
    """
    _refuse_early(session, of, at)
    _hold(session, of)
    return sheet(session, of=of) or _number(session, of, 1, actor, at)


def renumber(session: Session, *, of: Meal, last: int, actor: str, at: datetime) -> Sheet:
    """Take the changes since the sheet numbered ``last`` into the next one.

    Refuses ``kitchen.nothing_changed``, and ``kitchen.numbered_meanwhile`` where ``last`` is not the newest.
    """
    _hold(session, of)
    newest = sheet(session, of=of)
    if newest is None or newest.number != last:
        raise Conflict("kitchen.numbered_meanwhile")
    if not changes(newest.portions, cooked(session, of=of).portions).lines:
        raise Refused("kitchen.nothing_changed", number=last)
    return _number(session, of, last + 1, actor, at)


def due(session: Session, *, at: datetime) -> list[Meal]:
    """List the meals whose cut-off has passed, that are not over, and that have no number yet."""
    today = service_day(at)
    days_before = session.scalar(select(func.max(MealService.cutoff_days))) or 0
    numbered = exists().where(
        PrepSheet.canteen_id == DayMenu.canteen_id,
        PrepSheet.service_date == DayMenu.service_date,
        PrepSheet.meal == DayMenu.meal,
    )
    rows = session.execute(
        select(DayMenu.canteen_id, DayMenu.service_date, MealService)
        .join(MealService, (MealService.canteen_id == DayMenu.canteen_id) & (MealService.meal == DayMenu.meal))
        .where(
            DayMenu.service_date.between(today, today + timedelta(days=days_before)),
            *places.holding(DayMenu.service_date),
            ~numbered,
        )
        .order_by(DayMenu.service_date, DayMenu.canteen_id, DayMenu.id)
    )
    passed = [Meal(canteen_id, day, terms.meal) for canteen_id, day, terms in rows if _has_passed(terms, day, at)]
    return [meal for meal in passed if _is_open(session, meal)]


def heard_of(session: Session, *, at: datetime) -> list[tuple[Meal, Sheet]]:
    """List the meals not yet over that have a number and a cook who hears of it, with the newest sheet of each."""
    with_cooks = select(CookAccount.canteen_id).where(CookAccount.ended_at.is_(None))
    rows = session.scalars(
        select(PrepSheet)
        .where(PrepSheet.service_date >= service_day(at), PrepSheet.canteen_id.in_(with_cooks))
        .order_by(PrepSheet.id)
    )
    newest = {Meal(row.canteen_id, row.service_date, row.meal): row for row in rows}
    return [(meal, _value(row)) for meal, row in newest.items() if not _is_over(session, meal, at)]


def _has_passed(terms: MealService, day: date, at: datetime) -> bool:
    hours = orders.hours(terms)
    return orders.cutoff(hours, day) <= at < orders.serves_until(hours, day)


def _is_open(session: Session, of: Meal) -> bool:
    return places.is_open(session, canteen_id=of.canteen_id, day=of.service_date, meal=of.meal)


def _is_over(session: Session, of: Meal, at: datetime) -> bool:
    service = places.services(session, canteen_id=of.canteen_id, on=of.service_date).get(of.meal)
    return service is None or at >= orders.serves_until(orders.hours(service), of.service_date)


def _refuse_early(session: Session, of: Meal, at: datetime) -> None:
    service = places.services(session, canteen_id=of.canteen_id, on=of.service_date).get(of.meal)
    if service is None:
        raise Refused("kitchen.not_served")
    until = orders.cutoff(orders.hours(service), of.service_date)
    if at < until:
        raise Refused("kitchen.before_cutoff", cutoff_at=until)


def _hold(session: Session, of: Meal) -> None:
    """Let nobody order or cancel while the meal is counted; orders before their menu, as a cancellation takes them."""
    session.execute(
        select(Order.id)
        .where(
            Order.canteen_id == of.canteen_id,
            Order.service_date == of.service_date,
            Order.meal == of.meal,
            Order.state.in_(orders.OPEN_STATES),
        )
        .order_by(Order.id)
        .with_for_update()
    )
    session.execute(
        select(DayMenu.id)
        .where(DayMenu.canteen_id == of.canteen_id, DayMenu.service_date == of.service_date, DayMenu.meal == of.meal)
        .with_for_update()
    )


def _number(session: Session, of: Meal, number: int, actor: str, at: datetime) -> Sheet:
    text = written(cooked(session, of=of).portions)
    row = PrepSheet(
        canteen_id=of.canteen_id,
        service_date=of.service_date,
        meal=of.meal,
        number=number,
        locked_at=at,
        locked_by=actor,
        portions=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise Conflict("kitchen.numbered_meanwhile") from error
    _lock_orders(session, of, actor, at)
    return _value(row)


def _lock_orders(session: Session, of: Meal, actor: str, at: datetime) -> None:
    channel = "staff" if actor.startswith("staff:") else "job"
    session.execute(
        update(Order)
        .where(
            Order.canteen_id == of.canteen_id,
            Order.service_date == of.service_date,
            Order.meal == of.meal,
            Order.state == "placed",
        )
        .values(state="locked", state_at=at, state_by=actor, state_channel=channel)
        .execution_options(synchronize_session=False)
    )


def _newest(of: Meal) -> Select[PrepSheet]:
    return (
        select(PrepSheet)
        .where(
            PrepSheet.canteen_id == of.canteen_id,
            PrepSheet.service_date == of.service_date,
            PrepSheet.meal == of.meal,
        )
        .order_by(PrepSheet.number.desc())
        .limit(1)
    )


def _value(row: PrepSheet) -> Sheet:
    return Sheet(row.id, row.number, row.locked_at, read(row.portions))
