"""Say until when a meal may be ordered: one pure function for what is shown and what is enforced.

Days are local days of China and times are minutes after local midnight, so that neither New Year nor week 53 is a
special case: the cut-off is a number of days before the service day at a time of day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
MEALS = ("breakfast", "lunch", "dinner", "snack")


@dataclass(frozen=True)
class MealHours:
    """Hold when a canteen serves a meal and until when it takes orders for it."""

    meal: str
    opens_minute: int
    closes_minute: int
    cutoff_days: int
    cutoff_minute: int
    weekdays: frozenset[int] = frozenset(range(1, 8))


def cutoff(hours: MealHours, service_date: date) -> datetime:
    """Return the first instant at which the meal can no longer be ordered."""
    return _instant(service_date - timedelta(days=hours.cutoff_days), hours.cutoff_minute)


def serves_from(hours: MealHours, service_date: date) -> datetime:
    """Return the instant at which serving begins."""
    return _instant(service_date, hours.opens_minute)


def serves_until(hours: MealHours, service_date: date) -> datetime:
    """Return the instant at which serving ends."""
    return _instant(service_date, hours.closes_minute)


def serves_on(hours: MealHours, service_date: date) -> bool:
    """Tell whether the meal is served on that weekday."""
    return service_date.isoweekday() in hours.weekdays


def meal_around(services: Iterable[MealHours], at: datetime) -> str | None:
    """Return the meal that is served at an instant, else the nearest one of that day; None where none is."""
    local = at.astimezone(CHINA)
    minute = local.hour * 60 + local.minute
    of_day = [hours for hours in services if serves_on(hours, local.date())]
    nearest = min(of_day, key=lambda hours: (_distance(hours, minute), hours.opens_minute), default=None)
    return nearest.meal if nearest else None


def _distance(hours: MealHours, minute: int) -> int:
    return max(hours.opens_minute - minute, minute - hours.closes_minute + 1, 0)


def _instant(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), tzinfo=CHINA)
