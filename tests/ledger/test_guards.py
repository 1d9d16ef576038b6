"""What the database refuses, whoever writes and however."""

from __future__ import annotations

from datetime import UTC, date

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from canteen import ledger
from canteen.foundation.clock import local
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import Conflict
from canteen.ledger import chart
from canteen.ledger.tables import Book, EntrySeal, JournalEntry, Posting
from canteen.subsidy.tables import Claim
from tests import builders as make


@pytest.fixture
def book(database: Database) -> int:
    with database.transaction(EVERYWHERE) as session:
        make.the_nation(session)
        canteen_id = make.a_canteen(session)
        return session.scalars(select(Book.id).where(Book.canteen_id == canteen_id)).one()


def a_draft(key: str = "till:1", amount: int = 500) -> ledger.Draft:
    legs = (ledger.Leg(chart.TILL, amount), ledger.Leg(chart.OWN_REVENUE, -amount))
    return ledger.Draft(key, "meal", make.MONDAY, legs, evidence="M-1")


def an_entry(book: int, seq: int = 1, key: str = "by hand") -> dict[str, object]:
    return {
        "book_id": book, "seq": seq, "key": key, "request_digest": "", "kind": "meal", "service_date": make.MONDAY,
        "month": "2026-03", "effect_month": "2026-03", "posted_at": make.NOON, "memo": "",
    }  # fmt: skip


def a_leg(book: int, line: int, amount: int, seq: int = 1, account: str = chart.TILL) -> dict[str, object]:
    return {"book_id": book, "seq": seq, "line": line, "account": account, "amount_fen": amount, "evidence": "M-1"}


def a_seal(book: int, count: int, seq: int = 1) -> dict[str, object]:
    return {"book_id": book, "seq": seq, "posting_count": count, "previous_hash": "0" * 64, "hash": "1" * 64}


def write(database: Database, *statements: object) -> None:
    with database.acting() as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[call-overload]


def close(database: Database, book: int, month: str = "2026-03") -> None:
    at = make.at(make.MONDAY.replace(month=4), 9)
    with database.transaction(EVERYWHERE) as session:
        ledger.soft_close(session, book_id=book, month=month, actor="staff:1", at=at)
        ledger.close_period(session, book_id=book, month=month, actor="staff:2", at=at)


def posted(database: Database, book: int) -> None:
    with database.acting() as connection:
        ledger.post(connection, book_id=book, drafts=[a_draft()], at=make.NOON)


def test_a_balanced_entry_is_posted_and_proved(database: Database, book: int) -> None:
    posted(database, book)
    with database.reading(EVERYWHERE) as session:
        assert ledger.verify(session.connection()) == ([], 1)


def test_an_unbalanced_entry_is_refused(database: Database, book: int) -> None:
    with pytest.raises(DBAPIError, match=r"ledger\.unbalanced"):
        write(
            database,
            insert(JournalEntry).values(an_entry(book)),
            insert(Posting).values([a_leg(book, 1, 500), a_leg(book, 2, -400)]),
            insert(EntrySeal).values(a_seal(book, 2)),
        )


def test_an_entry_without_postings_is_refused(database: Database, book: int) -> None:
    with pytest.raises(DBAPIError, match=r"ledger\."):
        write(database, insert(JournalEntry).values(an_entry(book)), insert(EntrySeal).values(a_seal(book, 0)))


def test_an_entry_without_a_seal_does_not_commit(database: Database, book: int) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"):
        write(
            database,
            insert(JournalEntry).values(an_entry(book)),
            insert(Posting).values([a_leg(book, 1, 500), a_leg(book, 2, -500)]),
        )


def test_a_number_out_of_turn_is_refused(database: Database, book: int) -> None:
    with pytest.raises(DBAPIError, match=r"ledger\.broken_chain"):
        write(
            database,
            insert(JournalEntry).values(an_entry(book, seq=2)),
            insert(Posting).values([a_leg(book, 1, 500, seq=2), a_leg(book, 2, -500, seq=2)]),
            insert(EntrySeal).values(a_seal(book, 2, seq=2)),
        )


def test_a_posting_after_the_seal_is_refused(database: Database, book: int) -> None:
    posted(database, book)
    with pytest.raises(DBAPIError, match=r"ledger\.sealed"):
        write(database, insert(Posting).values(a_leg(book, 3, 1)))


