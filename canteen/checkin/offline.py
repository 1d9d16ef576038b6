"""Keep what devices scanned without network, whatever is wrong with it.

The first step of an upload: every record is stored as it came, before anything is decided. The first report of an id
stands, so that an upload may be cut, repeated and turned round. `settle` then decides, one scan at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from canteen.checkin.code import plain_digits
from canteen.checkin.devices import KnownDevice
from canteen.checkin.rules import Sighting, dated, precedence
from canteen.checkin.tables import Device, OfflineScan
from canteen.foundation.db import vault_of

_INSERT: dict[str, Any] = {
    "sqlite": sqlite.insert(OfflineScan).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(OfflineScan).on_conflict_do_nothing(),
}
_TAIL = 4


@dataclass(frozen=True, slots=True)
class Report:
    """Hold one scan as a device reports it; ``told_fen`` is the amount that the counter was told, None for none.

    ``skew_ms`` is by how much the device knew itself to be behind when it scanned.
    """

    scan_id: str
    number: int
    code: str
    means: str
    intent: str
    verdict: str
    reason: str
    told_fen: int | None
    tender: str
    staff: str
    happened_at: datetime
    skew_ms: int | None


@dataclass(frozen=True, slots=True)
class Kept:
    """Hold a kept scan as it is settled: the code in clear, dated by our clock."""

    scan_id: str
    code: str
    code_tail: str
    means: str
    verdict: str
    reason: str
    intent: str
    told_fen: int | None
    tender: str
    device_ref: str
    browser: str
    canteen_id: int
    dated_at: datetime
    is_trusted: bool
    is_after_revocation: bool
    sighting: Sighting


def keep(
    session: Session, *, device: KnownDevice, reports: Sequence[Report], sent_at: datetime, received_at: datetime
) -> None:
    """Store reports as they came; what is stored already under its id is left as it was first told."""
    if not reports:
        return
    connection, vault = session.connection(), vault_of(session)
    rows = []
    for report in reports:
        row = _row(report, device, sent_at, received_at)
        rows.append({**row, "code_sealed": vault.seal(report.code)})
    connection.execute(_INSERT[connection.dialect.name], rows)


def kept(session: Session, *, scan_ids: Sequence[str]) -> list[Kept]:
    """Return kept scans in the order in which they take precedence."""
    vault = vault_of(session)
    found = session.connection().execute(
        select(OfflineScan.__table__, Device.browser, Device.revoked_at)
        .join(Device, Device.ref == OfflineScan.device_ref)
        .where(OfflineScan.scan_id.in_(scan_ids))
    )
    scans = [_kept(row, vault.open(row.code_sealed)) for row in found]
    return sorted(scans, key=lambda scan: precedence(scan.sighting))


def _row(report: Report, device: KnownDevice, sent_at: datetime, received_at: datetime) -> dict[str, Any]:
    skew = None if report.skew_ms is None else timedelta(milliseconds=report.skew_ms)
    when = dated(report.happened_at, sent_at=sent_at, received_at=received_at, skew=skew)
    return {
        "scan_id": report.scan_id,
        "device_ref": device.ref,
        "canteen_id": device.canteen_id,
        "number": report.number,
        "code_tail": plain_digits(report.code)[-_TAIL:],
        "means": report.means,
        "intent": report.intent,
        "verdict": report.verdict,
        "reason": report.reason,
        "told_fen": report.told_fen,
        "tender": report.tender,
        "staff": report.staff,
        "happened_at": report.happened_at,
        "sent_at": sent_at,
        "received_at": received_at,
        "dated_at": when.at,
        "is_trusted": when.is_trusted,
    }


def _kept(row: Any, code: str) -> Kept:
    return Kept(
        scan_id=row.scan_id,
        code=code,
        code_tail=row.code_tail,
        means=row.means,
        verdict=row.verdict,
        reason=row.reason,
        intent=row.intent,
        told_fen=row.told_fen,
        tender=row.tender,
        device_ref=row.device_ref,
        browser=row.browser,
        canteen_id=row.canteen_id,
        dated_at=row.dated_at,
        is_trusted=row.is_trusted,
        is_after_revocation=row.revoked_at is not None and row.dated_at >= row.revoked_at,
        sighting=Sighting(
            row.scan_id, row.device_ref, row.number, row.dated_at, row.received_at, is_trusted=row.is_trusted
        ),
    )
