"""Every edit of a posted row is named by the proof: the book, the number, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, select, text

from canteen import ledger
from canteen.foundation.db import EVERYWHERE, Database
from canteen.ledger import Draft, Leg
from canteen.ledger.tables import Book
from tests import builders as make

CHANGED = {"digest", "chain"}
_STOLEN = (
    "INSERT OR REPLACE INTO postings (book_id, seq, line, account, amount_fen)"
    " SELECT book_id, 2, 1, account, 9 FROM postings WHERE seq = 1 AND line = 1"
)
_ADDED = (
    "INSERT INTO postings (book_id, seq, line, account, amount_fen)"
    " SELECT book_id, 2, 3, '1001', 5 FROM postings WHERE seq = 1 AND line = 1"
)
EDITS = (
    ("UPDATE postings SET amount_fen = amount_fen + 1 WHERE seq = 2 AND line = 1", 2, {"unbalanced", *CHANGED}),
    ("UPDATE postings SET amount_fen = amount_fen * 2 WHERE seq = 2", 2, CHANGED),
    ("UPDATE postings SET account = '1002' WHERE seq = 2 AND line = 1", 2, CHANGED),
    ("UPDATE postings SET funder_code = 'x' WHERE seq = 2 AND line = 1", 2, CHANGED),
    ("UPDATE postings SET line = 3 - line + 10 WHERE seq = 2", 2, CHANGED),
    ("UPDATE journal_entries SET memo = 'other' WHERE seq = 2", 2, CHANGED),
    ("UPDATE journal_entries SET key = 'sale:9' WHERE seq = 2", 2, CHANGED),
    ("UPDATE journal_entries SET service_date = '2026-03-01' WHERE seq = 2", 2, CHANGED),
    ("UPDATE journal_entries SET month = '2026-04' WHERE seq = 2", 2, {"chain"}),
    ("UPDATE journal_entries SET posted_at = '2026-03-02 09:00:00' WHERE seq = 2", 2, {"chain"}),
    ("DELETE FROM postings WHERE seq = 2 AND line = 1", 2, {"unbalanced", "legs", *CHANGED}),
    (_STOLEN, 2, {"unbalanced", *CHANGED}),
    (_ADDED, 2, {"unbalanced", "legs", *CHANGED}),
    ("DELETE FROM journal_entries WHERE seq = 2", 3, {"gap", "chain"}),
    ("DELETE FROM entry_seals WHERE seq = 2", 2, {"unsealed"}),
    ("UPDATE entry_seals SET hash = previous_hash WHERE seq = 2", 2, {"chain"}),
    ("DELETE FROM entry_seals WHERE seq = 3", 3, {"unsealed"}),
    ("UPDATE books SET seq = 2 WHERE seq = 3", 2, {"head"}),
    ("UPDATE books SET hash = 'x' WHERE seq = 3", 3, {"head"}),
)  # fmt: skip


@pytest.fixture
def unguarded(database: Database) -> Iterator[Connection]:
    """Post three sales, then hand out the file as whoever can write it holds it: no trigger, no foreign keys."""
    if database.engine.dialect.name != "sqlite":
        pytest.skip("a file that anybody may write is SQLite's own")
    with database.transaction(EVERYWHERE) as session:
        ledger.load_chart(session)
        make.places.load_regions(session)
        book_id = session.scalars(select(Book.id).where(Book.canteen_id == make.a_canteen(session))).one()
        drafts = [
            Draft(f"sale:{number}", "sale", make.MONDAY, (Leg("1001", 700 + number), Leg("5001.03", -700 - number)))
            for number in range(3)
        ]
        ledger.post(session.connection(), book_id=book_id, drafts=drafts, at=make.NOON)
    engine = create_engine(database.engine.url)
    with engine.connect() as connection:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN (" + _TABLES + ")"
        for name in connection.execute(text(triggers)).scalars().all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.commit()
        yield connection
    engine.dispose()


_TABLES = "'postings', 'journal_entries', 'entry_seals', 'books'"


def test_every_edit_is_named_with_its_entry(unguarded: Connection) -> None:
    assert ledger.verify(unguarded) == ([], 3)
    for edit, seq, kinds in EDITS:
        unguarded.execute(text(edit))
        findings, _ = ledger.verify(unguarded)
        assert {one.kind for one in findings if one.seq == seq} >= kinds, edit
        assert bool(findings) == bool(kinds), edit
        unguarded.rollback()
