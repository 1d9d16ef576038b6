"""Leave single days out, and show what came of each day and of each run."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.standing.agree import find
from canteen.standing.tables import StandingOccurrence, StandingOrder, StandingRun


@dataclass(frozen=True)
class Shown:
    """Show what a pattern gave on a day."""

    standing_ref: str
    person_id: int
    canteen_id: int
    meal: str
    service_date: date
    state: str
    outcome: str
    order_ref: str | None


def skip(session: Session, *, ref: str, day: date, actor: str, at: datetime) -> StandingOccurrence:
    """Leave a day out; no run gives a meal for it any more.

    An order that was placed already is the caller's to cancel.
    """
    standing = find(session, ref=ref)
    held = hold(session, standing, day, actor, at)
    if held.state in ("generated", "edited"):
        held.state, held.outcome, held.at, held.by = "skipped", "skipped", at, actor
        session.flush()
    return held


def skipped(session: Session, *, refs: Collection[str], first: date) -> Sequence[tuple[str, date]]:
    """List the days from a first one on which somebody left out of some standing orders."""
    wanted = (
        select(StandingOrder.ref, StandingOccurrence.service_date)
        .join(StandingOrder, StandingOrder.id == StandingOccurrence.standing_id)
        .where(
            StandingOrder.ref.in_(sorted(refs)),
            StandingOccurrence.service_date >= first,
            StandingOccurrence.state == "skipped",
        )
    )
    return [(row.ref, row.service_date) for row in session.execute(wanted.order_by(StandingOccurrence.service_date))]


def occurrences(session: Session, *, first: date, last: date) -> list[Shown]:
    """List what came of the days from a first to a last one, refusals first."""
    columns = (
        StandingOrder.ref, StandingOrder.person_id, StandingOrder.canteen_id, StandingOrder.meal,
        StandingOccurrence.service_date, StandingOccurrence.state, StandingOccurrence.outcome,
        StandingOccurrence.order_ref,
    )  # fmt: skip
    wanted = (
        select(*columns)
        .join(StandingOrder, StandingOrder.id == StandingOccurrence.standing_id)
        .where(StandingOccurrence.service_date.between(first, last))
        .order_by(StandingOccurrence.service_date, StandingOccurrence.id)
    )
    found = [Shown(*row) for row in session.execute(wanted)]
    return sorted(found, key=lambda one: (one.service_date, one.order_ref is not None))


def runs(session: Session, *, limit: int = 10) -> Sequence[StandingRun]:
    """List the latest runs, the newest first."""
    return session.scalars(select(StandingRun).order_by(StandingRun.id.desc()).limit(limit)).all()


def hold(session: Session, standing: StandingOrder, day: date, actor: str, at: datetime) -> StandingOccurrence:
    """Return the occurrence of a day, made where there is none, and keep others from changing it meanwhile."""
    wanted = select(StandingOccurrence).where(
        StandingOccurrence.standing_id == standing.id, StandingOccurrence.service_date == day
    )
    held = session.scalar(wanted.with_for_update())
    if held is not None:
        return held
    made = StandingOccurrence(
        standing_id=standing.id, canteen_id=standing.canteen_id, service_date=day, state="generated", outcome="",
        at=at, by=actor,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError:
        return session.scalars(wanted.with_for_update()).one()
    return made
