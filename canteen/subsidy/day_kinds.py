"""Ask what kind of day a meal falls on: working day, weekend, holiday, a named weekday."""

from __future__ import annotations

from dataclasses import dataclass

from canteen.subsidy.situation import Situation

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_KINDS = (
    "every_day", "working_days", "weekends", "days_off", "statutory_holidays", "make_up_days", *WEEKDAYS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Days:
    """Ask whether the service day is one of some kinds of days, and none of some others."""

    kinds: tuple[str, ...]
    excepted: tuple[str, ...]
    needs: str
    name: str = "days"

    def holds(self, s: Situation) -> bool:
        """Look the day up; a year that is not loaded makes the answer provisional."""
        if self.kinds == ("every_day",) and not self.excepted:
            return True
        return any(_is(kind, s) for kind in self.kinds) and not any(_is(kind, s) for kind in self.excepted)

    def seen(self, s: Situation) -> str:
        """Show the day with its weekday."""
        return f"{s.on.isoformat()} {WEEKDAYS[s.on.weekday()]}"


def is_every_day(condition: object) -> bool:
    """Tell a question about the day that is always answered with yes."""
    return isinstance(condition, Days) and condition.kinds == ("every_day",) and not condition.excepted


def _is(kind: str, s: Situation) -> bool:
    if kind in WEEKDAYS:
        return s.on.weekday() == WEEKDAYS.index(kind)
    if kind[0].isdigit():
        return s.on.isoformat().endswith(kind)
    if kind in {"every_day", "weekends"}:
        return kind == "every_day" or s.on.weekday() >= 5
    if not s.calendar.knows(s.on):
        s.provisional = True
    if kind == "working_days":
        return s.calendar.is_working(s.on, make_up_counts=s.answers.make_up_days == "working_days")
    if kind == "days_off":
        return s.calendar.is_off(s.on)
    if kind == "statutory_holidays":
        return s.calendar.is_statutory(s.on)
    return s.calendar.is_make_up(s.on)
