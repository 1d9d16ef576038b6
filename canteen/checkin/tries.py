"""Slow down the guessing of eight-digit numbers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select

from canteen.checkin.tables import ScanAttempt
from canteen.foundation.columns import UtcDateTime
from canteen.foundation.prepared import Prepared

MOST_TRIES = 10
WITHIN = timedelta(minutes=10)

# How often a device named unknown numbers of late; to be selected along with something else, see `tries_by`.
FAILED_TRIES = (
    select(func.count())
    .select_from(ScanAttempt)
    .where(
        ScanAttempt.device == bindparam("tries_device"),
        ScanAttempt.received_at > bindparam("tries_since", type_=UtcDateTime),
        or_(ScanAttempt.reason == "unknown_code", ScanAttempt.reason == "too_many_tries"),
    )
    .scalar_subquery()
)
_COUNT = Prepared(select(FAILED_TRIES.label("failed")))


def tries_by(device: str, at: datetime) -> dict[str, Any]:
    """Return the values that `FAILED_TRIES` asks for."""
    return {"tries_device": device, "tries_since": at - WITHIN}


def tried_too_often(connection: Connection, *, device: str, at: datetime) -> bool:
    """Tell whether a device named unknown numbers too often of late."""
    return int(_COUNT.first(connection, tries_by(device, at)).failed) >= MOST_TRIES
