"""Take a list back as a whole, for everybody who has not eaten under its facts and was not touched since."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen import audit, seniors
from canteen.eligibility.recheck.carry_out import DONE, batched, hold, source_of
from canteen.eligibility.tables import Recheck, RecheckDecision, RecheckLine, RecheckWithdrawal
from canteen.foundation.errors import Refused
from canteen.foundation.secrecy import masked_name


@dataclass(frozen=True)
class Withdrawn:
    """Tell what a withdrawal did, and whom it left alone: ``eaten`` or ``changed`` since."""

    done: int
    kept: tuple[seniors.roster.KeptPerson, ...]


def withdraw(session: Session, *, taken: Recheck, eaten: Collection[int], actor: str, at: datetime) -> Withdrawn:
    """Take a list back; nobody of it can be decided about any more.

    ``eaten`` names whose facts were used at a table since. Refuses ``eligibility.recheck_withdrawn`` for a list that
    was taken back already.
    """
    _write_down(session, taken, actor, at)
    done = _done(session, taken)
    hold(session, sorted(done))
    left = _left_alone(session, done, eaten)
    undone = [person_id for person_id in done if person_id not in left]
    origin = seniors.Origin("整批撤回", f"withdrawal:{taken.ref}", actor, at)
    seniors.retract(session, person_ids=undone, source=source_of(taken), origin=origin)
    seniors.touch(session, undone)
    kept = tuple(left.values())
    session.flush()
    audit.record(
        session, chain=f"region:{taken.region_code[:6]}", at=at, actor=actor, action="recheck_withdrawn",
        subject=taken.ref, done=len(undone), kept=[[one.ref, one.reason] for one in kept],
    )  # fmt: skip
    return Withdrawn(len(undone), kept)


def _write_down(session: Session, taken: Recheck, actor: str, at: datetime) -> None:
    try:
        with session.begin_nested():
            session.execute(insert(RecheckWithdrawal), [{"recheck_id": taken.id, "actor": actor, "at": at}])
    except IntegrityError:
        raise Refused("eligibility.recheck_withdrawn") from None


def _done(session: Session, taken: Recheck) -> dict[int, int]:
    """Return the revision right after the decision of everybody for whom something was done."""
    decided = and_(RecheckDecision.recheck_id == RecheckLine.recheck_id, RecheckDecision.number == RecheckLine.number)
    wanted = select(RecheckLine.person_id, RecheckDecision.revision).join(RecheckDecision, decided)
    done = wanted.where(RecheckLine.recheck_id == taken.id, RecheckDecision.verdict == DONE)
    rows = session.execute(done.order_by(RecheckLine.person_id, RecheckLine.number))
    return {row.person_id: row.revision for row in rows}


def _left_alone(
    session: Session, done: Mapping[int, int], eaten: Collection[int]
) -> dict[int, seniors.roster.KeptPerson]:
    """Name those who ate since, or whose record moved on or was merged."""
    person, left = seniors.Person, {}
    for some in batched(list(done)):
        wanted = select(person.id, person.ref, person.name, person.revision, person.merged_into_id)
        for row in session.execute(wanted.where(person.id.in_(some)).order_by(person.id)):
            has_moved = row.revision != done[row.id] or row.merged_into_id is not None
            if row.id in eaten or has_moved:
                reason = "eaten" if row.id in eaten else "changed"
                left[row.id] = seniors.roster.KeptPerson(row.ref, masked_name(row.name), reason)
    return left
