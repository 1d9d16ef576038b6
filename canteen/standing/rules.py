"""Say on which days a pattern falls, who always orders, and when to remind of a cut-off; pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from canteen.foundation.quiet_hours import are_awake, evening_before

_LOOKED_AT, _OFTEN = 5, 4
_EVENING = 20


@dataclass(frozen=True)
class Pattern:
    """Hold the days of a standing order: weekdays by ISO number, the first day, the day after the last."""

    weekdays: frozenset[int]
    valid_from: date
    valid_until: date | None
    skips_holidays: bool


@dataclass(frozen=True)
class Span:
    """Hold a time in which nothing is wanted; without an end it is open."""

    first_on: date
    until_on: date | None

    def holds_on(self, day: date) -> bool:
        """Tell whether a day lies in it."""
        return self.first_on <= day and (self.until_on is None or day < self.until_on)


def falls_on(pattern: Pattern, day: date, *, is_holiday: bool, pauses: Collection[Span] = ()) -> bool:
    """Tell whether a pattern gives a meal on a day."""
    if day < pattern.valid_from or (pattern.valid_until is not None and day >= pattern.valid_until):
        return False
    if day.isoweekday() not in pattern.weekdays or (pattern.skips_holidays and is_holiday):
        return False
    return not any(pause.holds_on(day) for pause in pauses)


def always_orders(ordered_on: Collection[date], served_on: Collection[date]) -> bool:
    """Tell whether somebody always orders a meal: on four at least of the last five days on which it was served."""
    last = sorted(served_on)[-_LOOKED_AT:]
    return len(last) == _LOOKED_AT and len(set(ordered_on).intersection(last)) >= _OFTEN


def remind_at(cutoff_at: datetime) -> datetime:
    """Return when to remind of a cut-off: an hour before, or where people sleep then at eight the evening before."""
    hour_before = cutoff_at - timedelta(hours=1)
    return hour_before if are_awake(hour_before) else evening_before(hour_before, _EVENING)
