"""Show what no message could say, so that somebody of the desk sends it again or calls."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.foundation.errors import NotFound
from canteen.notices import rules
from canteen.notices.kinds import kind_of
from canteen.notices.outbox import ENQUEUED
from canteen.notices.phone_list import in_reach
from canteen.notices.tables import Notice, NoticeTry

_MOST = 50


@dataclass(frozen=True)
class Dead:
    """Show a dead letter: to whom, of what kind, why, and each attempt as (way, outcome, instant).

    ``ref`` names it to the outside, for its key names an account.
    """

    ref: str
    person_id: int | None
    canteen_id: int | None
    kind: str
    outcome: str
    enqueued_at: datetime
    given_up_at: datetime
    tries: tuple[tuple[str, str, datetime], ...]
    can_be_sent: bool


def dead(session: Session) -> list[Dead]:
    """List the dead letters in reach, the latest first."""
    rows = _dead(session)
    tries: dict[int, list[tuple[str, str, datetime]]] = {}
    for one in session.scalars(
        select(NoticeTry).where(NoticeTry.notice_id.in_([row.id for row in rows])).order_by(NoticeTry.id)
    ):
        tries.setdefault(one.notice_id, []).append((one.way, one.outcome, one.at))
    return [
        Dead(
            _ref(row), row.person_id, row.canteen_id, row.kind, row.outcome, row.enqueued_at, row.due_at,
            tuple(tries.get(row.id, ())), bool(row.content_sealed),
        )
        for row in rows
    ]  # fmt: skip


def send_again(session: Session, *, ref: str, at: datetime) -> None:
    """Try a dead letter in reach anew, worth as long as a new one; ``notices.no_such_notice`` where it is none.

    Of two who ask at once one sends it.
    """
    held = next((row for row in _dead(session) if _ref(row) == ref and row.content_sealed), None)
    if held is not None:
        session.refresh(held, with_for_update=True)
    if held is None or held.state != "dead":
        raise NotFound("notices.no_such_notice")
    kind = kind_of(held.kind)
    held.state, held.attempts = "waiting", 0
    held.due_at, held.until_at = rules.due(kind, at), rules.worth_until(kind, at)
    session.info[ENQUEUED] = True
    session.flush()


def _dead(session: Session) -> Sequence[Notice]:
    wanted = select(Notice).where(Notice.state == "dead", in_reach(session, Notice.canteen_id))
    return session.scalars(wanted.order_by(Notice.due_at.desc(), Notice.id.desc()).limit(_MOST)).all()


def _ref(row: Notice) -> str:
    return hashlib.sha256(row.key.encode()).hexdigest()[:20]
