"""Choose the instant at which a demonstration begins."""

from __future__ import annotations

from datetime import datetime, timedelta

from canteen import subsidy
from canteen.foundation.clock import CHINA, local, service_day

_HOUR, _MINUTE = 10, 40


def opening(at: datetime) -> datetime:
    """Return 10:40 in China on the first working day from the day of ``at`` on.

    At 10:40 lunch can still be ordered and is about to be served; on a working day every policy pays, those for
    working days too. Make-up days count as working days. The day is never before the real one, so that a demonstration
    that is started again on a holiday does not fall behind what it holds already. In a year whose notice is not loaded
    Monday to Friday are taken for working days.
    """
    calendar, day = subsidy.shipped_calendar(), service_day(at)
    while not calendar.is_working(day, make_up_counts=True):
        day += timedelta(days=1)
    return local(day, _HOUR, _MINUTE).astimezone(CHINA)
