"""Find the scan that holds the subsidised meal of a person, to be compared with one that was told later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from canteen.checkin.rules import Sighting
from canteen.checkin.tables import OfflineOutcome, OfflineScan, Redemption, RedemptionUndo, ScanAttempt
from canteen.checkin.tender import tender_of
from canteen.ledger.tables import Book


@dataclass(frozen=True, slots=True)
class Rival:
    """Hold the meal that stands, the scan behind it, and what the counter was told to collect.

    ``origin`` is the id under which the scan was first told, ``scan_id`` the one under which it was booked.
    """

    ref: str
    scan_id: str
    origin: str
    means: str
    device: str
    actor: str
    canteen_id: int
    book_id: int
    service_date: date
    meal: str
    happened_at: datetime
    told_fen: int
    tender: str
    sighting: Sighting


_RIVAL = (
    select(
        Redemption.ref,
        Redemption.scan_id,
        Redemption.means,
        Redemption.served_by,
        Redemption.canteen_id,
        Redemption.service_date,
        Redemption.meal,
        Redemption.happened_at,
        Redemption.own_fen,
        ScanAttempt.device,
        ScanAttempt.received_at,
        Book.id.label("book_id"),
        OfflineScan.scan_id.label("origin"),
        OfflineScan.device_ref,
        OfflineScan.number,
        OfflineScan.received_at.label("told_at"),
        OfflineScan.is_trusted,
        OfflineScan.told_fen,
        OfflineScan.tender.label("told_tender"),
    )
    .join(ScanAttempt, ScanAttempt.scan_id == Redemption.scan_id)
    .join(Book, Book.canteen_id == Redemption.canteen_id)
    .outerjoin(RedemptionUndo, RedemptionUndo.redemption_ref == Redemption.ref)
    .outerjoin(OfflineOutcome, OfflineOutcome.redemption_ref == Redemption.ref)
    .outerjoin(OfflineScan, OfflineScan.scan_id == OfflineOutcome.scan_id)
)


def rival_of(connection: Connection, *, person_id: int, service_date: date, meal: str) -> Rival | None:
    """Return the meal of a person and period that stands, None where there is none."""
    row = connection.execute(
        _RIVAL.where(
            Redemption.person_id == person_id,
            Redemption.service_date == service_date,
            Redemption.meal == meal,
            Redemption.kind == "meal",
            RedemptionUndo.redemption_ref.is_(None),
        ).order_by(Redemption.id)
    ).first()
    if row is None:
        return None
    is_told = row.origin is not None
    told_fen = row.own_fen if row.told_fen is None else row.told_fen
    tender = tender_of(connection, row.ref)[0]
    if tender == "free" and told_fen:
        # The meal itself cost nothing, but the counter had told an amount and took it.
        tender = row.told_tender if row.told_tender not in ("", "free") else "cash"
    return Rival(
        ref=row.ref,
        scan_id=row.scan_id,
        origin=row.origin or row.scan_id,
        means=row.means,
        device=row.device,
        actor=row.served_by,
        canteen_id=row.canteen_id,
        book_id=row.book_id,
        service_date=row.service_date,
        meal=row.meal,
        happened_at=row.happened_at,
        told_fen=told_fen,
        tender=tender,
        sighting=Sighting(
            scan_id=row.origin or row.scan_id,
            device=row.device_ref or row.device,
            number=row.number or 0,
            dated_at=row.happened_at,
            received_at=row.told_at or row.received_at,
            is_trusted=row.is_trusted if is_told else True,
        ),
    )
