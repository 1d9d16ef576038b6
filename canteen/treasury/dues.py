"""Turn what finance accepts into what is owed: in the book of each purse, and as a due that can be paid.

The canteen's book has held the receivable since the meal; the purse's book takes the debt on when finance accepts, for
the same amount by the same document. `mirror` compares the two.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.orm import Session

from canteen import audit, ledger, places, settlement
from canteen.foundation.db import scope_of
from canteen.foundation.errors import NotFound, Refused
from canteen.foundation.references import new_reference
from canteen.ledger import AnyRow, Draft, Leg
from canteen.ledger.tables import Book, JournalEntry, Posting
from canteen.settlement.tables import StatedEntry, Statement
from canteen.treasury.donations import agreement, held_fen, holder_book
from canteen.treasury.signing import held, sign
from canteen.treasury.tables import Due, Opening, StatementStep
from canteen.treasury.write import insert

RECEIVABLE = "1122."
_LEGS = (Posting.book_id == JournalEntry.book_id) & (Posting.seq == JournalEntry.seq)
_AMOUNT = func.sum(Posting.amount_fen)
_BY_ACCOUNT = (
    select(Posting.account, _AMOUNT)
    .join(StatedEntry, (StatedEntry.book_id == Posting.book_id) & (StatedEntry.seq == Posting.seq))
    .where(
        StatedEntry.statement_id == bindparam("id"),
        Posting.account.startswith(RECEIVABLE),
        Posting.funder_code == bindparam("funder"),
    )
    .group_by(Posting.account)
    .order_by(Posting.account)
)
_GRANT = (
    select(Posting.funder_code, Book.canteen_id, JournalEntry.evidence, JournalEntry.service_date, _AMOUNT)
    .select_from(Book)
    .join(JournalEntry, JournalEntry.book_id == Book.id)
    .join(Posting, _LEGS)
    .where(JournalEntry.kind == "grant", JournalEntry.evidence == bindparam("ref"))
    .where(Posting.account.startswith(RECEIVABLE))
    .group_by(Posting.funder_code, Book.canteen_id, JournalEntry.evidence, JournalEntry.service_date)
    .order_by(Posting.funder_code)
)


@dataclass(frozen=True, slots=True)
class BookedGrant:
    """Hold a grant as it lies in a canteen's book."""

    canteen_id: int
    source: str
    on: date
    memo: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class _Debt:
    """Hold what a document makes a purse owe a canteen."""

    kind: str
    funder: str
    canteen_id: int
    source: str
    on: date
    fen: int


def accept(session: Session, *, ref: str, actor: str, at: datetime) -> StatementStep:
    """Accept a statement for finance, and take on what each purse owes by it.

    Refuses as `sign` does.
    """
    step = sign(session, ref=ref, step="accepted", actor=actor, at=at)
    of = held(session, ref=ref)
    _, until = settlement.bounds(of.month)
    last_day = until - timedelta(days=1)
    ledger.load_chart(session)
    for funder, fen in sorted(stated(session.connection(), of).items()):
        debt = _Debt("statement", funder, of.canteen_id, ref, last_day, fen)
        if not _settled(session, of, debt, at):
            _take_on(session, debt, actor, at)
    return step


def accept_grant(session: Session, *, proposal_ref: str, actor: str, at: datetime) -> int:
    """Accept a grant that is in the canteen's book, and return how many purses owe it.

    Refuses ``treasury.no_such_grant`` out of scope, and ``treasury.accepted_already`` for a second time.
    """
    rows: list[AnyRow] = list(session.connection().execute(_GRANT, {"ref": proposal_ref}))
    debts = [_Debt("grant", funder, canteen_id, source, on, int(fen)) for funder, canteen_id, source, on, fen in rows]
    scope = scope_of(session)
    if not debts or not (scope.everywhere or debts[0].canteen_id in scope.canteen_ids):
        raise NotFound("treasury.no_such_grant", ref=proposal_ref)
    if session.scalar(select(Due.id).where(Due.source == proposal_ref)) is not None:
        raise Refused("treasury.accepted_already")
    ledger.load_chart(session)
    for debt in debts:
        _take_on(session, debt, actor, at)
    return len(debts)


