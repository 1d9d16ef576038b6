"""Let triggers rest while history is loaded, and wake them again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Table


@contextmanager
def triggers_rest(connection: Connection, tables: list[Table]) -> Iterator[None]:
    """Switch our triggers off within this transaction.

    Foreign keys and checks stay in force. Whoever calls this owns the tables. An exception rolls everything back, the
    resting included.
    """
    if connection.dialect.name == "postgresql":
        _switch(connection, tables, "DISABLE")
        yield
        # What is deferred to the commit is checked now: tables with checks pending cannot be altered.
        connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
        _switch(connection, tables, "ENABLE")
        return
    triggers = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    for name, _ in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _, statement in triggers:
        connection.exec_driver_sql(statement)


def _switch(connection: Connection, tables: list[Table], word: str) -> None:
    for table in tables:
        connection.exec_driver_sql(f'ALTER TABLE "{table.name}" {word} TRIGGER USER')
