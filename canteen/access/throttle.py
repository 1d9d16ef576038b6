"""Make guessing slow: count failed log-ins by username and by address.

An attempt counts as failed until the password proved right, so that attempts sent all at once do not all slip through
before the first of them is counted. An office shares one address behind its router; it may fail more often than one
username before everybody there has to wait. Usernames and addresses are kept as digests only.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from canteen.access.tables import LoginFailure
from canteen.foundation.errors import Refused

WINDOW = timedelta(minutes=15)
PER_USERNAME = 5
PER_ADDRESS = 20


def count(session: Session, *, username: str, place: str, at: datetime) -> None:
    """Count an attempt; refuses ``access.too_many_tries`` with the seconds to wait."""
    subjects = {_of_username(username): PER_USERNAME, _of_place(place): PER_ADDRESS}
    _one_at_a_time(session, *subjects)
    waits = [_wait(session, subject, most, at) for subject, most in subjects.items()]
    if max(waits) > 0:
        raise Refused("access.too_many_tries", seconds=max(waits))
    session.add_all(LoginFailure(subject=subject, at=at) for subject in subjects)
    session.flush()


def forgive(session: Session, *, username: str, place: str, at: datetime) -> None:
    """Forget the failures of a username that logged in.

    For the address only the attempt that turned out right is taken back.
    """
    session.execute(delete(LoginFailure).where(LoginFailure.subject == _of_username(username)))
    session.execute(delete(LoginFailure).where(LoginFailure.subject == _of_place(place), LoginFailure.at == at))


def forget(session: Session, *, at: datetime) -> None:
    """Delete what is too old to count."""
    session.execute(delete(LoginFailure).where(LoginFailure.at < at - WINDOW))


def _one_at_a_time(session: Session, *subjects: str) -> None:
    """Make attempts queue on PostgreSQL until the one before is counted; on SQLite writers queue anyway."""
    if session.get_bind().dialect.name == "postgresql":
        for subject in sorted(subjects):
            session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(subject, 0))))


def _wait(session: Session, subject: str, most: int, at: datetime) -> int:
    recent = (
        select(LoginFailure.at)
        .where(LoginFailure.subject == subject, LoginFailure.at > at - WINDOW)
        .order_by(LoginFailure.at.desc())
        .limit(most)
    )
    times = list(session.scalars(recent))
    if len(times) < most:
        return 0
    return max(1, -((at - times[-1] - WINDOW) // timedelta(seconds=1)))


def _of_username(username: str) -> str:
    return "username:" + hashlib.sha256(username.casefold().encode()).hexdigest()


def _of_place(place: str) -> str:
    return "address:" + hashlib.sha256(place.encode()).hexdigest()