def grants_to_accept(session: Session, *, canteen_ids: Collection[int]) -> list[BookedGrant]:
    """List the grants in the books of canteens that finance has not accepted."""
    rows = session.connection().execute(
        select(Book.canteen_id, JournalEntry.evidence, JournalEntry.service_date, JournalEntry.memo, _AMOUNT)
        .select_from(Book)
        .join(JournalEntry, JournalEntry.book_id == Book.id)
        .join(Posting, _LEGS)
        .where(Book.canteen_id.in_(sorted(canteen_ids)), JournalEntry.kind == "grant")
        .where(Posting.account.startswith(RECEIVABLE), JournalEntry.evidence.not_in(select(Due.source)))
        .group_by(Book.canteen_id, JournalEntry.evidence, JournalEntry.service_date, JournalEntry.memo)
        .order_by(JournalEntry.service_date, Book.canteen_id)
    )
    found: list[AnyRow] = list(rows)
    return [BookedGrant(canteen_id, source, on, memo, int(fen)) for canteen_id, source, on, memo, fen in found]


def stated(connection: Connection, of: Statement) -> dict[str, int]:
    """Add up by purse what the entries of a statement made it owe: meals, delivery, the operator's money."""
    rows = connection.execute(
        select(Posting.funder_code, func.sum(Posting.amount_fen))
        .join(StatedEntry, (StatedEntry.book_id == Posting.book_id) & (StatedEntry.seq == Posting.seq))
        .where(
            StatedEntry.statement_id == of.id,
            Posting.account.startswith(RECEIVABLE),
            Posting.funder_code.is_not(None),
        )
        .group_by(Posting.funder_code)
    )
    return {str(funder): int(fen) for funder, fen in rows if fen}


def take_on_opening(session: Session, of: Opening, *, funder: str, fen: int, actor: str, at: datetime) -> None:
    """Let a purse take on what it still owed a canteen when that went live."""
    _take_on(session, _Debt("statement", funder, of.canteen_id, of.ref, of.live_on, fen), actor, at)


def _settled(session: Session, of: Statement, debt: _Debt, at: datetime) -> bool:
    """Settle what a charity owes out of its money that the canteen itself holds, where that is enough."""
    agreed = agreement(session, funder_code=debt.funder)
    if agreed is None or agreed.holder_id != debt.canteen_id:
        return False
    book_id = holder_book(session, debt.funder)
    if not 0 < debt.fen <= held_fen(session, book_id=book_id, funder_code=debt.funder):
        return False
    connection = session.connection()
    parts = connection.execute(_BY_ACCOUNT, {"id": of.id, "funder": debt.funder})
    settled = [Leg(account, -int(fen), debt.funder) for account, fen in parts if fen]
    legs = (Leg(ledger.DONATIONS, debt.fen, debt.funder), *settled)
    draft = Draft(f"donation:{debt.source}:{debt.funder}", "donation_use", debt.on, legs, debt.source)
    ledger.post(connection, book_id=book_id, drafts=[draft], at=at)
    return True


def _take_on(session: Session, debt: _Debt, actor: str, at: datetime) -> None:
    ref = places.canteen_by_id(session, canteen_id=debt.canteen_id).ref
    payable = ledger.account_of_canteen(session, account=ledger.SUBSIDY_PAYABLE, canteen_ref=ref)
    book_id = ledger.book_of_funder(session, funder_code=debt.funder)
    given = min(max(debt.fen, 0), held_fen(session, book_id=book_id, funder_code=debt.funder))
    sides = ((ledger.DONATIONS, given), (ledger.SUBSIDY_EXPENSE, debt.fen - given), (payable, -debt.fen))
    legs = tuple(Leg(account, fen, debt.funder) for account, fen in sides if fen)
    draft = Draft(f"due:{debt.source}", "due", debt.on, legs, debt.source)
    ledger.post(session.connection(), book_id=book_id, drafts=[draft], at=at)
    due = Due(
        ref=new_reference("Y"), kind=debt.kind, funder_code=debt.funder, canteen_id=debt.canteen_id,
        source=debt.source, month=settlement.month_of(debt.on), amount_fen=debt.fen, actor=actor, at=at,
    )  # fmt: skip
    insert(session, due)
    audit.record(
        session, chain=f"region:{debt.funder.partition(':')[0][:6]}", at=at, actor=actor, action="due.accept",
        subject=due.ref, source=debt.source, funder=debt.funder, amount_fen=debt.fen,
    )  # fmt: skip
