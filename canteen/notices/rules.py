"""Decide when a notice may be said: one pure rule for every kind, at every try.

What waits is not said while old people sleep (`canteen.foundation.quiet_hours`) but in the morning, unless it is not
worth saying any more by then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from canteen.foundation.quiet_hours import awake

MOST_ATTEMPTS = 6


@dataclass(frozen=True)
class Kind:
    """Say of a kind of notice whether it waits while people sleep, how long it is worth saying, whether it is called.

    What is called is said by telephone where no message arrives.
    """

    waits: bool
    worth: timedelta
    is_called: bool


def due(kind: Kind, at: datetime) -> datetime:
    """Return when a notice may be said that is to be said at an instant."""
    return awake(at) if kind.waits else at


def worth_until(kind: Kind, at: datetime, until: datetime | None = None) -> datetime:
    """Return from when on it is not worth saying any more.

    That is ``until`` where the matter itself ends (a cut-off, the day of a meal), else the hours of its kind, counted
    from when it may be said first.
    """
    return until or due(kind, at) + kind.worth


def again(kind: Kind, attempts: int, at: datetime, *, not_before: datetime | None = None) -> datetime | None:
    """Say when to try again: 1, 2, 4 … minutes later, not before what the other side asked for; None at the end."""
    if attempts >= MOST_ATTEMPTS:
        return None
    later = at + timedelta(minutes=2 ** (attempts - 1))
    return due(kind, max(later, not_before) if not_before else later)
