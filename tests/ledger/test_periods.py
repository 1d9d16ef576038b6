"""A month is closed step by step, the last by a second person; the database holds to it, whoever writes."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from canteen import ledger
from canteen.foundation.clock import local
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import CanteenError
from canteen.ledger.tables import Book, JournalEntry, Period
from tests import builders as make
from tests.ledger.test_guards import a_draft, close

MARCH, APRIL = "2026-03", local(date(2026, 4, 1), 0, 5)
ROW = {"month": MARCH, "state": "soft_closed", "soft_closed_by": "staff:1"}


@pytest.fixture
def book(database: Database) -> int:
    with database.transaction(EVERYWHERE) as session:
        make.the_nation(session)
        canteen_id = make.a_canteen(session)
        return session.scalars(select(Book.id).where(Book.canteen_id == canteen_id)).one()


def soft_close(database: Database, book: int, actor: str = "staff:1", at=APRIL) -> None:
    with database.transaction(EVERYWHERE) as session:
        ledger.soft_close(session, book_id=book, month=MARCH, actor=actor, at=at)


def close_now(database: Database, book: int, actor: str) -> None:
    with database.transaction(EVERYWHERE) as session:
        ledger.close_period(session, book_id=book, month=MARCH, actor=actor, at=APRIL)


def reopen(database: Database, book: int, reason: str = "漏记一餐") -> None:
    with database.transaction(EVERYWHERE) as session:
        ledger.reopen_period(session, book_id=book, month=MARCH, reason=reason)


def state(database: Database, book: int) -> str:
    with database.reading(EVERYWHERE) as session:
        return ledger.period(session, book_id=book, month=MARCH).state


def refused(code: str):
    return pytest.raises(CanteenError, match=code)


def post(database: Database, book: int, at) -> tuple[str, str]:
    with database.acting() as connection:
        ledger.post(connection, book_id=book, drafts=[a_draft()], at=at)
        return tuple(connection.execute(select(JournalEntry.month, JournalEntry.effect_month)).one())


def test_a_month_is_soft_closed_then_closed_by_another(database: Database, book: int) -> None:
    soft_close(database, book)
    assert state(database, book) == "soft_closed"
    close_now(database, book, "staff:2")
    assert state(database, book) == "closed"


def test_who_soft_closed_does_not_close(database: Database, book: int) -> None:
    soft_close(database, book)
    with refused("ledger.four_eyes"):
        close_now(database, book, "staff:1")


def test_the_database_itself_wants_two_people(database: Database, book: int) -> None:
    soft_close(database, book)
    for closed_by in ("staff:1", None):
        with pytest.raises(DBAPIError, match="four_eyes"), database.acting() as connection:
            connection.execute(update(Period).values(state="closed", closed_by=closed_by))
    with pytest.raises(DBAPIError, match="four_eyes"), database.acting() as connection:
        connection.execute(update(Period).values(state="closed", closed_by="staff:2", soft_closed_by="staff:2"))


@pytest.mark.parametrize("row", [{"state": "closed", "closed_by": "staff:2"}, {"state": "approved", "closed_by": "x"}])
def test_no_month_begins_closed(database: Database, book: int, row: dict[str, str]) -> None:
    with pytest.raises(DBAPIError, match=r"ledger\.period_step"), database.acting() as connection:
        connection.execute(insert(Period).values(book_id=book, **ROW | row))


def test_a_closed_month_neither_opens_nor_goes(database: Database, book: int) -> None:
    close(database, book)
    with refused("ledger.period_not_soft_closed"):
        reopen(database, book)
    for state_again in ("open", "soft_closed", "closed"):
        with pytest.raises(DBAPIError, match=r"ledger\.period_step"), database.acting() as connection:
            connection.execute(update(Period).values(state=state_again))
    with pytest.raises(DBAPIError, match=r"append_only:periods"), database.acting() as connection:
        connection.execute(delete(Period))


def test_a_soft_closed_month_opens_again_with_a_reason_only(database: Database, book: int) -> None:
    soft_close(database, book)
    with refused("ledger.reason_needed"):
        reopen(database, book, " ")
    reopen(database, book)
    assert state(database, book) == "open"
    soft_close(database, book, actor="staff:2")
    close_now(database, book, "staff:1")


def test_a_month_is_closed_once(database: Database, book: int) -> None:
    with refused("ledger.period_not_soft_closed"):
        close_now(database, book, "staff:2")
    soft_close(database, book)
    with refused("ledger.period_not_open"):
        soft_close(database, book)


def test_a_month_is_not_closed_before_it_is_over_in_china(database: Database, book: int) -> None:
    with refused("ledger.month_not_over"):
        soft_close(database, book, at=local(date(2026, 3, 31), 23, 59))
    soft_close(database, book, at=local(date(2026, 4, 1), 0, 1))


def test_a_soft_closed_month_still_takes_its_own_late_entries(database: Database, book: int) -> None:
    soft_close(database, book)
    assert post(database, book, local(date(2026, 4, 3), 9)) == (MARCH, MARCH)


def test_a_late_entry_goes_to_the_month_of_chinas_day(database: Database, book: int) -> None:
    """At five past midnight of the first of April it is still March in Greenwich, and March is closed."""
    close(database, book)
    assert post(database, book, local(date(2026, 4, 1), 0, 5)) == ("2026-04", MARCH)
