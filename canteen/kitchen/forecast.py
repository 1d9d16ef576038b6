"""Say how many portions a meal will take, from the same weekday of the weeks before; pure but for one look.

The method is simple on purpose, so that a cook can check it with a pencil: the median of the last four same weekdays on
which the meal was cooked. Its error is measured by the same method: for each of the last four weeks, what it would have
said then beside what came, the mean of the differences. Days without a meal say nothing and are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_low

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen import orders
from canteen.orders.tables import Order

WEEKS = 4
_COOKED = (*orders.OPEN_STATES, *orders.SERVED_STATES, "no_show", "undeliverable")


@dataclass(frozen=True, slots=True)
class Expected:
    """Hold what one day is expected to take; None where there is no such weekday to go by."""

    day: date
    portions: int | None
    based_on: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """Hold the days ahead, and by how much the method was wrong of late; None where it could not be tried."""

    days: tuple[Expected, ...]
    error: float | None
    tried: int


def portions_by_day(session: Session, *, canteen_id: int, meal: str, first: date, until: date) -> dict[date, int]:
    """Count the orders of a meal that were not cancelled, walk-ins among them, on each day from the first."""
    rows = session.execute(
        select(Order.service_date, func.count().label("portions"))
        .where(
            Order.canteen_id == canteen_id, Order.meal == meal, Order.service_date >= first,
            Order.service_date < until, Order.state.in_(_COOKED),
        )
        .group_by(Order.service_date)
    )  # fmt: skip
    return {row.service_date: row.portions for row in rows}


def outlook(counts: Mapping[date, int], *, today: date, days: Iterable[date]) -> Outlook:
    """Expect portions for some days ahead from what was cooked before today."""
    past = {day: count for day, count in counts.items() if day < today}
    known = (today - timedelta(days=n) for n in range(1, 7 * WEEKS + 1))
    misses = [abs(said - past[day]) for day in known if day in past and (said := _expected(past, day).portions)]
    return Outlook(
        days=tuple(_expected(past, day) for day in days),
        error=sum(misses) / len(misses) if misses else None,
        tried=len(misses),
    )


def _expected(past: Mapping[date, int], day: date) -> Expected:
    """Return the median of the last weekdays before a day; of an even number the lower of the middle two."""
    before = sorted((one for one in past if one < day and one.weekday() == day.weekday()), reverse=True)[:WEEKS]
    return Expected(day, median_low(past[one] for one in before) if before else None, len(before))
