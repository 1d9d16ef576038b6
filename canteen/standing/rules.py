"""Say on which days a pattern falls; pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date


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