@pytest.mark.parametrize("table", [JournalEntry, Posting, EntrySeal])
def test_what_is_posted_cannot_be_changed_or_deleted(
    database: Database, book: int, table: type[JournalEntry | Posting | EntrySeal]
) -> None:
    posted(database, book)
    for statement in (update(table).values(seq=7), delete(table)):
        with pytest.raises(DBAPIError, match=r"append_only|permission denied"):
            write(database, statement)


def test_replace_cannot_steal_a_posting(database: Database, book: int) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite knows INSERT OR REPLACE")
    posted(database, book)
    values = "(book_id, seq, line, account, amount_fen, evidence) VALUES (1, 1, 1, '1001', 999, 'M-1')"
    for pragma in ("ON", "OFF"):
        with database.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql(f"PRAGMA recursive_triggers = {pragma}")
            with pytest.raises(DBAPIError, match=r"exists:postings|append_only|ledger\.sealed"):
                connection.exec_driver_sql(f"INSERT OR REPLACE INTO postings {values}")


def test_subsidy_without_evidence_is_refused(database: Database, book: int) -> None:
    leg = a_leg(book, 1, 500, account=chart.BUDGET_RECEIVABLE) | {"evidence": None}
    with pytest.raises(DBAPIError, match="evidence"):
        write(database, insert(JournalEntry).values(an_entry(book)), insert(Posting).values(leg))


def test_a_closed_month_takes_no_entry_and_a_late_fact_goes_to_the_open_one(database: Database, book: int) -> None:
    close(database, book)
    with pytest.raises(DBAPIError, match=r"ledger\.period_closed"):
        write(database, insert(JournalEntry).values(an_entry(book)))
    with database.acting() as connection:
        ledger.post(connection, book_id=book, drafts=[a_draft()], at=make.at(make.MONDAY.replace(month=4), 9))
        row = connection.execute(select(JournalEntry.month, JournalEntry.effect_month)).one()
    assert tuple(row) == ("2026-04", "2026-03")


def test_the_same_fact_posts_once(database: Database, book: int) -> None:
    with database.acting() as connection:
        first = ledger.post(connection, book_id=book, drafts=[a_draft()], at=make.NOON)
        again = ledger.post(connection, book_id=book, drafts=[a_draft()], at=make.at(make.MONDAY, 13))
    assert first == again == [1]


def test_the_same_key_for_another_fact_is_a_conflict(database: Database, book: int) -> None:
    posted(database, book)
    with pytest.raises(Conflict, match=r"ledger\.key_reused"), database.acting() as connection:
        ledger.post(connection, book_id=book, drafts=[a_draft(amount=600)], at=make.NOON)


def test_a_late_fact_is_posted_to_the_local_month_of_its_arrival() -> None:
    just_after_midnight = local(date(2026, 4, 1), 0, 30)
    assert just_after_midnight.astimezone(UTC).month == 3
    assert ledger.posting_month(date(2026, 3, 31), just_after_midnight, "closed") == "2026-04"


def test_the_application_role_cannot_empty_the_books(database: Database, book: int) -> None:
    if database.engine.dialect.name != "postgresql":
        pytest.skip("SQLite knows neither roles nor TRUNCATE")
    posted(database, book)
    with pytest.raises(DBAPIError, match=r"append_only|permission denied"):
        write(database, text("TRUNCATE postings"))


def test_a_chance_is_taken_once_and_again_only_after_it_was_given_back(database: Database) -> None:
    with database.transaction(EVERYWHERE) as session:
        make.the_nation(session)
        person = make.a_senior(session)

    claim = {
        "person_id": person, "counter": "meal", "window": "2026-03-02/lunch", "ordinal": 1, "round": 1,
        "service_date": make.MONDAY, "meal": "lunch", "redemption_ref": "M-1", "used": "",
    }  # fmt: skip
    write(database, insert(Claim).values(claim))
    with pytest.raises(DBAPIError, match=r"exists:claims|uq_claims_chance"):
        write(database, insert(Claim).values(claim))
    with pytest.raises(DBAPIError, match=r"claims\.not_released"):
        write(database, insert(Claim).values(claim | {"round": 2}))
