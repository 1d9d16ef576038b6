"""Enrol devices at the counter, know them again, and shut lost ones out.

A device holds a random token, we hold its SHA-256, as with log-ins; but a token does not run out, since a log-in that
ends at noon would stop the queue. A revoked device gets no more day packs; what it scanned before is still taken.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from canteen import audit
from canteen.checkin.tables import Device, DeviceHolder
from canteen.foundation.db import Database
from canteen.foundation.errors import Denied, NotFound, Refused
from canteen.foundation.prepared import Prepared
from canteen.foundation.references import new_reference
from canteen.places.tables import Canteen


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Hand over the token of a new device; it is stored nowhere."""

    ref: str
    token: str


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """Say which device a token belongs to; ``staff_id`` is who carries it, None at the counter."""

    ref: str
    name: str
    browser: str
    canteen_id: int
    revoked_at: datetime | None
    staff_id: int | None = None


def enrol_device(
    session: Session, *, canteen_id: int, name: str, browser: str, actor: str, at: datetime, staff_id: int | None = None
) -> Enrolled:
    """Enrol a browser as a device of a canteen, and return its token: of the counter, or of whoever carries meals."""
    token = secrets.token_urlsafe(32)
    device = Device(
        ref=new_reference("V"), name=name, browser=browser, token_digest=_digest(token), canteen_id=canteen_id,
        enrolled_at=at, enrolled_by=actor, waiting=0,
    )  # fmt: skip
    session.add(device)
    session.flush()
    if staff_id is not None:
        session.add(DeviceHolder(device_ref=device.ref, canteen_id=canteen_id, staff_id=staff_id))
    _record(session, device, "device.enrol", actor=actor, at=at)
    return Enrolled(device.ref, token)


def revoke_device(session: Session, *, ref: str, actor: str, at: datetime) -> str:
    """Shut a device out from now on and return its name; ``checkin.no_such_device``, ``checkin.device_revoked``."""
    device = session.scalars(select(Device).where(Device.ref == ref).with_for_update()).one_or_none()
    if device is None:
        raise NotFound("checkin.no_such_device", ref=ref)
    if device.revoked_at is not None:
        raise Refused("checkin.device_revoked", ref=ref)
    device.revoked_at, device.revoked_by = at, actor
    session.flush()
    _record(session, device, "device.revoke", actor=actor, at=at)
    return device.name


def devices(session: Session, *, canteen_id: int) -> list[Device]:
    """List the devices of a canteen, those in use first."""
    found = session.scalars(select(Device).where(Device.canteen_id == canteen_id).order_by(Device.enrolled_at.desc()))
    return sorted(found, key=lambda device: device.revoked_at is not None)


def known_device(database: Database, *, token: str) -> KnownDevice:
    """Return whose token it is, a revoked device's too; Denied ``checkin.unknown_device``."""
    with database.looking() as connection:
        row = _KNOWN.first(connection, {"digest": _digest(token)})
    if row is None:
        raise Denied("checkin.unknown_device")
    return KnownDevice(row.ref, row.name, row.browser, row.canteen_id, row.revoked_at, row.staff_id)


def note_sync(session: Session, *, ref: str, at: datetime, device_at: datetime | None, waiting: int) -> int:
    """Note that a device was in touch, by how many milliseconds its clock is behind, and how much still waits there."""
    device = session.get_one(Device, ref)
    device.seen_at, device.waiting = at, waiting
    if device_at is not None:
        device.skew_ms = (at - device_at) // timedelta(milliseconds=1)
    session.flush()
    return device.skew_ms or 0


_KNOWN = Prepared(
    select(Device.ref, Device.name, Device.browser, Device.canteen_id, Device.revoked_at, DeviceHolder.staff_id)
    .outerjoin(DeviceHolder, DeviceHolder.device_ref == Device.ref)
    .where(Device.token_digest == bindparam("digest"))
)


def _record(session: Session, device: Device, action: str, *, actor: str, at: datetime) -> None:
    canteen_ref = session.scalars(select(Canteen.ref).where(Canteen.id == device.canteen_id)).one()
    audit.record(
        session, chain=f"canteen:{canteen_ref}", at=at, actor=actor, action=action, subject=device.ref,
        device=device.name,
    )  # fmt: skip


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
