"""Add staff accounts, change their passwords, end them."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.access.passwords import hashed
from canteen.access.record import record
from canteen.access.sessions import end_sessions
from canteen.access.tables import Staff
from canteen.foundation.errors import Invalid, NotFound, Refused
from canteen.foundation.references import new_reference

_USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,30}")


def add(session: Session, *, username: str, name: str, password: str, actor: str, at: datetime) -> Staff:
    """Open an account.

    Refuses ``access.username_malformed``, ``access.username_taken`` and ``access.password_too_weak``. The username of
    an ended account stays taken, so that the audit log never speaks of two people by one name.
    """
    if not _USERNAME.fullmatch(username):
        raise Invalid("access.username_malformed", username=username)
    if session.scalar(select(Staff.id).where(Staff.username == username)) is not None:
        raise Refused("access.username_taken", username=username)
    staff = Staff(
        ref=new_reference("S"),
        username=username,
        name=name,
        password_hash=hashed(password, username=username),
    )
    session.add(staff)
    session.flush()
    record(session, "staff.add", subject=staff.ref, actor=actor, at=at)
    return staff


def change_password(session: Session, *, ref: str, password: str, actor: str, at: datetime) -> None:
    """Set a new password and end every log-in made with the old one."""
    staff = _by_ref(session, ref)
    staff.password_hash = hashed(password, username=staff.username)
    end_sessions(session, staff_id=staff.id, at=at)
    record(session, "staff.password", subject=ref, actor=actor, at=at)


def end(session: Session, *, ref: str, actor: str, at: datetime) -> None:
    """Close an account and end its log-ins at once; a closed one stays closed."""
    staff = _by_ref(session, ref)
    if staff.ended_at is not None:
        return
    staff.ended_at = at
    end_sessions(session, staff_id=staff.id, at=at)
    record(session, "staff.end", subject=ref, actor=actor, at=at)


def find(session: Session, *, username: str) -> Staff:
    """Return an account by its username; refuses ``access.no_such_staff``."""
    staff = session.scalar(select(Staff).where(Staff.username == username))
    if staff is None:
        raise NotFound("access.no_such_staff", who=username)
    return staff


def listed(session: Session) -> list[Staff]:
    """List the accounts that are open, by name of log-in."""
    return list(session.scalars(select(Staff).where(Staff.ended_at.is_(None)).order_by(Staff.username)))


def _by_ref(session: Session, ref: str) -> Staff:
    staff = session.scalar(select(Staff).where(Staff.ref == ref))
    if staff is None:
        raise NotFound("access.no_such_staff", who=ref)
    return staff
