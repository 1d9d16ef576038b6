"""Let a process of its own begin an act and kill it, as a power cut would: before one of its statements, or after it.

The child opens the database anew; what it had not committed is gone with it. Counted is from BEGIN on: what an act only
reads before it cannot be half done.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

import psycopg
from sqlalchemy import event

from canteen.foundation.db import Database
from tests.worlds import opened

Act = Callable[[Database], Any]
NEVER = 10**6


def die() -> None:
    """End this process as ``kill -9`` does."""
    os.kill(os.getpid(), signal.SIGKILL)


def killed(database: Database, act: Act, *, before: int) -> bool:
    """Begin an act in a child that dies before a statement of it, or when it is done; tell whether a statement was."""
    url = database.engine.url.render_as_string(hide_password=False)
    child = os.fork()
    if child == 0:
        _live_and_die(url, act, before)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 3, status
    return os.WIFSIGNALED(status)


def _live_and_die(url: str, act: Act, before: int) -> None:
    """Never return: the child must not go on with its parent's work."""
    code = 1
    try:
        seen: list[str] = []

        def count(text: str) -> None:
            # SQLite tells of a statement again for everything that its triggers run.
            if (seen or text.startswith("BEGIN")) and text not in seen[-1:]:
                seen.append(text)
                if len(seen) == before:
                    die()

        database = opened(url)
        if database.engine.dialect.name == "sqlite":
            event.listen(database.engine, "connect", lambda raw, _: raw.set_trace_callback(count))
        else:
            _count_on_postgresql(count)
        act(database)
        code = 3
    finally:
        os._exit(code)


def _count_on_postgresql(count: Callable[[str], None]) -> None:
    """Count in this process alone, which is about to die."""
    execute, commit = psycopg.Cursor.execute, psycopg.Connection.commit

    def counted(cursor: Any, query: Any, *rest: Any, **more: Any) -> Any:
        count(str(query))
        return execute(cursor, query, *rest, **more)

    def counted_commit(connection: Any) -> None:
        count("COMMIT")
        commit(connection)

    psycopg.Cursor.execute = counted  # type: ignore[method-assign]
    psycopg.Connection.commit = counted_commit  # type: ignore[method-assign]
