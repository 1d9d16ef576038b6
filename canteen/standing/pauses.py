"""Pause everything that stands for a person: a hospital, a journey; and go on again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import seniors
from canteen.foundation.errors import Invalid
from canteen.standing.rules import Span
from canteen.standing.tables import StandingPause


def pause(
    session: Session,
    *,
    person_id: int,
    first_on: date,
    last_on: date | None,
    actor: str,
    at: datetime,
    reason: str = "",
) -> StandingPause:
    """Want nothing from a first to a last day, or until further notice; ``standing.ends_early``."""
    if last_on is not None and last_on < first_on:
        raise Invalid("standing.ends_early")
    seniors.locked(session, person_id=person_id)
    until_on = None if last_on is None else last_on + timedelta(days=1)
    for held in _of(session, [person_id]):
        if (held.first_on, held.until_on) == (first_on, until_on):
            return held
    made = StandingPause(
        person_id=person_id, first_on=first_on, until_on=until_on, reason=reason, noted_at=at, noted_by=actor
    )
    session.add(made)
    session.flush()
    return made


def resume(session: Session, *, person_id: int, at: datetime) -> int:
    """End every pause of a person, and return how many there were."""
    held = _of(session, [person_id])
    for one in held:
        one.ended_at = at
    session.flush()
    return len(held)


def paused(session: Session, *, person_ids: Collection[int]) -> Mapping[int, list[Span]]:
    """Return the pauses of some people."""
    spans: dict[int, list[Span]] = defaultdict(list)
    for one in _of(session, person_ids):
        spans[one.person_id].append(Span(one.first_on, one.until_on))
    return spans


def _of(session: Session, person_ids: Collection[int]) -> Sequence[StandingPause]:
    wanted = select(StandingPause).where(
        StandingPause.person_id.in_(sorted(person_ids)), StandingPause.ended_at.is_(None)
    )
    return session.scalars(wanted.order_by(StandingPause.id)).all()
