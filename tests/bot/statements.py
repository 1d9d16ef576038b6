"""Count what crosses to the database, as the driver sees it: BEGIN and COMMIT too, and statements that are prepared."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import event

from canteen.foundation.db import Database


@contextmanager
def said_to(database: Database) -> Iterator[list[str]]:
    """Collect the statements that connections opened from now on send; the ones in the pool are closed."""
    said: list[str] = []

    def listen(connection: Any, _record: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.set_trace_callback(said.append)
        else:
            connection.cursor_factory = _counting(psycopg.Cursor, said)

    def note_commit(connection: Any) -> None:
        # PostgreSQL's driver sends it without a cursor; SQLite's has told it already.
        if database.engine.dialect.name != "sqlite":
            said.append("COMMIT")

    raw = psycopg.RawCursor
    psycopg.RawCursor = _counting(raw, said)
    database.engine.dispose()
    event.listen(database.engine, "connect", listen)
    event.listen(database.engine, "commit", note_commit)
    with database.looking():
        said.clear()
    yield said
    psycopg.RawCursor = raw
    event.remove(database.engine, "connect", listen)
    event.remove(database.engine, "commit", note_commit)
    database.engine.dispose()


def _counting(kind: Any, said: list[str]) -> Any:
    class Counting(kind):  # type: ignore[misc]
        def execute(self, query: Any, *values: Any, **options: Any) -> Any:
            said.append(str(query))
            return super().execute(query, *values, **options)

    return Counting
