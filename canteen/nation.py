"""Load what is the same for every canteen of the nation: regions, the chart of accounts, the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from canteen import ledger, places, subsidy

_MAKE_UP = "调休上班"


def load(session: Session, *, at: datetime, actor: str = "command") -> None:
    """Enter what is missing; what is there already stays, local accounts and corrected days too."""
    places.load_regions(session)
    ledger.load_chart(session)
    places.load_days(session, rows=_special_days(), actor=actor, at=at)


def _special_days() -> Iterator[places.DayRow]:
    for year in subsidy.shipped_calendar().years.values():
        for day, name in year.days_off.items():
            yield places.DayRow(day, "statutory" if day in year.statutory else "bridge", name, year.notice)
        for day in sorted(year.make_up_days):
            yield places.DayRow(day, "workday", _MAKE_UP, year.notice)
