"""Keep what is to be said until it was said, and say it once.

A notice is written in the transaction of the act that it tells of, so that no act is told that did not happen and no
act stays untold. Its key makes a second enqueue a no-op. What no message can say is not lost: it stays as a dead
letter, and where its kind asks for it the person is called.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from canteen.foundation.db import connection_of, vault_of
from canteen.foundation.errors import NotFound
from canteen.foundation.prepared import Prepared
from canteen.notices import phone_list, rules
from canteen.notices.channel import Outcome
from canteen.notices.kinds import kind_of
from canteen.notices.tables import Notice, NoticeTry

TOO_LATE = "notices.too_late"
ENQUEUED = "notices.enqueued"


@dataclass(frozen=True)
class About:
    """Say whom a notice is about, which canteen answers for it, and the matter that all accounts are told of."""

    person_id: int | None = None
    canteen_id: int | None = None
    matter: str | None = None


@dataclass(frozen=True)
class Due:
    """Hold a notice whose time has come; it may be too late for it, or people may sleep by now."""

    notice_id: int
    account: str
    kind: str
    content: dict[str, Any]
    attempts: int
    is_late: bool
    sleeps_until: datetime | None


def enqueue(
    session: Session,
    *,
    key: str,
    account: str,
    kind: str,
    content: dict[str, Any],
    at: datetime,
    about: About | None = None,
    until: datetime | None = None,
) -> None:
    """Put a notice into the outbox; a known key changes nothing. Its kind says whether it waits for the morning."""
    connection, held, about = connection_of(session), kind_of(kind), about or About()
    sealed = vault_of(session).seal(json.dumps(content, ensure_ascii=False))
    values = {"key": key, "account": account, "kind": kind, "content_sealed": sealed, "enqueued_at": at, **vars(about)}
    values |= {"due_at": rules.due(held, at), "until_at": rules.worth_until(held, at, until)}
    if _ENQUEUE[connection.dialect.name].run(connection, values) == 1:
        session.info[ENQUEUED] = True


def were_enqueued(session: Session) -> bool:
    """Tell whether this act put something into the outbox: then let the worker look after the commit."""
    return bool(session.info.get(ENQUEUED))


def due(session: Session, *, at: datetime, limit: int) -> tuple[Due, ...]:
    """List what is to be said now, the longest due first."""
    rows = session.scalars(
        select(Notice)
        .where(Notice.state == "waiting", Notice.due_at <= at)
        .order_by(Notice.due_at, Notice.id)
        .limit(limit)
    )
    return tuple(_due(session, row, at) for row in rows)


def postpone(session: Session, *, notice_id: int, until: datetime) -> None:
    """Put a notice off until people are awake: a worker that was away in the evening wakes nobody at night."""
    session.get_one(Notice, notice_id, with_for_update=True).due_at = until
    session.flush()


def mark(session: Session, *, notice_id: int, outcome: Outcome, at: datetime) -> None:
    """Note what became of a notice, and each attempt.

    Without another try it is kept as dead, and its person called where its kind asks for it and no other account heard
    of the matter. Refuses ``notices.no_such_notice``.
    """
    notice = session.get(Notice, notice_id, with_for_update=True)
    if notice is None:
        raise NotFound("notices.no_such_notice")
    notice.attempts += 1
    notice.outcome = outcome.code
    session.add_all(
        NoticeTry(notice_id=notice.id, way=one.way, outcome=one.outcome, number=one.number, at=at)
        for one in outcome.tries
    )
    next_try = None
    if outcome.then == "again":
        next_try = rules.again(kind_of(notice.kind), notice.attempts, at, not_before=outcome.not_before)
    notice.due_at = next_try or at
    if outcome.then == "sent":
        notice.state = "sent"
        if not any(one.number for one in outcome.tries):
            notice.content_sealed = ""
    elif next_try is None or (notice.until_at is not None and next_try > notice.until_at):
        bury(session, notice, at=at)
    session.flush()


def bury(session: Session, notice: Notice, *, at: datetime) -> None:
    """Keep a notice as dead, and have its person called where nobody heard of the matter."""
    notice.state = "dead"
    session.flush()
    if not kind_of(notice.kind).is_called or notice.person_id is None or _is_heard(session, notice):
        return
    phone_list.put(
        session, matter=notice.matter or notice.key, person_id=notice.person_id, canteen_id=notice.canteen_id,
        kind=notice.kind, content_sealed=notice.content_sealed, why=notice.outcome, at=at,
    )  # fmt: skip


def report(session: Session, *, number: str, code: str, at: datetime) -> None:
    """Note what the other side says later of a message that it took: ``sent``, or why it never arrived.

    What never arrived is a dead letter after all. A number that nobody knows, or knows twice, changes nothing.
    """
    numbered = select(NoticeTry.notice_id).where(NoticeTry.number == number)
    notice = session.scalar(select(Notice).where(Notice.id.in_(numbered), Notice.state == "sent").with_for_update())
    if notice is None:
        return
    session.add(NoticeTry(notice_id=notice.id, way="report", outcome=code, number="", at=at))
    if code == "sent":
        notice.content_sealed = ""
    else:
        notice.outcome = code
        bury(session, notice, at=at)
    session.flush()


def prune(session: Session, *, before: datetime, unreported: datetime) -> None:
    """Delete what was said or given up long ago, with its attempts; wipe what was said and nobody reported on."""
    old = (Notice.state != "waiting", Notice.due_at < before)
    session.execute(delete(NoticeTry).where(NoticeTry.notice_id.in_(select(Notice.id).where(*old))))
    session.execute(delete(Notice).where(*old))
    said = update(Notice).where(Notice.state == "sent", Notice.due_at < unreported, Notice.content_sealed != "")
    session.execute(said.values(content_sealed=""))
    phone_list.prune(session, before=before)


def _due(session: Session, row: Notice, at: datetime) -> Due:
    may_be_said = rules.due(kind_of(row.kind), at)
    return Due(
        row.id, row.account, row.kind, _content(session, row), row.attempts,
        is_late=row.until_at is not None and at >= row.until_at,
        sleeps_until=may_be_said if may_be_said > at else None,
    )  # fmt: skip


def _is_heard(session: Session, notice: Notice) -> bool:
    """Tell whether another account of the person heard of the matter, or still may."""
    if notice.matter is None:
        return False
    others = select(Notice.state).where(Notice.matter == notice.matter, Notice.id != notice.id)
    states = session.scalars(others.where(Notice.person_id == notice.person_id).with_for_update())
    return any(state != "dead" for state in states)


def _content(session: Session, row: Notice) -> dict[str, Any]:
    """Open what is to be said; what was enqueued before notices were sealed stands there as it is."""
    is_clear = row.content_sealed.startswith("{")
    content: dict[str, Any] = json.loads(row.content_sealed if is_clear else vault_of(session).open(row.content_sealed))
    return content


def _enqueuing(put: Any) -> Prepared:
    """Write a notice, or nothing where its key is known; another that enqueues the same key at once waits."""
    given = (
        "key", "account", "kind", "content_sealed", "enqueued_at", "due_at", "person_id", "canteen_id", "matter",
        "until_at",
    )  # fmt: skip
    row = {**{name: bindparam(name) for name in given}, "state": "waiting", "attempts": 0, "outcome": ""}
    return Prepared(put.inline().values(row).on_conflict_do_nothing(index_elements=[Notice.key]))


_ENQUEUE = {"sqlite": _enqueuing(sqlite.insert(Notice)), "postgresql": _enqueuing(postgresql.insert(Notice))}
