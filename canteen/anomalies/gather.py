"""Read the meals of some days as the rules look at them; whole sets, the caller states the canteens."""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, exists, func, select
from sqlalchemy.orm import aliased

from canteen.anomalies.values import Day, Seen, Serving
from canteen.checkin.tables import Redemption, RedemptionUndo, ScanAttempt
from canteen.foundation.clock import local
from canteen.ledger import AnyRow
from canteen.menus.tables import DayMenu
from canteen.places.tables import Canteen, ClosedDay, MealService
from canteen.seniors.tables import Fact, Person

_TERMS = (
    MealService.canteen_id, MealService.meal, MealService.opens_minute, MealService.closes_minute, MealService.capacity,
    MealService.weekdays, MealService.valid_from, MealService.valid_until,
)  # fmt: skip
_METRES_PER_E6 = 0.111195  # One millionth of a degree along a meridian.


def gather(connection: Connection, *, canteen_ids: Collection[int], first: date, until: date) -> Day:
    """Return every meal that stands in ``[first, until)`` at these canteens, and what they had to offer."""
    ids = sorted(canteen_ids)
    rows: list[AnyRow] = list(connection.execute(_meals(ids, first, until)))
    return Day(tuple(_seen(row) for row in rows), _servings(connection, ids, first, until))


def _meals(ids: list[int], first: date, until: date) -> Any:
    later = aliased(Fact)
    gone = (
        select(func.min(Fact.valid_from))
        .where(Fact.person_id == Redemption.person_id, Fact.kind.in_(("death", "exit")), Fact.withdrawn.is_(False))
        .where(~exists().where(later.supersedes_id == Fact.id))
        .where((Fact.valid_until.is_(None)) | (Fact.valid_until > Redemption.service_date))
        .correlate(Redemption)
        .scalar_subquery()
    )
    return (
        select(
            Redemption.ref, Redemption.canteen_id, Person.ref.label("person_ref"), Redemption.service_date,
            Redemption.meal, Redemption.mode, Redemption.means, ScanAttempt.device, Redemption.served_by,
            Redemption.happened_at, ScanAttempt.received_at, Redemption.subsidy_fen,
            Redemption.own_fen, Redemption.tender, Canteen.latitude_e6, Canteen.longitude_e6, gone.label("gone_on"),
        )
        .join(Canteen, Canteen.id == Redemption.canteen_id)
        .join(Person, Person.id == Redemption.person_id)
        .outerjoin(ScanAttempt, ScanAttempt.scan_id == Redemption.scan_id)
        .where(Redemption.canteen_id.in_(ids), Redemption.service_date >= first, Redemption.service_date < until)
        .where(Redemption.kind == "meal")
        .where(~exists().where(RedemptionUndo.redemption_ref == Redemption.ref))
        .order_by(Redemption.id)
    )  # fmt: skip


def _seen(row: AnyRow) -> Seen:
    east = north = None
    if row.latitude_e6 is not None and row.longitude_e6 is not None:
        north = round(row.latitude_e6 * _METRES_PER_E6)
        east = round(row.longitude_e6 * _METRES_PER_E6 * math.cos(math.radians(row.latitude_e6 / 1e6)))
    return Seen(
        row.ref, row.canteen_id, row.person_ref, row.service_date, row.meal, row.mode, row.means, row.device or "",
        row.served_by, row.happened_at, row.received_at or row.happened_at, row.subsidy_fen, row.own_fen, row.tender,
        east, north, row.gone_on,
    )  # fmt: skip


def _servings(connection: Connection, ids: list[int], first: date, until: date) -> dict[tuple[int, date, str], Serving]:
    menus: list[AnyRow] = list(
        connection.execute(
            select(DayMenu.canteen_id, DayMenu.service_date, DayMenu.meal, DayMenu.capacity).where(
                DayMenu.canteen_id.in_(ids), DayMenu.service_date >= first, DayMenu.service_date < until
            )
        )
    )
    cooked = {(canteen, on, meal): capacity for canteen, on, meal, capacity in menus}
    terms: list[AnyRow] = list(connection.execute(select(*_TERMS).where(MealService.canteen_id.in_(ids))))
    days = select(ClosedDay.canteen_id, ClosedDay.day, ClosedDay.meal).where(ClosedDay.canteen_id.in_(ids))
    closed = {(canteen, day, meal) for canteen, day, meal in connection.execute(days)}
    found = {}
    for number in range((until - first).days):
        on = first + timedelta(days=number)
        for one in terms:
            key = (one.canteen_id, on, one.meal)
            holds = one.valid_from <= on and (one.valid_until is None or on < one.valid_until)
            is_closed = (one.canteen_id, on, "") in closed or key in closed
            if holds and not is_closed and (str(on.isoweekday()) in one.weekdays or key in cooked):
                hours = (_at(on, one.opens_minute), _at(on, one.closes_minute))
                found[key] = Serving(cooked.get(key, one.capacity), *hours)
    return found


def _at(on: date, minute: int) -> datetime:
    return local(on, 0) + timedelta(minutes=minute)
