"""Delete once a day what is of no more use, and follow what was entered early."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from canteen import access, checkin, notices, seniors, tickets
from canteen.foundation import clock

NOTICES_KEPT = timedelta(days=90)
UNREPORTED = timedelta(days=2)

Sweep = Callable[[Session, datetime], None]


def _access(session: Session, at: datetime) -> None:
    access.prune(session, at=at)


def _notices(session: Session, at: datetime) -> None:
    notices.prune(session, before=at - NOTICES_KEPT, unreported=at - UNREPORTED)


def _recordings(session: Session, at: datetime) -> None:
    tickets.forget_recordings(session, at=at)


def _links(session: Session, at: datetime) -> None:
    checkin.prune_links(session, before=at)


def _moves(session: Session, at: datetime) -> None:
    seniors.follow_residences(session, on=clock.service_day(at))


OF_THE_HOUSE: tuple[Sweep, ...] = (_access, _notices, _links, _recordings, _moves)
