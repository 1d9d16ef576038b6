"""Take a served meal back: by the same device within fifteen minutes, with everything that hung on it.

The reversal is posted, the chances are given back, the order is open again; all of it new rows, nothing is erased.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from canteen import ledger
from canteen.checkin.answers import Answer, ScanRequest
from canteen.checkin.entries import meal_key, operator_key, told_key
from canteen.checkin.tables import Redemption, RedemptionUndo, ScanAttempt
from canteen.checkin.write import answer_of, write_attempt
from canteen.foundation.db import Database
from canteen.foundation.errors import NotFound, Refused
from canteen.ledger.tables import Book, JournalEntry, Posting
from canteen.orders.tables import Order
from canteen.subsidy.tables import Claim, ClaimRelease

WITHIN = timedelta(minutes=15)


def undo(
    database: Database,
    *,
    scan_id: str,
    redemption_ref: str,
    device: str,
    actor: str,
    at: datetime,
    reason: str = "",
    by_manager: bool = False,
) -> Answer:
    """Take a meal back and return the answer for the counter; the same scan id returns the first answer.

    Refused: ``checkin.undone_already``, ``checkin.undo_too_late`` (after 15 minutes), ``checkin.undo_other_device``; a
    manager may do both with a reason.
    """
    try:
        with database.acting() as connection:
            return undo_on(connection, scan_id, redemption_ref, device, actor, at, reason, by_manager)
    except IntegrityError:
        with database.looking() as connection:
            first = answer_of(connection, scan_id)
        if first is None:
            raise Refused("checkin.undone_already", ref=redemption_ref) from None
        return first


def undo_on(
    connection: Connection,
    scan_id: str,
    redemption_ref: str,
    device: str,
    actor: str,
    at: datetime,
    reason: str,
    by_manager: bool,
) -> Answer:
    """Take a meal back, as `undo` does, within an act that is open already."""
    meal = _meal(connection, redemption_ref)
    if not by_manager:
        _refuse(meal, device, at)
    # From here on nobody changes how this meal was paid, so that everything it posted is seen and reversed.
    ledger.lock_head(connection, book_id=meal.book_id)
    request = ScanRequest(scan_id, redemption_ref, "manual", device, actor, meal.canteen_id, at, at)
    answer = Answer(scan_id, "ok", "undone", {}, meal=meal.meal, kind=meal.kind, redemption_ref=redemption_ref)
    write_attempt(connection, request, answer, person_id=meal.person_id)
    connection.execute(
        insert(RedemptionUndo),
        {
            "redemption_ref": redemption_ref,
            "scan_id": scan_id,
            "canteen_id": meal.canteen_id,
            "at": at,
            "actor": actor,
            "reason": reason,
        },
    )
    _release(connection, redemption_ref, at)
    _reopen(connection, meal, actor, at)
    _reverse(connection, meal, at)
    ledger.give_back(connection, evidence=meal.ref, day=meal.service_date, at=at)
    return answer


def _meal(connection: Connection, ref: str) -> Any:
    row = connection.execute(
        select(Redemption.__table__, ScanAttempt.device, Order.channel, Book.id.label("book_id"))
        .join(ScanAttempt, ScanAttempt.scan_id == Redemption.scan_id)
        .outerjoin(Order, Order.id == Redemption.order_id)
        .join(Book, Book.canteen_id == Redemption.canteen_id)
        .where(Redemption.ref == ref)
    ).one_or_none()
    if row is None:
        raise NotFound("checkin.no_such_meal", ref=ref)
    return row


def _refuse(meal: Any, device: str, at: datetime) -> None:
    if at - meal.happened_at > WITHIN:
        raise Refused("checkin.undo_too_late", ref=meal.ref)
    if meal.device != device:
        raise Refused("checkin.undo_other_device", ref=meal.ref)


def _release(connection: Connection, ref: str, at: datetime) -> None:
    # A claim may have been given back already: by a correction, or when two records of one person were merged.
    held = (
        select(Claim.id)
        .outerjoin(ClaimRelease, ClaimRelease.claim_id == Claim.id)
        .where(Claim.redemption_ref == ref, ClaimRelease.claim_id.is_(None))
    )
    ids = connection.execute(held).scalars().all()
    if ids:
        rows = [{"claim_id": claim_id, "reason": "undone", "at": at} for claim_id in ids]
        connection.execute(insert(ClaimRelease), rows)


def _reopen(connection: Connection, meal: Any, actor: str, at: datetime) -> None:
    if meal.kind in ("extra", "public"):
        return
    state = "cancelled" if meal.channel == "walk_in" else "placed"
    connection.execute(
        update(Order)
        .where(Order.id == meal.order_id)
        .values(state=state, state_at=at, state_by=actor, state_channel="staff")
    )


def _reverse(connection: Connection, meal: Any, at: datetime) -> None:
    book_id = meal.book_id
    entries = connection.execute(
        select(JournalEntry.key, JournalEntry.seq)
        .where(JournalEntry.book_id == book_id, JournalEntry.evidence == meal.ref)
        .order_by(JournalEntry.seq)
    ).all()
    drafts = [_reversal(connection, book_id, meal, entry) for entry in entries]
    if drafts:
        ledger.post(connection, book_id=book_id, drafts=drafts, at=at)


def _reversal(connection: Connection, book_id: int, meal: Any, entry: Any) -> ledger.Draft:
    legs = connection.execute(
        select(Posting.account, Posting.amount_fen, Posting.funder_code, Posting.person_ref)
        .where(Posting.book_id == book_id, Posting.seq == entry.seq)
        .order_by(Posting.line)
    )
    kinds = {meal_key(meal.ref): "meal_undo", operator_key(meal.ref): "operator_undo", told_key(meal.ref): "told_undo"}
    kind = kinds.get(entry.key, "tender_undo")
    if entry.key.startswith("corr:"):
        kind = "correction_undo"
    return ledger.Draft(
        key=f"{entry.key}:undo",
        kind=kind,
        service_date=meal.service_date,
        legs=tuple(ledger.Leg(leg.account, -leg.amount_fen, leg.funder_code, leg.person_ref) for leg in legs),
        evidence=meal.ref,
        corrects_seq=entry.seq,
    )
