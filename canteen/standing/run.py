"""Walk over the patterns of a day, and count whether the result of anybody is missing.

Each person's order is an act of its own, so that one that fails keeps no other from its meal, and a run that died
half-way is simply run again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen import places
from canteen.foundation.clock import service_day
from canteen.foundation.db import EVERYWHERE, Database
from canteen.standing.occur import DONE, HORIZON, occur, pattern_of
from canteen.standing.pauses import paused
from canteen.standing.rules import falls_on
from canteen.standing.tables import StandingOccurrence, StandingOrder, StandingRun

_log = structlog.get_logger("canteen.standing")


@dataclass(frozen=True)
class Report:
    """Say how many results a run expected for a day, and how many came of which kind; nothing may be missing."""

    service_date: date
    expected: int
    placed: int
    refused: int
    kept: int
    missing: int


def run_ahead(database: Database, *, at: datetime) -> list[Report]:
    """Run today and the days of the horizon; a meal whose cut-off has passed is refused as through every door."""
    today = service_day(at)
    return [run(database, service_date=today + timedelta(days=ahead), at=at) for ahead in range(HORIZON + 1)]


def run(database: Database, *, service_date: date, at: datetime) -> Report:
    """Give every pattern that falls on a day its result, and say what is missing."""
    with database.transaction(EVERYWHERE) as session:
        due = _due(session, service_date)
        begun = StandingRun(service_date=service_date, began_at=at, expected=len(due))
        session.add(begun)
        session.flush()
        run_id = begun.id
    for standing_id in due:
        _one(database, standing_id, service_date, at)
    with database.transaction(EVERYWHERE) as session:
        return _counted(session, run_id, due, at)


def _one(database: Database, standing_id: int, day: date, at: datetime) -> None:
    try:
        with database.transaction(EVERYWHERE) as session:
            occur(session, standing_id=standing_id, day=day, at=at)
    except Exception:  # Whatever it is, the next person wants a meal too; it shows as missing.
        _log.exception("a standing order gave no result", standing=standing_id, day=day.isoformat())


def _due(session: Session, day: date) -> list[int]:
    """List the patterns that fall on a day."""
    live = (StandingOrder.ended_at.is_(None), StandingOrder.valid_from <= day)
    rows = session.scalars(select(StandingOrder).where(*live).order_by(StandingOrder.id)).all()
    spans = paused(session, person_ids={row.person_id for row in rows})
    is_holiday = places.calendar(session).is_holiday(day)
    return [
        row.id
        for row in rows
        if falls_on(pattern_of(row), day, is_holiday=is_holiday, pauses=spans.get(row.person_id, ()))
    ]


def _counted(session: Session, run_id: int, due: Sequence[int], at: datetime) -> Report:
    begun = session.get_one(StandingRun, run_id)
    wanted = select(StandingOccurrence.state, StandingOccurrence.outcome, func.count(StandingOccurrence.id)).where(
        StandingOccurrence.standing_id.in_(due), StandingOccurrence.service_date == begun.service_date
    )
    placed = refused = kept = 0
    for state, outcome, count in session.execute(wanted.group_by(StandingOccurrence.state, StandingOccurrence.outcome)):
        if state != "generated":
            kept += count
        elif outcome in DONE:
            placed += count
        elif outcome:
            refused += count
    begun.placed, begun.refused, begun.ended_at = placed, refused, at
    begun.missing = len(due) - placed - refused - kept
    if begun.missing:
        _log.error("standing orders without a result", day=begun.service_date.isoformat(), missing=begun.missing)
    return Report(begun.service_date, len(due), placed, refused, kept, begun.missing)
