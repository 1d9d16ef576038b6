"""Book what the bank did: the transfer reached the canteen, or came back.

Each due is booked in both books: the canteen's bank against its receivables, in the order of their accounts, and the
purse's debt against its bank. A transfer that comes back is reversed leg by leg on the day on which it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from canteen import ledger, places
from canteen.foundation.errors import Invalid, NotFound
from canteen.ledger import Draft, Leg
from canteen.ledger.tables import Book, JournalEntry, Posting
from canteen.settlement.tables import StatedEntry, Statement
from canteen.treasury.batches import Transfer, batch, record, transfers
from canteen.treasury.dues import RECEIVABLE
from canteen.treasury.tables import Due, PaymentBatch, PaymentResult
from canteen.treasury.write import insert

_LEGS = (Posting.book_id == JournalEntry.book_id) & (Posting.seq == JournalEntry.seq)


def confirm_paid(
    session: Session, *, batch_ref: str, operator_ref: str, serial: str, on: date, actor: str, at: datetime
) -> None:
    """State that the bank paid the transfer to an operator, by its serial number, and book it.

    Refuses ``treasury.serial_missing``, ``treasury.no_such_transfer``, ``treasury.step_order`` before the approval.
    """
    if not serial.strip():
        raise Invalid("treasury.serial_missing")
    found, transfer = _transfer(session, batch_ref, operator_ref)
    row = PaymentResult(result="paid", serial=serial.strip(), on_day=on, actor=actor, at=at)
    _note(session, found, transfer, row)
    for due, fen in transfer.items:
        _post(session, found, due, on, at, fen)


def note_return(
    session: Session, *, batch_ref: str, operator_ref: str, reason: str, on: date, actor: str, at: datetime
) -> None:
    """State that the bank returned a transfer, at once or after it was paid; its dues are open again."""
    if not reason.strip():
        raise Invalid("treasury.reason_needed")
    found, transfer = _transfer(session, batch_ref, operator_ref)
    row = PaymentResult(result="returned", reason=reason.strip(), on_day=on, actor=actor, at=at)
    _note(session, found, transfer, row)
    if transfer.result == "paid":
        for due, _ in transfer.items:
            _reverse(session, found, due, on, at)


def _transfer(session: Session, batch_ref: str, operator_ref: str) -> tuple[PaymentBatch, Transfer]:
    found = batch(session, ref=batch_ref)
    book_id = ledger.book_of_funder(session, funder_code=found.funder_code)
    ledger.lock_head(session.connection(), book_id=book_id)
    for transfer in transfers(session, found):
        if transfer.operator.ref == operator_ref:
            return found, transfer
    raise NotFound("treasury.no_such_transfer")


def _note(session: Session, of: PaymentBatch, transfer: Transfer, row: PaymentResult) -> None:
    row.batch_id, row.operator_id = of.id, transfer.operator.id
    insert(session, row)
    record(
        session, of, f"payment.{row.result}", row.actor, row.at, operator=transfer.operator.ref,
        amount_fen=transfer.amount_fen, serial=row.serial, reason=row.reason,
    )  # fmt: skip


def _post(session: Session, of: PaymentBatch, due: Due, on: date, at: datetime, fen: int) -> None:
    connection, funder = session.connection(), due.funder_code
    canteen_ref = places.canteen_by_id(session, canteen_id=due.canteen_id).ref
    book_id = _book(connection, due.canteen_id)
    is_back = due.kind == "clawback"
    laid = [(ledger.CLAWBACK_DUE, fen)] if is_back else _taken(_outstanding(connection, book_id, due), fen)
    received = [Leg(account, -part, funder) for account, part in laid]
    key = f"{of.ref}:{due.ref}"
    memo = f"{of.memo} {of.ref}".strip()
    legs = (Leg(ledger.BANK, fen, funder), *received)
    remitted = Draft(f"remit:{key}", "remittance", on, legs, due.source, None, memo)
    heading = ledger.CLAWBACK_RECEIVABLE if is_back else ledger.SUBSIDY_PAYABLE
    payable = ledger.account_of_canteen(session, account=heading, canteen_ref=canteen_ref)
    legs = (Leg(payable, fen, funder), Leg(ledger.BANK, -fen, funder))
    paid = Draft(f"pay:{key}", "payment", on, legs, due.source, None, memo)
    ledger.post(connection, book_id=book_id, drafts=[remitted], at=at)
    ledger.post(connection, book_id=ledger.book_of_funder(session, funder_code=funder), drafts=[paid], at=at)


def _reverse(session: Session, of: PaymentBatch, due: Due, on: date, at: datetime) -> None:
    connection = session.connection()
    pairs = (
        (_book(connection, due.canteen_id), "remit", "remittance_return"),
        (ledger.book_of_funder(session, funder_code=due.funder_code), "pay", "payment_return"),
    )
    for book_id, prefix, kind in pairs:
        key = f"{prefix}:{of.ref}:{due.ref}"
        rows = connection.execute(
            select(JournalEntry.seq, Posting.account, Posting.amount_fen, Posting.funder_code)
            .join(Posting, _LEGS)
            .where(JournalEntry.book_id == book_id, JournalEntry.key == key)
            .order_by(Posting.line)
        ).all()
        legs = tuple(Leg(row.account, -row.amount_fen, row.funder_code) for row in rows)
        draft = Draft(f"{key}:return", kind, on, legs, due.source, rows[0].seq)
        ledger.post(connection, book_id=book_id, drafts=[draft], at=at)


def _outstanding(connection: Connection, book_id: int, due: Due) -> list[tuple[str, int]]:
    """Return by account what the document of a due made the purse owe in the canteen's book, less what came in."""
    by_account = (Posting.account.startswith(RECEIVABLE), Posting.funder_code == due.funder_code)
    stated = connection.execute(
        select(Posting.account, func.sum(Posting.amount_fen))
        .join(StatedEntry, (StatedEntry.book_id == Posting.book_id) & (StatedEntry.seq == Posting.seq))
        .join(Statement, Statement.id == StatedEntry.statement_id)
        .where(Statement.ref == due.source, *by_account)
        .group_by(Posting.account)
    )
    itself = connection.execute(
        select(Posting.account, func.sum(Posting.amount_fen))
        .join(JournalEntry, _LEGS)
        .where(JournalEntry.book_id == book_id, JournalEntry.evidence == due.source, *by_account)
        .group_by(Posting.account)
    )
    sums: dict[str, int] = {}
    for account, fen in (*stated, *itself):
        sums[account] = sums.get(account, 0) + int(fen)
    return [(account, fen) for account, fen in sorted(sums.items()) if fen]


def _taken(outstanding: list[tuple[str, int]], fen: int) -> Iterator[tuple[str, int]]:
    """Lay a payment on the accounts in their order; those of the other sign are netted first."""
    against = [(account, part) for account, part in outstanding if (part > 0) != (fen > 0)]
    yield from against
    left = fen - sum(part for _, part in against)
    for account, part in ((account, part) for account, part in outstanding if (part > 0) == (fen > 0)):
        taken = min(left, part) if fen > 0 else max(left, part)
        if taken:
            yield account, taken
        left -= taken


def _book(connection: Connection, canteen_id: int) -> int:
    return connection.execute(select(Book.id).where(Book.canteen_id == canteen_id)).scalar_one()
