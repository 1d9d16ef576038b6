"""Begin, recognise and end log-ins.

The browser holds a random token, we hold its SHA-256: a stolen copy of the table logs nobody in. A session ends twelve
hours after it was last used, or at once when the person or an administrator says so.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, select, update
from sqlalchemy.orm import Session

from canteen.access import throttle
from canteen.access.grants import Granted
from canteen.access.passwords import matches
from canteen.access.record import record
from canteen.access.scope import scope_of_grants, with_canteens
from canteen.access.tables import Grant, Role, Staff, StaffSession
from canteen.foundation.db import EVERYWHERE, Database, Scope
from canteen.foundation.errors import Denied, NotFound
from canteen.foundation.prepared import Prepared

IDLE = timedelta(hours=12)

# A session is not written to at every request; within this time nobody notices.
_GRAIN = timedelta(minutes=5)
_KEPT_AFTER_END = timedelta(days=30)


@dataclass(frozen=True)
class LogIn:
    """Hand over the token of a new session; it is stored nowhere."""

    token: str
    staff_id: int
    expires_at: datetime


@dataclass(frozen=True)
class Present:
    """Say who a valid token belongs to, what they may do, and how far they see while doing it."""

    staff_id: int
    ref: str
    username: str
    name: str
    permissions: frozenset[str]
    scope: Scope


def log_in(database: Database, *, username: str, password: str, place: str, at: datetime) -> LogIn:
    """Log in by username and password, in transactions of its own.

    The attempt stays counted whatever becomes of it, and no lock is held while argon2 works. Refuses
    ``access.wrong_login`` for an unknown username, an ended account and a wrong password alike, and
    ``access.too_many_tries``.
    """
    with database.transaction(EVERYWHERE) as session:
        throttle.count(session, username=username, place=place, at=at)
        staff = session.scalar(select(Staff).where(Staff.username == username, Staff.ended_at.is_(None)))
        password_hash = staff.password_hash if staff else None
    if not matches(password_hash, password) or staff is None:
        raise Denied("access.wrong_login")
    with database.transaction(EVERYWHERE) as session:
        throttle.forgive(session, username=username, place=place, at=at)
        return _begin(session, staff_id=staff.id, place=place, at=at)


def log_in_as(session: Session, *, username: str, place: str, at: datetime) -> LogIn:
    """Log in without a password, as only a demonstration offers.

    Refuses ``access.no_such_staff``.
    """
    staff_id = session.scalar(select(Staff.id).where(Staff.username == username, Staff.ended_at.is_(None)))
    if staff_id is None:
        raise NotFound("access.no_such_staff", who=username)
    return _begin(session, staff_id=staff_id, place=place, at=at)


def carry_along(session: Session, *, by: timedelta, at: datetime) -> None:
    """Let the log-ins that live at an instant live on where the clock of a demonstration was moved to."""
    live = (StaffSession.ended_at.is_(None), StaffSession.expires_at > at)
    for row in session.scalars(select(StaffSession).where(*live)):
        row.seen_at, row.expires_at = row.seen_at + by, row.expires_at + by


def present(database: Database, *, token: str, at: datetime, permission: str | None = None) -> Present | None:
    """Tell whose session a token is, and let it live on; None if invalid.

    Log-in, grants and roles are read by one statement at each request, so that whatever an administrator ends or
    withdraws is gone with the next one. The scope is that of the permission, if one is named.
    """
    digest = _digest(token)
    with database.looking() as connection:
        rows = _PRESENT.all(connection, {"digest": digest, "at": at})
    if not rows:
        return None
    if at - rows[0].seen_at >= _GRAIN:
        _prolong(database, digest=digest, at=at)
    return _present(database, rows, permission)


_PRESENT = Prepared(
    select(
        StaffSession.seen_at,
        Staff.id,
        Staff.ref,
        Staff.username,
        Staff.name,
        Role.code.label("role"),
        Role.name.label("role_name"),
        Role.permissions,
        Grant.region_code,
        Grant.canteen_id,
    )
    .join(Staff, Staff.id == StaffSession.staff_id)
    .outerjoin(Grant, (Grant.staff_id == Staff.id) & Grant.ended_at.is_(None))
    .outerjoin(Role, Role.code == Grant.role_code)
    .where(
        StaffSession.token_digest == bindparam("digest"),
        StaffSession.ended_at.is_(None),
        StaffSession.expires_at > bindparam("at"),
        Staff.ended_at.is_(None),
    )
    .order_by(Grant.id)
)


def _present(database: Database, rows: Sequence[Any], permission: str | None) -> Present:
    who = rows[0]
    grants = tuple(
        Granted(row.role, row.role_name, frozenset(row.permissions), row.region_code, row.canteen_id)
        for row in rows
        if row.role is not None
    )
    scope = scope_of_grants(grants, permission)
    if scope.region_prefixes:
        with database.reading(EVERYWHERE) as session:
            scope = with_canteens(session, scope)
    permissions = frozenset[str]().union(*(grant.permissions for grant in grants))
    return Present(who.id, who.ref, who.username, who.name, permissions, scope)


def log_out(session: Session, *, token: str, at: datetime) -> None:
    """End the session of this token; an unknown one is as good as ended."""
    _end(session, StaffSession.token_digest == _digest(token), at)


def end_all(session: Session, *, ref: str, actor: str, at: datetime) -> None:
    """End every log-in of a staff member at once; refuses ``access.no_such_staff``."""
    staff_id = session.scalar(select(Staff.id).where(Staff.ref == ref))
    if staff_id is None:
        raise NotFound("access.no_such_staff", who=ref)
    end_sessions(session, staff_id=staff_id, at=at)
    record(session, "staff.log_out", subject=ref, actor=actor, at=at)


def end_sessions(session: Session, *, staff_id: int, at: datetime) -> None:
    """End the log-ins of an account as part of an act that is recorded by itself."""
    _end(session, StaffSession.staff_id == staff_id, at)


def prune(session: Session, *, at: datetime) -> None:
    """Delete sessions that are long over and failed log-ins that count no more."""
    session.execute(delete(StaffSession).where(StaffSession.expires_at < at - _KEPT_AFTER_END))
    throttle.forget(session, at=at)


def _begin(session: Session, *, staff_id: int, place: str, at: datetime) -> LogIn:
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            token_digest=_digest(token),
            staff_id=staff_id,
            began_at=at,
            seen_at=at,
            expires_at=at + IDLE,
            place=place,
        )
    )
    session.flush()
    return LogIn(token=token, staff_id=staff_id, expires_at=at + IDLE)


def _prolong(database: Database, *, digest: str, at: datetime) -> None:
    with database.transaction(EVERYWHERE) as session:
        session.execute(
            update(StaffSession)
            .where(StaffSession.token_digest == digest, StaffSession.ended_at.is_(None))
            .values(seen_at=at, expires_at=at + IDLE)
        )


def _end(session: Session, which: ColumnElement[bool], at: datetime) -> None:
    session.execute(update(StaffSession).where(which, StaffSession.ended_at.is_(None)).values(ended_at=at))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
