"""What was frozen is rebuilt from the books, and a changed book is found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from canteen import ledger, settlement
from canteen.cli.resting import triggers_rest
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import CanteenError
from canteen.foundation.secrecy import Vault, development_key
from canteen.ledger import Finding
from canteen.ledger.tables import EntrySeal, JournalEntry, Posting
from canteen.seniors.tables import Person
from canteen.settlement import Reproduction
from canteen.settlement.tables import StatedEntry, Statement
from tests import builders as make
from tests import postgresql
from tests.settlement import months
from tests.settlement.months import AFTER, MONTH

BOOKED = [row.__table__ for row in (Posting, JournalEntry, EntrySeal, StatedEntry, Statement)]


@contextmanager
def tampering(database: Database) -> Iterator[Connection]:
    """Write as somebody who owns the database: triggers and foreign keys rest."""
    owner = Database(owner_url(database.engine.url.render_as_string(hide_password=False)))
    with owner.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("BEGIN")
        with triggers_rest(connection, BOOKED):
            yield connection
        connection.commit()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")
    owner.dispose()


def owner_url(url: str) -> str:
    return postgresql.owner_url(url) if url.startswith("postgresql") else url


def proved(database: Database) -> list[Finding]:
    with database.reading(EVERYWHERE) as session:
        return ledger.verify(session.connection())[0]


def rebuilt(database: Database, ref: str) -> Reproduction:
    with database.reading(EVERYWHERE) as session:
        return settlement.reproduce(session, ref=ref)


@pytest.fixture
def ref(database: Database) -> str:
    world = months.a_lived_month(database)
    with database.transaction(EVERYWHERE) as session:
        canteen_id = world.town.canteen_id
        return settlement.freeze(session, canteen_id=canteen_id, month=MONTH, actor="staff:li", at=AFTER).ref


def test_a_frozen_statement_is_rebuilt_byte_for_byte(database: Database, ref: str) -> None:
    found = rebuilt(database, ref)
    assert found.is_equal
    assert found.digest == found.rebuilt_digest


def test_a_corrected_name_changes_no_statement(database: Database, ref: str) -> None:
    with database.transaction(EVERYWHERE) as session:
        for person in session.scalars(select(Person)):
            person.name = "某某某"
    assert rebuilt(database, ref).is_equal


def test_an_unknown_number_is_not_found(database: Database, ref: str) -> None:
    with pytest.raises(CanteenError) as refusal:
        rebuilt(database, ref + "X")
    assert refusal.value.code == "settlement.no_such_statement"


def test_an_honest_book_has_no_findings(database: Database, ref: str) -> None:
    assert proved(database) == []


def test_a_flipped_amount_is_found_in_book_and_statement(database: Database, ref: str) -> None:
    with tampering(database) as connection:
        connection.exec_driver_sql("UPDATE postings SET amount_fen = amount_fen + 1 WHERE seq = 1 AND line = 1")
    assert {(finding.seq, finding.kind) for finding in proved(database)} >= {(1, "unbalanced"), (1, "digest")}
    found = rebuilt(database, ref)
    assert not found.is_equal
    assert "lines" in found.differing


def test_two_amounts_that_still_balance_are_found(database: Database, ref: str) -> None:
    with tampering(database) as connection:
        connection.exec_driver_sql("UPDATE postings SET amount_fen = 2 * amount_fen WHERE seq = 1")
    assert {finding.kind for finding in proved(database)} == {"digest", "chain"}
    assert not rebuilt(database, ref).is_equal


def test_a_dropped_entry_is_found(database: Database, ref: str) -> None:
    with tampering(database) as connection:
        for table in ("postings", "entry_seals", "stated_entries", "journal_entries"):
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE seq = 3")
    assert {finding.kind for finding in proved(database)} == {"gap", "chain"}
    assert not rebuilt(database, ref).is_equal


def test_a_cut_off_end_is_found(database: Database, ref: str) -> None:
    with tampering(database) as connection:
        last = connection.exec_driver_sql("SELECT max(seq) FROM entry_seals").scalar()
        for table in ("postings", "entry_seals", "stated_entries", "journal_entries"):
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE seq = {last}")
    assert {finding.kind for finding in proved(database)} == {"head"}


def test_swapped_seals_are_found(database: Database, ref: str) -> None:
    with tampering(database) as connection:
        seals = connection.exec_driver_sql("SELECT seq, hash FROM entry_seals WHERE seq IN (1, 2) ORDER BY seq").all()
        for at, other in ((0, 1), (1, 0)):
            connection.exec_driver_sql(
                f"UPDATE entry_seals SET hash = '{seals[other].hash}' WHERE seq = {seals[at].seq}"
            )
    assert {finding.seq for finding in proved(database)} >= {1, 2}


def test_a_flipped_letter_of_the_content_is_found(database: Database, ref: str) -> None:
    with tampering(database) as connection:
        connection.exec_driver_sql("UPDATE statements SET content = replace(content, 'dine_in', 'dine_on')")
    assert set(rebuilt(database, ref).differing) >= {"lines", "digest"}


def test_a_changed_workbook_is_found(database: Database, ref: str) -> None:
    with tampering(database) as connection:
        connection.exec_driver_sql("UPDATE statements SET workbook_digest = 'x'")
    assert rebuilt(database, ref).differing == ("workbook",)


VISITS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.integers(0, 1),
        st.sampled_from(["walk_in", "dine_in", "delivery", "again", "undo", "tab"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(visits=VISITS, cut=st.integers(0, 12))
def test_whatever_happens_parts_add_up_to_the_ledger(new_database, visits, cut) -> None:
    with new_database() as url:
        database = Database(url, Vault({"1": development_key("DATA_KEYS")}))
        try:
            stated = _live(database, visits, cut)
            booked = months.accounts(database)
        finally:
            database.dispose()
    due = sum(fen for account, fen in booked.items() if account in ("1122.02", "1122.05"))
    own = sum(fen for account, fen in booked.items() if account in ("1001", "1122.09"))
    assert stated == (due, own, booked.get("1122.06", 0), True)


def _live(database: Database, visits, cut: int) -> tuple[int, int, int, bool]:
    """Live through visits, freezing after some; return the sums of all parts, and whether all checks passed."""
    world = months.a_world(database)
    live: dict[tuple[int, int], str] = {}
    ordered: set[tuple[int, int]] = set()
    views = []
    for number, (who, day, act) in enumerate(visits):
        if number == cut:
            views += _frozen(database, world)
        _act(database, world, live, ordered, who, day, act)
    with database.reading(EVERYWHERE) as session:
        views.append(settlement.draft(session, canteen_id=world.town.canteen_id, month=MONTH, at=AFTER))
    totals = [view.total for view in views]
    return (
        sum(total.due_fen for total in totals),
        sum(total.own_fen for total in totals),
        sum(total.operator_fen for total in totals),
        all(check.passed for view in views for check in view.checks),
    )


def _frozen(database: Database, world):
    with database.transaction(EVERYWHERE) as session:
        asked = {"canteen_id": world.town.canteen_id, "month": MONTH, "at": AFTER}
        if not settlement.draft(session, **asked).lines:
            return []
        kept = settlement.freeze(session, **asked, actor="staff:li")
        assert settlement.reproduce(session, ref=kept.ref).is_equal
        return [settlement.frozen(session, statement=kept)]


def _act(database: Database, world, live, ordered: set[tuple[int, int]], who: int, day: int, act: str) -> None:
    on, key = world.days[day], (who, day)
    if key not in live:
        # Whoever had a meal taken back has the order still, and simply comes again.
        mode = act if act in ("dine_in", "delivery") and key not in ordered else "walk_in"
        ordered.add(key)
        live[key] = months.eat(database, world, world.people[who], day=on, mode=mode)
    elif act == "undo":
        months.take_back(database, live.pop(key), day=on)
    elif act == "tab":
        make.checkin.change_tender(database, redemption_ref=live[key], tender="tab", actor="staff:1", at=make.NOON)
    elif act == "again":
        months.eat(database, world, world.people[who], day=on, again=True)
