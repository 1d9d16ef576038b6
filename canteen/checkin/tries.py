"""Slow down the guessing of eight-digit numbers."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from canteen.checkin.tables import ScanAttempt

MOST_TRIES = 10
WITHIN = timedelta(minutes=10)


def tried_too_often(connection: Connection, *, device: str, at: datetime) -> bool:
    """Tell whether a device named unknown numbers too often of late."""
    count = connection.execute(
        select(func.count())
        .select_from(ScanAttempt)
        .where(
            ScanAttempt.device == device,
            ScanAttempt.received_at > at - WITHIN,
            ScanAttempt.reason.in_(("unknown_code", "too_many_tries")),
        )
    ).scalar_one()
    return count >= MOST_TRIES
