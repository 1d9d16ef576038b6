"""Say which step may follow which, how days of a notice are counted, and what is waiting on whom; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

# A wish whose category the applicant cannot name; the assessment finds it.
UNSURE = "unsure"
DAY_KINDS = ("working", "calendar")
_SETTLING = ("refused", "withdrawn")
FOLLOWS: Mapping[str, tuple[str, ...]] = {
    "applied": ("assessed", *_SETTLING),
    "assessed": ("noticed", "renewed", "ended", *_SETTLING),
    "noticed": ("objected", "confirmed", *_SETTLING),
    "objected": ("answered", *_SETTLING),
    "answered": ("objected", "confirmed", *_SETTLING),
    "confirmed": ("assessed",),
    "renewed": ("assessed",),
    "refused": (),
    "withdrawn": (),
    "ended": (),
}
STEPS = tuple(FOLLOWS)
SETTLED = tuple(step for step, after in FOLLOWS.items() if not after)
ENTITLED = ("confirmed", "renewed")
# An assessment before the confirmation leads to a notice; one after it is a re-check, and leads to one of these.
AFTER_RECHECK = ("renewed", "ended", "assessed")
DUE, RECHECKED = "due", "rechecked"

LONGEST_NOTICE = 60
ASSESS_WITHIN = timedelta(days=10)
WARNED_BEFORE = timedelta(days=60)


def may_follow(before: str, step: str) -> bool:
    """Tell whether a step may come right after another."""
    return step in FOLLOWS[before]


def shown_state(step: str, recheck_on: date | None, on: date, *, was_confirmed: bool = False) -> str:
    """Return what an application is at on a day: its last step, or what that means after a confirmation.

    ``due`` where a re-check is near or late, ``rechecked`` where it was made and a second person is to decide.
    """
    if step == "assessed" and was_confirmed:
        return RECHECKED
    if step in ENTITLED and recheck_on is not None and recheck_on - WARNED_BEFORE <= on:
        return DUE
    return step


def counted_until(first: date, days: int, is_counted: Callable[[date], bool]) -> date:
    """Return the day after so many counted days, the first day being one of them where it counts."""
    day, left = first, days
    while left:
        left -= is_counted(day)
        day += timedelta(days=1)
    return day


def days_left(until: date, on: date, is_counted: Callable[[date], bool]) -> int:
    """Count the days from a day on that a notice still has to hang."""
    return sum(is_counted(on + timedelta(days=n)) for n in range(max(0, (until - on).days)))
