"""Four ways in which other systems changed closed periods, tried here; each ends in the open month or in a refusal."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from canteen import ledger
from canteen.foundation.clock import local
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import CanteenError
from canteen.ledger import Draft, Leg
from canteen.ledger.tables import Book, JournalEntry
from tests import builders as make
from tests.ledger.test_guards import an_entry

APRIL = local(date(2026, 4, 2), 9)


def sale(key: str, fen: int, *, corrects: int | None = None) -> Draft:
    return Draft(key, "sale", make.MONDAY, (Leg("1001", fen), Leg("5001.03", -fen)), None, corrects)


@pytest.fixture
def closed(database: Database) -> tuple[Database, int]:
    """Post a sale of March, and close the month by two."""
    with database.transaction(EVERYWHERE) as session:
        ledger.load_chart(session)
        make.places.load_regions(session)
        book_id = session.scalars(select(Book.id).where(Book.canteen_id == make.a_canteen(session))).one()
        ledger.post(session.connection(), book_id=book_id, drafts=[sale("sale:1", 700)], at=make.NOON)
        ledger.soft_close(session, book_id=book_id, month="2026-03", actor="staff:1", at=APRIL)
        ledger.close_period(session, book_id=book_id, month="2026-03", actor="staff:2", at=APRIL)
    return database, book_id


def post(database: Database, book_id: int, draft: Draft) -> int:
    with database.transaction(EVERYWHERE) as session:
        return ledger.post(session.connection(), book_id=book_id, drafts=[draft], at=APRIL)[0]


def months(database: Database) -> dict[str, tuple[str, str]]:
    with database.reading(EVERYWHERE) as session:
        wanted = select(JournalEntry.key, JournalEntry.month, JournalEntry.effect_month)
        return {key: (month, effect) for key, month, effect in session.execute(wanted)}


def test_closed_books_stay_closed(closed: tuple[Database, int]) -> None:
    database, book_id = closed
    # A fact that is posted again changes no closed period: the same gives its number, another is refused.
    assert post(database, book_id, sale("sale:1", 700)) == 1
    with pytest.raises(CanteenError, match=r"ledger\.key_reused"):
        post(database, book_id, sale("sale:1", 900))
    # A cost that comes late and is dated back goes into the open month, whoever writes.
    assert post(database, book_id, sale("sale:2", 300)) == 2
    with pytest.raises(DBAPIError, match=r"period_closed"), database.transaction(EVERYWHERE) as session:
        session.connection().execute(JournalEntry.__table__.insert(), [an_entry(book_id, seq=3)])
    # A closed period is not opened again to be posted into anew.
    with (
        pytest.raises(CanteenError, match=r"ledger\.period_not_soft_closed"),
        database.transaction(EVERYWHERE) as session,
    ):
        ledger.reopen_period(session, book_id=book_id, month="2026-03", reason="a late bill")
    # A reversal of what lies in a closed period is dated as its fact and posted, and judged, today.
    assert post(database, book_id, sale("sale:1:undo", -700, corrects=1)) == 3
    assert months(database) == {
        "sale:1": ("2026-03", "2026-03"), "sale:2": ("2026-04", "2026-03"), "sale:1:undo": ("2026-04", "2026-03"),
    }  # fmt: skip
    with database.reading(EVERYWHERE) as session:
        assert ledger.verify(session.connection()) == ([], 3)
