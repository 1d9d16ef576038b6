"""Know the holidays and make-up working days of the nation, each with the notice that set it.

The state council announces a year late in the year before. A year without any row is not loaded: whoever judges a day
of it treats it Monday to Friday and marks the result provisional.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import audit
from canteen.foundation.clock import service_day
from canteen.foundation.errors import NotFound
from canteen.places.tables import CalendarDay

_CHAIN = "nation"


class DayRow(NamedTuple):
    """Name a special day: ``statutory`` holiday, day off as a ``bridge`` to one, or ``workday``: a weekend worked."""

    day: date
    kind: str
    name: str
    document: str


@dataclass(frozen=True)
class Calendar:
    """Hold the special days and the years that are known."""

    holidays: frozenset[date]
    workdays: frozenset[date]
    years: frozenset[int]

    def is_working_day(self, day: date) -> bool:
        """Tell whether people work that day; in a year that is not loaded Monday to Friday are taken for it."""
        if day in self.workdays:
            return True
        return day.isoweekday() <= 5 and day not in self.holidays

    def is_holiday(self, day: date) -> bool:
        """Tell whether the day is a statutory holiday, with the days off around it."""
        return day in self.holidays

    def knows(self, year: int) -> bool:
        """Tell whether the holidays of a year are loaded."""
        return year in self.years


def calendar(session: Session) -> Calendar:
    """Return all special days; some dozens a year."""
    rows = session.execute(select(CalendarDay.day, CalendarDay.kind)).all()
    return Calendar(
        holidays=frozenset(row.day for row in rows if row.kind != "workday"),
        workdays=frozenset(row.day for row in rows if row.kind == "workday"),
        years=frozenset(row.day.year for row in rows),
    )


def load_days(session: Session, *, rows: Iterable[DayRow], actor: str, at: datetime) -> int:
    """Enter or correct the days of a published calendar, and return how many changed; a second time changes none.

    A day that lies behind is written down like an edit on the page, since meals were priced without it.
    """
    changed = _enter(session, rows, at)
    for row in changed:
        if row.day < service_day(at):
            _write_down(session, row, actor, at)
    return len(changed)


def _enter(session: Session, rows: Iterable[DayRow], at: datetime) -> list[DayRow]:
    known = {row.day: row for row in session.scalars(select(CalendarDay))}
    changed = []
    for row in rows:
        held = known.get(row.day)
        if held is None:
            session.add(CalendarDay(day=row.day, kind=row.kind, name=row.name, document=row.document, edited_at=at))
        elif (held.kind, held.name, held.document) != row[1:]:
            held.kind, held.name, held.document, held.edited_at = row.kind, row.name, row.document, at
        else:
            continue
        changed.append(row)
    session.flush()
    return changed


def add_day(session: Session, *, row: DayRow, actor: str, at: datetime) -> None:
    """Enter one day, or correct it, on the strength of a document."""
    _enter(session, [row], at)
    _write_down(session, row, actor, at)


def _write_down(session: Session, row: DayRow, actor: str, at: datetime) -> None:
    audit.record(
        session, chain=_CHAIN, at=at, actor=actor, action="day_added", subject=row.day.isoformat(),
        kind=row.kind, document=row.document,
    )  # fmt: skip


def remove_day(session: Session, *, day: date, actor: str, at: datetime) -> None:
    """Take a day back that was entered wrongly; ``places.day_unknown`` where it is an ordinary one."""
    held = session.get(CalendarDay, day)
    if held is None:
        raise NotFound("places.day_unknown", day=day.isoformat())
    audit.record(
        session, chain=_CHAIN, at=at, actor=actor, action="day_removed", subject=day.isoformat(),
        kind=held.kind, document=held.document,
    )  # fmt: skip
    session.delete(held)
    session.flush()


def missing_year(session: Session, year: int) -> bool:
    """Tell whether the holidays of a year still have to be loaded."""
    within = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    return session.scalar(select(CalendarDay.day).where(within).limit(1)) is None
