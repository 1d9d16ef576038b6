"""Hand a statement to the driver's own cursor, and name its errors as SQLAlchemy does.

The ground under `prepared` and under BEGIN; nothing else should need it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

_CURSOR = "house.cursor"


def touched(cursor: Any) -> Any:
    """Return how many rows a statement changed."""
    return cursor.rowcount


def fetched(cursor: Any) -> Any:
    """Return the rows that a statement found."""
    return cursor.fetchall()


def run(connection: Connection, text: str, values: Any = (), result: Callable[[Any], Any] = touched) -> Any:
    """Execute one statement; a connection keeps its one cursor, since each result is taken at once."""
    driver: Any = connection.dialect.dbapi
    kept = connection.info
    cursor = kept.get(_CURSOR)
    if cursor is None:
        cursor = kept[_CURSOR] = _opened(connection, driver)
    try:
        cursor.execute(text, values)
        return result(cursor)
    except driver.Error as error:
        raise _told(connection, driver, text, error) from error


def _opened(connection: Connection, driver: Any) -> Any:
    """Open the cursor of a connection; PostgreSQL's takes parameters as its protocol does, ``$1``, not by name."""
    if connection.dialect.name == "postgresql":
        return driver.RawCursor(connection.connection.dbapi_connection)
    return connection.connection.cursor()


def _told(connection: Connection, driver: Any, text: str, error: Exception) -> BaseException:
    """Name a driver's error; a connection that was lost takes the others of its pool along."""
    dialect, opened = connection.dialect, connection.connection.dbapi_connection
    is_lost = dialect.is_disconnect(error, opened, None)  # type: ignore[arg-type]
    told: BaseException = DBAPIError.instance(
        text, None, error, driver.Error, hide_parameters=True, connection_invalidated=is_lost, dialect=dialect
    )
    if is_lost:
        connection.invalidate(error)
        connection.engine.dispose()
    return told
