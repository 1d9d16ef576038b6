"""List what a person should look at: trays without a code, scans without network that did not go as they should."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.checkin.answers import Answer
from canteen.checkin.tables import ScanAttempt, ScanException


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Show one exception: what, when, about whom (masked), by whom, and about how much."""

    kind: str
    service_date: date
    meal: str
    happened_at: datetime | None
    person_masked: str
    actor: str
    redemption_ref: str | None
    amount_fen: int
    note: str


def anomalies(session: Session, *, canteen_id: int, first: date, last: date, limit: int = 500) -> Sequence[Anomaly]:
    """List the exceptions of a canteen on some days, the newest first."""
    rows = session.execute(
        select(ScanException, ScanAttempt.happened_at, ScanAttempt.actor, ScanAttempt.answer)
        .outerjoin(ScanAttempt, ScanAttempt.scan_id == ScanException.scan_id)
        .where(ScanException.canteen_id == canteen_id, ScanException.service_date.between(first, last))
        .order_by(ScanException.at.desc(), ScanException.scan_id, ScanException.kind)
        .limit(limit)
    )
    return [
        Anomaly(
            kind=one.kind,
            service_date=one.service_date,
            meal=one.meal,
            happened_at=happened_at,
            person_masked=Answer.read(answer).person_masked if answer else "",
            actor=actor or "",
            redemption_ref=one.redemption_ref,
            amount_fen=one.amount_fen,
            note=one.note,
        )
        for one, happened_at, actor, answer in rows
    ]


def anomaly_counts(session: Session, *, canteen_id: int, first: date, last: date) -> dict[str, int]:
    """Count the exceptions of a canteen on some days by kind."""
    rows = session.execute(
        select(ScanException.kind, func.count())
        .where(ScanException.canteen_id == canteen_id, ScanException.service_date.between(first, last))
        .group_by(ScanException.kind)
    )
    return {row[0]: row[1] for row in rows}
