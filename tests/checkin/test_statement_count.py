"""A scan waits for the database a dozen times at most: on a slow line each time is a tray that waits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from canteen import checkin
from canteen.foundation.db import EVERYWHERE, Database
from canteen.ledger.tables import JournalEntry
from tests import builders as make

MOST = 12


@contextmanager
def counting(database: Database) -> Iterator[list[str]]:
    """Collect every statement that crosses to the database, BEGIN and COMMIT too."""
    said: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        said.append(statement)

    def is_in_transaction(connection):
        return connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT"

    def note_begin(connection):
        # On SQLite the house says BEGIN itself, as a statement like any other.
        if is_in_transaction(connection) and database.engine.dialect.name != "sqlite":
            said.append("BEGIN")

    def note_commit(connection):
        if is_in_transaction(connection):
            said.append("COMMIT")

    noted = (("before_cursor_execute", note), ("begin", note_begin), ("commit", note_commit))
    for name, listener in noted:
        event.listen(database.engine, name, listener)
    yield said
    for name, listener in noted:
        event.remove(database.engine, name, listener)


def test_an_ordered_subsidised_meal_takes_a_dozen_statements(database: Database) -> None:
    with database.transaction(EVERYWHERE) as session:
        town = make.a_town(session)
        first, second = make.a_senior(session), make.a_senior(session, name="李福来")
        for person in (first, second):
            make.an_order(session, town, person)
        codes = [make.a_code(session, person).digits for person in (first, second)]
    checkin.redeem(database, make.KEYS, make.a_scan(town, codes[0]))
    with counting(database) as said:
        answer = checkin.redeem(database, make.KEYS, make.a_scan(town, codes[1]))

    assert answer.reason == "served"
    with database.reading(EVERYWHERE) as session:
        kinds = {entry.kind for entry in session.query(JournalEntry)}
    assert kinds == {"meal", "operator"}
    assert "COMMIT" in said
    assert len(said) <= MOST, "\n".join(said)
