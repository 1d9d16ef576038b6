"""Say when a canteen serves which meal and until when it is ordered.

Each statement has the days on which it holds; what held on a day that is past stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from canteen import audit
from canteen.foundation.clock import service_day
from canteen.foundation.errors import Invalid, NotFound
from canteen.places.canteens import canteen_by_id
from canteen.places.tables import ALWAYS, MEALS, Canteen, ClosedDay, MealService

_A_DAY = 24 * 60


@dataclass(frozen=True, kw_only=True)
class ServiceTerms:
    """Say how a meal period is served; times are minutes after local midnight."""

    opens_minute: int
    closes_minute: int
    cutoff_minute: int
    cutoff_days: int = 0
    capacity: int
    weekdays: str = "1234567"
    dines_in: bool = True
    packs: bool = True
    delivers: bool = False
    delivery_fee_fen: int = 0


def set_service(
    session: Session,
    *,
    canteen_id: int,
    meal: str,
    terms: ServiceTerms,
    actor: str,
    at: datetime,
    since: date | None = None,
) -> MealService:
    """Say how a canteen serves a meal from a day on; the first terms of a meal hold from ever, unless a day is given.

    Refuses ``places.hours_malformed`` for odd times, ``places.unknown_meal``, and ``places.service_past`` for a first
    day that lies behind: what held then has been shown and used.
    """
    _check(terms)
    if meal not in MEALS:
        raise Invalid("places.unknown_meal", meal=meal)
    rows = _held(session, canteen_id, meal)
    begins = since or (max(service_day(at), rows[0].valid_from) if rows else ALWAYS)
    if rows and begins < service_day(at):
        raise Invalid("places.service_past", day=begins)
    service = _begun(session, canteen_id, meal, rows, begins)
    for name, value in asdict(terms).items():
        setattr(service, name, value)
    session.add(service)
    session.flush()
    _record(session, canteen_id, "service_set", actor, at, meal=meal, since=begins.isoformat(), **asdict(terms))
    return service


def end_service(session: Session, *, canteen_id: int, meal: str, since: date, actor: str, at: datetime) -> MealService:
    """Serve a meal no longer from a day on; refuses ``places.not_served`` and ``places.service_past``."""
    if since < service_day(at):
        raise Invalid("places.service_past", day=since)
    rows = [row for row in _held(session, canteen_id, meal) if row.valid_until is None or row.valid_until > since]
    if not rows:
        raise NotFound("places.not_served", meal=meal)
    for row in rows:
        row.valid_until = max(since, row.valid_from)
    session.flush()
    _record(session, canteen_id, "service_ended", actor, at, meal=meal, since=since.isoformat())
    return rows[0]


def services(session: Session, *, canteen_id: int, on: date) -> dict[str, MealService]:
    """Return how a canteen serves on a day, by meal, whatever the weekday."""
    rows = session.scalars(select(MealService).where(MealService.canteen_id == canteen_id, *holding(on)))
    return {row.meal: row for row in rows}


def all_services(session: Session, *, canteen_id: int) -> Sequence[MealService]:
    """List what was, is and will be served, in the order of meals and first days."""
    rows = session.scalars(select(MealService).where(MealService.canteen_id == canteen_id))
    return sorted(rows, key=lambda row: (MEALS.index(row.meal), row.valid_from))


def holding(day: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the conditions that a meal service holds on a day, or on the day of a parameter or column."""
    return MealService.valid_from <= day, or_(MealService.valid_until.is_(None), MealService.valid_until > day)


def is_open(session: Session, *, canteen_id: int, day: date, meal: str) -> bool:
    """Tell whether a canteen serves a meal on a day."""
    return open_service(session, canteen_id=canteen_id, day=day, meal=meal) is not None


def open_service(session: Session, *, canteen_id: int, day: date, meal: str) -> MealService | None:
    """Return how a canteen serves a meal on a day, or None where it does not: weekday, closed day, closed for good."""
    values = {"canteen_id": canteen_id, "day": day, "meal": meal}
    service = session.scalars(_OPEN_SERVICE, values).one_or_none()
    return service if service is not None and str(day.isoweekday()) in service.weekdays else None


_OPEN_SERVICE = (
    select(MealService)
    .join(Canteen, Canteen.id == MealService.canteen_id)
    .where(
        MealService.canteen_id == bindparam("canteen_id"),
        MealService.meal == bindparam("meal"),
        *holding(bindparam("day", type_=Date)),
        Canteen.opened_on <= bindparam("day", type_=Date),
        or_(Canteen.closed_on.is_(None), Canteen.closed_on > bindparam("day", type_=Date)),
        ~exists().where(
            ClosedDay.canteen_id == MealService.canteen_id,
            ClosedDay.day == bindparam("day", type_=Date),
            or_(ClosedDay.meal == "", ClosedDay.meal == MealService.meal),
        ),
    )
)


def _held(session: Session, canteen_id: int, meal: str) -> list[MealService]:
    """Return the terms of a meal in the order of their days, and hold the canteen so that changes queue."""
    canteen_by_id(session, canteen_id=canteen_id)
    session.get_one(Canteen, canteen_id, with_for_update={"of": Canteen})
    wanted = select(MealService).where(MealService.canteen_id == canteen_id, MealService.meal == meal)
    return list(session.scalars(wanted.order_by(MealService.valid_from)))


def _begun(session: Session, canteen_id: int, meal: str, rows: Sequence[MealService], since: date) -> MealService:
    """Return the row that begins on a day: the one that did already, or a new one between its neighbours."""
    following = next((row.valid_from for row in rows if row.valid_from > since), None)
    for row in rows:
        if row.valid_from == since:
            row.valid_until = following
            return row
        if row.valid_from < since and (row.valid_until is None or row.valid_until > since):
            row.valid_until = since
    session.flush()
    return MealService(canteen_id=canteen_id, meal=meal, valid_from=since, valid_until=following)


def _check(terms: ServiceTerms) -> None:
    in_order = 0 <= terms.opens_minute < terms.closes_minute <= _A_DAY
    cut_off = terms.cutoff_days >= 0 and 0 <= terms.cutoff_minute <= _A_DAY
    days = bool(terms.weekdays) and set(terms.weekdays) <= set("1234567")
    if not (in_order and cut_off and days and terms.capacity >= 0 and terms.delivery_fee_fen >= 0):
        raise Invalid("places.hours_malformed")


def _record(session: Session, canteen_id: int, action: str, actor: str, at: datetime, **detail: object) -> None:
    ref = canteen_by_id(session, canteen_id=canteen_id).ref
    audit.record(session, chain=f"canteen:{ref}", at=at, actor=actor, action=action, subject=ref, **detail)
