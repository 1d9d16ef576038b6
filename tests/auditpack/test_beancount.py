"""A program that is not ours adds the books up again and agrees."""

from __future__ import annotations

from decimal import Decimal

from beancount import loader
from beancount.core.data import Transaction
from sqlalchemy import select

from canteen import auditpack
from canteen.foundation.db import EVERYWHERE, Database
from canteen.ledger.tables import Book, JournalEntry, Posting
from tests.auditpack.packs import a_month


def exported(database: Database) -> str:
    with database.reading(EVERYWHERE) as session:
        book = session.scalars(select(Book).where(Book.canteen_id.is_not(None))).one()
        return "\n".join(auditpack.beancount(session.connection(), book_id=book.id, title='幸福里"食堂"\\')) + "\n"


def test_beancount_balances_every_entry_and_every_month(database: Database) -> None:
    a_month(database)
    entries, errors, _ = loader.load_string(exported(database))
    assert errors == []
    with database.reading(EVERYWHERE) as session:
        numbers = set(session.scalars(select(JournalEntry.seq)))
        fens = sum(abs(fen) for fen in session.scalars(select(Posting.amount_fen)))
    transactions = [entry for entry in entries if isinstance(entry, Transaction)]
    assert {int(entry.meta["seq"]) for entry in transactions} == numbers
    units = [posting.units for entry in transactions for posting in entry.postings]
    assert sum(abs(unit.number) for unit in units if unit is not None) == Decimal(fens) / 100


def test_a_balance_that_is_off_is_told_by_beancount(database: Database) -> None:
    a_month(database)
    text = exported(database)
    line = next(line for line in text.splitlines() if " balance Assets:A1001 " in line)
    wrong = line.rsplit("  ", 1)[0] + "  0.01 CNY"
    _, errors, _ = loader.load_string(text.replace(line, wrong))
    assert len(errors) == 1
