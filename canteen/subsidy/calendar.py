"""Tell working days from days off.

As the State Council's yearly notices and the county have it.
A day of a year that is not loaded counts Monday to Friday and is marked provisional, to be checked again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Year:
    """Hold one year's notice.

    Days off with their names, statutory holidays, make-up working days.
    """

    year: int
    notice: str
    days_off: Mapping[date, str]
    statutory: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Hold the years that are known."""

    years: Mapping[int, Year] = field(default_factory=lambda: MappingProxyType({}))

    def knows(self, day: date) -> bool:
        """Ask whether the notice of the day's year is loaded."""
        return day.year in self.years

    def is_off(self, day: date) -> bool:
        """Ask whether the day is off by a notice."""
        year = self.years.get(day.year)
        return year is not None and day in year.days_off

    def is_statutory(self, day: date) -> bool:
        """Ask whether the day is a statutory holiday itself, not only a bridge to one."""
        year = self.years.get(day.year)
        return year is not None and day in year.statutory

    def is_make_up(self, day: date) -> bool:
        """Ask whether the day is a weekend day that is worked to make up for a day off."""
        year = self.years.get(day.year)
        return year is not None and day in year.make_up_days

    def is_working(self, day: date, *, make_up_counts: bool) -> bool:
        """Ask whether the day is a working day.

        The policy says whether make-up days count.
        """
        if self.is_off(day):
            return False
        if self.is_make_up(day):
            return make_up_counts
        return day.weekday() < 5

    def with_years(self, more: Mapping[int, Year]) -> Calendar:
        """Extend or correct the calendar by whole years."""
        return Calendar(MappingProxyType({**self.years, **more}))


def days_between(first: date, last: date) -> list[date]:
    """List the days from the first to the last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
