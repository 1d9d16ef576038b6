"""Keep what is to be said until it was said, and say it once.

A notice is written in the transaction of the act that it tells of, so that no act is told that did not happen and no
act stays untold. Its key makes a second enqueue a no-op.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from canteen.foundation.db import connection_of, vault_of
from canteen.foundation.errors import NotFound
from canteen.foundation.prepared import Prepared
from canteen.notices.tables import Notice

MOST_ATTEMPTS = 6

_ENQUEUED = "notices.enqueued"


@dataclass(frozen=True)
class Due:
    """Hold a notice whose time has come."""

    notice_id: int
    account: str
    kind: str
    content: dict[str, Any]
    attempts: int


def enqueue(session: Session, *, key: str, account: str, kind: str, content: dict[str, Any], at: datetime) -> None:
    """Put a notice into the outbox, due at once; a known key changes nothing."""
    connection = connection_of(session)
    sealed = vault_of(session).seal(json.dumps(content, ensure_ascii=False))
    values = {"key": key, "account": account, "kind": kind, "content_sealed": sealed, "enqueued_at": at, "due_at": at}
    if _ENQUEUE[connection.dialect.name].run(connection, values) == 1:
        session.info[_ENQUEUED] = True


def were_enqueued(session: Session) -> bool:
    """Tell whether this act put something into the outbox: then let the worker look after the commit."""
    return bool(session.info.get(_ENQUEUED))


def due(session: Session, *, at: datetime, limit: int) -> tuple[Due, ...]:
    """List what is to be said now, the longest due first."""
    rows = session.scalars(
        select(Notice)
        .where(Notice.state == "waiting", Notice.due_at <= at)
        .order_by(Notice.due_at, Notice.id)
        .limit(limit)
    )
    return tuple(Due(row.id, row.account, row.kind, _content(session, row), row.attempts) for row in rows)


def mark(session: Session, *, notice_id: int, outcome: str, at: datetime, retry_at: datetime | None = None) -> None:
    """Note what became of an attempt: ``sent``, or a reason.

    Without another try the notice is kept as dead. Refuses ``notices.no_such_notice``.
    """
    notice = session.get(Notice, notice_id)
    if notice is None:
        raise NotFound("notices.no_such_notice")
    notice.attempts += 1
    notice.outcome = outcome
    if outcome == "sent":
        notice.state, notice.content_sealed = "sent", ""
    elif retry_at is None:
        notice.state = "dead"
    notice.due_at = retry_at or at
    session.flush()


def _content(session: Session, row: Notice) -> dict[str, Any]:
    """Open what is to be said; what was enqueued before notices were sealed stands there as it is."""
    is_clear = row.content_sealed.startswith("{")
    content: dict[str, Any] = json.loads(row.content_sealed if is_clear else vault_of(session).open(row.content_sealed))
    return content


def retry_at(attempts: int, at: datetime) -> datetime | None:
    """Say when to try again: 1, 2, 4 … minutes later; None at the end."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return at + timedelta(minutes=2 ** (attempts - 1))


def prune(session: Session, *, before: datetime) -> None:
    """Delete what was said long ago."""
    session.execute(delete(Notice).where(Notice.state != "waiting", Notice.due_at < before))


def _enqueuing(put: Any) -> Prepared:
    """Write a notice, or nothing where its key is known; another that enqueues the same key at once waits."""
    given = ("key", "account", "kind", "content_sealed", "enqueued_at", "due_at")
    row = {**{name: bindparam(name) for name in given}, "state": "waiting", "attempts": 0, "outcome": ""}
    return Prepared(put.inline().values(row).on_conflict_do_nothing(index_elements=[Notice.key]))


_ENQUEUE = {"sqlite": _enqueuing(sqlite.insert(Notice)), "postgresql": _enqueuing(postgresql.insert(Notice))}
