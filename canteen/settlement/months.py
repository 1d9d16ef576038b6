"""Read months as they are written: ``2026-03``."""

from __future__ import annotations

import re
from datetime import date

from canteen.foundation.errors import Invalid

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)


def month_of(day: date) -> str:
    """Return the month that a day lies in."""
    return day.isoformat()[:7]


def bounds(month: str) -> tuple[date, date]:
    """Return the first day of a month and of the next; ``settlement.month_malformed`` for anything else."""
    match = _MONTH.fullmatch(month)
    if match is None:
        raise Invalid("settlement.month_malformed", month=month)
    year, number = int(match[1]), int(match[2])
    return date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)
