"""Count what crosses to a database: every statement that a driver is handed, with BEGIN and COMMIT.

Counted at the driver's cursors, so that no way of running a statement goes unseen.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import event

from canteen.foundation.db import Database


@contextmanager
def counting(database: Database) -> Iterator[list[str]]:
    """Collect the statements of every connection that is opened from now on; the present ones are closed."""
    said: list[str] = []

    def connect(_dialect: object, _record: object, args: list[Any], options: dict[str, Any]) -> Any:
        if database.engine.dialect.name == "sqlite":
            return sqlite3.connect(*args, factory=_counting_sqlite(said), **options)
        return psycopg.connect(*args, cursor_factory=_counting(psycopg.Cursor, said), **options)

    def commit(_connection: object) -> None:
        said.append("COMMIT")

    raw = psycopg.RawCursor
    psycopg.RawCursor = _counting(raw, said)
    database.engine.dispose()
    listeners = (("do_connect", connect), ("commit", commit))
    for name, listener in listeners:
        event.listen(database.engine, name, listener)
    try:
        yield said
    finally:
        for name, listener in listeners:
            event.remove(database.engine, name, listener)
        psycopg.RawCursor = raw
        database.engine.dispose()


def _counting_sqlite(said: list[str]) -> type[sqlite3.Connection]:
    cursor_kind = _counting(sqlite3.Cursor, said)

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = cursor_kind) -> Any:
            return super().cursor(factory)

    return Connection


def _counting(kind: Any, said: list[str]) -> Any:
    class Cursor(kind):  # type: ignore[misc]
        def execute(self, statement: str, *rest: Any, **options: Any) -> Any:
            said.append(statement)
            return super().execute(statement, *rest, **options)

        def executemany(self, statement: str, *rest: Any, **options: Any) -> Any:
            said.append(statement)
            return super().executemany(statement, *rest, **options)

    return Cursor
