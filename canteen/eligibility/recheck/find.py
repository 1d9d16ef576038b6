"""Show lists that were taken over, and who of them waits for a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session

from canteen import seniors
from canteen.eligibility.tables import Recheck, RecheckDecision, RecheckLine, RecheckWithdrawal
from canteen.foundation.errors import NotFound

_DECIDED = and_(RecheckDecision.recheck_id == RecheckLine.recheck_id, RecheckDecision.number == RecheckLine.number)


@dataclass(frozen=True)
class Listed:
    """Show one list that was taken over."""

    taken: Recheck
    waiting: int
    is_withdrawn: bool
    counts: dict[str, int]


@dataclass(frozen=True)
class Waiting:
    """Show somebody about whom a list asks for a decision, or was decided about."""

    number: int
    person: seniors.Person
    row: int
    outcome: str
    valid_from: date
    valid_until: date | None
    verdict: str | None
    reason: str


def taken_list(session: Session, *, ref: str) -> Recheck:
    """Find a list in reach; ``eligibility.recheck_unknown`` otherwise."""
    found = session.scalar(select(Recheck).where(Recheck.ref == ref))
    if found is None:
        raise NotFound("eligibility.recheck_unknown", ref=ref)
    return found


def listed(session: Session, *, limit: int = 20) -> list[Listed]:
    """List the lists in reach, the newest first."""
    found = session.scalars(select(Recheck).order_by(Recheck.id.desc()).limit(limit)).all()
    return [shown(session, one) for one in found]


def shown(session: Session, one: Recheck) -> Listed:
    """Show one list with what it did and what waits."""
    counted = select(RecheckLine.outcome, func.count()).where(RecheckLine.recheck_id == one.id)
    counts = dict(session.execute(counted.group_by(RecheckLine.outcome)).all())
    is_withdrawn = session.get(RecheckWithdrawal, one.id) is not None
    return Listed(one, 0 if is_withdrawn else len(waiting_lines(session, one)), is_withdrawn, counts)


def waiting_lines(session: Session, one: Recheck) -> Sequence[RecheckLine]:
    """List the lines of a list about which nobody decided yet."""
    wanted = select(RecheckLine).where(RecheckLine.recheck_id == one.id, ~exists().where(_DECIDED))
    return session.scalars(wanted.order_by(RecheckLine.number)).all()


def waiting(session: Session, one: Recheck, *, decided: bool = False, limit: int = 500) -> list[Waiting]:
    """Show the people of a list that wait for a decision; or with ``decided`` those that were decided about."""
    wanted = (
        select(RecheckLine, seniors.Person, RecheckDecision)
        .join(seniors.Person, seniors.Person.id == RecheckLine.person_id)
        .outerjoin(RecheckDecision, _DECIDED)
        .where(
            RecheckLine.recheck_id == one.id,
            RecheckDecision.verdict.is_not(None) if decided else RecheckDecision.verdict.is_(None),
        )
        .order_by(RecheckLine.number)
        .limit(limit)
    )
    return [
        Waiting(
            line.number, person, line.row, line.outcome, line.valid_from, line.valid_until,
            decision.verdict if decision else None, decision.reason if decision else "",
        )
        for line, person, decision in session.execute(wanted)
    ]  # fmt: skip


def people_of(session: Session, one: Recheck) -> Sequence[int]:
    """List the keys of the people for whom a list stated facts."""
    wanted = select(RecheckLine.person_id).join(RecheckDecision, _DECIDED)
    done = wanted.where(RecheckLine.recheck_id == one.id, RecheckDecision.verdict == "done")
    return session.scalars(done.order_by(RecheckLine.person_id)).all()
