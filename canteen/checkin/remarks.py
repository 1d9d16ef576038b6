"""Write down what became of an offline scan, what a person should look at, and the amount that was told."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, insert, select

from canteen import ledger
from canteen.checkin.entries import told_draft
from canteen.checkin.tables import OfflineOutcome, Redemption, ScanException
from canteen.ledger.tables import Book
from canteen.seniors.tables import Person


def keep_outcome(
    connection: Connection,
    *,
    scan_id: str,
    canteen_id: int,
    outcome: str,
    reason: str,
    redemption_ref: str | None,
    at: datetime,
) -> None:
    """Say what became of an offline scan; once, by primary key."""
    row = {
        "scan_id": scan_id,
        "canteen_id": canteen_id,
        "outcome": outcome,
        "reason": reason,
        "redemption_ref": redemption_ref,
        "at": at,
    }
    connection.execute(insert(OfflineOutcome), row)


def keep_exception(
    connection: Connection,
    *,
    scan_id: str,
    kind: str,
    canteen_id: int,
    service_date: date,
    meal: str,
    at: datetime,
    redemption_ref: str | None = None,
    amount_fen: int = 0,
    note: str = "",
) -> None:
    """Name something about a scan that a person should look at."""
    row = {
        "scan_id": scan_id,
        "kind": kind,
        "canteen_id": canteen_id,
        "service_date": service_date,
        "meal": meal,
        "at": at,
        "redemption_ref": redemption_ref,
        "amount_fen": amount_fen,
        "note": note,
    }
    connection.execute(insert(ScanException), row)


def post_told(connection: Connection, *, ref: str, tender: str, told_fen: int, at: datetime) -> int:
    """Keep to the amount that was told for a meal, and return by how much it was too little (negative: too much)."""
    meal = connection.execute(
        select(
            Redemption.own_fen,
            Redemption.service_date,
            Redemption.means,
            Person.ref.label("person_ref"),
            Book.id.label("book_id"),
        )
        .join(Book, Book.canteen_id == Redemption.canteen_id)
        .outerjoin(Person, Person.id == Redemption.person_id)
        .where(Redemption.ref == ref)
    ).one()
    draft = told_draft(
        ref=ref,
        person_ref=meal.person_ref,
        tender=tender,
        means=meal.means,
        told_fen=told_fen,
        own_fen=meal.own_fen,
        service_date=meal.service_date,
    )
    if draft is not None:
        ledger.post(connection, book_id=meal.book_id, drafts=[draft], at=at)
    return int(meal.own_fen) - told_fen
