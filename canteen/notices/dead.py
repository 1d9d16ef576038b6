"""Show what no message could say, so that somebody of the desk sends it again or calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.notices.phone_list import in_reach
from canteen.notices.tables import Notice, NoticeTry


@dataclass(frozen=True)
class Dead:
    """Show a dead letter: to whom, of what kind, why, and each attempt as (way, outcome, instant)."""

    notice_id: int
    person_id: int | None
    canteen_id: int | None
    kind: str
    outcome: str
    enqueued_at: datetime
    given_up_at: datetime
    tries: tuple[tuple[str, str, datetime], ...]


def dead(session: Session, *, notice_id: int | None = None, limit: int = 50) -> list[Dead]:
    """List the dead letters in reach, the latest first; or the one of a number."""
    wanted = select(Notice).where(Notice.state == "dead", in_reach(session, Notice.canteen_id))
    if notice_id is not None:
        wanted = wanted.where(Notice.id == notice_id)
    rows = session.scalars(wanted.order_by(Notice.due_at.desc(), Notice.id.desc()).limit(limit)).all()
    tries: dict[int, list[tuple[str, str, datetime]]] = {}
    for one in session.scalars(
        select(NoticeTry).where(NoticeTry.notice_id.in_([row.id for row in rows])).order_by(NoticeTry.id)
    ):
        tries.setdefault(one.notice_id, []).append((one.way, one.outcome, one.at))
    return [
        Dead(
            row.id, row.person_id, row.canteen_id, row.kind, row.outcome, row.enqueued_at, row.due_at,
            tuple(tries.get(row.id, ())),
        )
        for row in rows
    ]  # fmt: skip
