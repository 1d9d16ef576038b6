"""Give roles to staff within a region or at one canteen, and take them back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.access.record import record
from canteen.access.tables import Grant, Role, Staff
from canteen.foundation.errors import Invalid, NotFound


@dataclass(frozen=True)
class Granted:
    """Say which role somebody has, in which region or at which canteen."""

    role: str
    role_name: str
    permissions: frozenset[str]
    region_code: str | None
    canteen_id: int | None


def give(
    session: Session,
    *,
    ref: str,
    role: str,
    actor: str,
    at: datetime,
    region_code: str | None = None,
    canteen_id: int | None = None,
) -> Grant:
    """Give a role at exactly one place.

    Refuses ``access.one_place``, ``access.no_such_role`` and ``access.no_such_staff``; what was given already is
    returned as it is.
    """
    staff_id = _checked(session, ref=ref, role=role, region_code=region_code, canteen_id=canteen_id)
    held = _held(session, staff_id=staff_id, role=role, region_code=region_code, canteen_id=canteen_id)
    if held is not None:
        return held
    grant = Grant(
        staff_id=staff_id,
        role_code=role,
        region_code=region_code,
        canteen_id=canteen_id,
        granted_at=at,
        granted_by=actor,
    )
    session.add(grant)
    session.flush()
    _record(session, "grant.give", grant, ref=ref, actor=actor, at=at)
    return grant


def withdraw(
    session: Session,
    *,
    ref: str,
    role: str,
    actor: str,
    at: datetime,
    region_code: str | None = None,
    canteen_id: int | None = None,
) -> None:
    """Take a role back; it is gone with the next request.

    Refuses ``access.not_granted``.
    """
    staff_id = _checked(session, ref=ref, role=role, region_code=region_code, canteen_id=canteen_id)
    held = _held(session, staff_id=staff_id, role=role, region_code=region_code, canteen_id=canteen_id)
    if held is None:
        raise NotFound("access.not_granted", role=role)
    held.ended_at = at
    session.flush()
    _record(session, "grant.withdraw", held, ref=ref, actor=actor, at=at)


def granted(session: Session, staff_id: int) -> tuple[Granted, ...]:
    """List what somebody was given and still has."""
    rows = session.execute(
        select(Grant, Role)
        .join(Role, Role.code == Grant.role_code)
        .where(Grant.staff_id == staff_id, Grant.ended_at.is_(None))
        .order_by(Grant.id)
    )
    return tuple(
        Granted(role.code, role.name, frozenset(role.permissions), grant.region_code, grant.canteen_id)
        for grant, role in rows
    )


def _checked(session: Session, *, ref: str, role: str, region_code: str | None, canteen_id: int | None) -> int:
    if (region_code is None) == (canteen_id is None):
        raise Invalid("access.one_place")
    if session.get(Role, role) is None:
        raise NotFound("access.no_such_role", role=role)
    staff_id = session.scalar(select(Staff.id).where(Staff.ref == ref, Staff.ended_at.is_(None)))
    if staff_id is None:
        raise NotFound("access.no_such_staff", who=ref)
    return staff_id


def _held(
    session: Session, *, staff_id: int, role: str, region_code: str | None, canteen_id: int | None
) -> Grant | None:
    return session.scalar(
        select(Grant).where(
            Grant.staff_id == staff_id,
            Grant.role_code == role,
            Grant.region_code.is_(None) if region_code is None else Grant.region_code == region_code,
            Grant.canteen_id.is_(None) if canteen_id is None else Grant.canteen_id == canteen_id,
            Grant.ended_at.is_(None),
        )
    )


def _record(session: Session, action: str, grant: Grant, *, ref: str, actor: str, at: datetime) -> None:
    record(
        session,
        action,
        subject=ref,
        actor=actor,
        at=at,
        role=grant.role_code,
        region=grant.region_code or "",
        canteen=grant.canteen_id or 0,
    )
