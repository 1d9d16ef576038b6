"""Compare the books of purses with those of canteens: what one owes, the other expects.

Of a pair of purse and canteen, the canteen's receivable counts as far as a document that finance accepted covers it;
what is eaten but not yet stated or accepted is no debt yet. Calls no posting code.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Connection, Select, func, select, union_all

from canteen.ledger import CLAWBACK_DUE, CLAWBACK_RECEIVABLE, SUBSIDY_PAYABLE, Finding
from canteen.ledger.tables import Book, JournalEntry, Posting
from canteen.places.tables import Canteen
from canteen.settlement.tables import StatedEntry, Statement
from canteen.treasury.tables import Due

Pair = tuple[str, str]
_LEGS = (Posting.book_id == JournalEntry.book_id) & (Posting.seq == JournalEntry.seq)


def mirror(connection: Connection) -> list[Finding]:
    """Name every pair whose two books differ, with both amounts."""
    books = {code: key for key, code in connection.execute(select(Book.id, Book.funder_code)) if code}
    sides = (
        ("owes", _expected(connection), _kept(connection, SUBSIDY_PAYABLE, -1)),
        ("wants back from", _wanted_back(connection), _kept(connection, CLAWBACK_RECEIVABLE, 1)),
    )
    return [
        Finding("mirror", books.get(pair[0], 0), 0, f"{pair[0]} {verb} {pair[1]} {kept[pair]}, expected {other[pair]}")
        for verb, other, kept in sides
        for pair in sorted(other.keys() | kept.keys())
        if other[pair] != kept[pair]
    ]


def _expected(connection: Connection) -> Counter[Pair]:
    """Add up what canteens' books expect by accepted documents, less what they received for them."""
    accepted = select(Due.source, Due.canteen_id).distinct().subquery()
    in_statements = (
        select(Posting.funder_code, Statement.canteen_id, Posting.amount_fen)
        .join(StatedEntry, (StatedEntry.book_id == Posting.book_id) & (StatedEntry.seq == Posting.seq))
        .join(Statement, Statement.id == StatedEntry.statement_id)
        .join(accepted, accepted.c.source == Statement.ref)
        .where(StatedEntry.is_live, *_receivable())
    )
    by_themselves = (
        select(Posting.funder_code, Book.canteen_id, Posting.amount_fen)
        .join(JournalEntry, _LEGS)
        .join(Book, Book.id == Posting.book_id)
        .join(accepted, (accepted.c.source == JournalEntry.evidence) & (accepted.c.canteen_id == Book.canteen_id))
        .where(*_receivable())
    )
    return _summed(connection, union_all(in_statements, by_themselves).subquery())


def _wanted_back(connection: Connection) -> Counter[Pair]:
    """Add up what canteens' books say must be given back."""
    moved = (
        select(Posting.funder_code, Book.canteen_id, Posting.amount_fen)
        .join(Book, Book.id == Posting.book_id)
        .where(Posting.account == CLAWBACK_DUE, Book.canteen_id.is_not(None))
    )
    found = _summed(connection, moved.subquery())
    return Counter({pair: -fen for pair, fen in found.items()})


def _kept(connection: Connection, heading: str, sign: int) -> Counter[Pair]:
    """Add up a heading of purses' books; the canteen stands in the account."""
    rows = connection.execute(
        select(Book.funder_code, Posting.account, func.sum(Posting.amount_fen))
        .join(Book, Book.id == Posting.book_id)
        .where(Book.funder_code.is_not(None), Posting.account.startswith(heading))
        .group_by(Book.funder_code, Posting.account)
    )
    return Counter(
        {(str(funder), account.removeprefix(f"{heading}.")): sign * int(fen) for funder, account, fen in rows}
    )


def _receivable() -> tuple[Any, ...]:
    return Posting.account.startswith("1122."), Posting.funder_code.is_not(None)


def _summed(connection: Connection, moved: Any) -> Counter[Pair]:
    wanted: Select[Any] = (
        select(moved.c.funder_code, Canteen.ref, func.sum(moved.c.amount_fen))
        .join(Canteen, Canteen.id == moved.c.canteen_id)
        .group_by(moved.c.funder_code, Canteen.ref)
    )
    return Counter({(funder, ref): int(fen) for funder, ref, fen in connection.execute(wanted)})
