"""Take a list back as a whole, for everybody who has not eaten under its facts and was not touched since."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen import audit, seniors
from canteen.eligibility.recheck.carry_out import DONE, source_of
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
    kept, done = [], 0
    origin = seniors.Origin("整批撤回", f"withdrawal:{taken.ref}", actor, at)
    for person_id, revision in _done(session, taken):
        person = seniors.locked(session, person_id=person_id)
        reason = "eaten" if person_id in eaten else "changed" if person.revision != revision else ""
        if reason or person.merged_into_id is not None:
            kept.append(seniors.roster.KeptPerson(person.ref, masked_name(person.name), reason or "changed"))
            continue
        seniors.retract(session, person_id=person_id, source=source_of(taken), origin=origin)
        person.revision += 1
        done += 1
    session.flush()
    audit.record(
        session, chain=f"region:{taken.region_code[:6]}", at=at, actor=actor, action="recheck_withdrawn",
        subject=taken.ref, done=done, kept=[[one.ref, one.reason] for one in kept],
    )  # fmt: skip
    return Withdrawn(done, tuple(kept))


def _write_down(session: Session, taken: Recheck, actor: str, at: datetime) -> None:
    try:
        with session.begin_nested():
            session.execute(insert(RecheckWithdrawal), [{"recheck_id": taken.id, "actor": actor, "at": at}])
    except IntegrityError:
        raise Refused("eligibility.recheck_withdrawn") from None


def _done(session: Session, taken: Recheck) -> list[tuple[int, int]]:
    decided = and_(RecheckDecision.recheck_id == RecheckLine.recheck_id, RecheckDecision.number == RecheckLine.number)
    wanted = select(RecheckLine.person_id, RecheckDecision.revision).join(RecheckDecision, decided)
    done = wanted.where(RecheckLine.recheck_id == taken.id, RecheckDecision.verdict == DONE)
    return [(row.person_id, row.revision) for row in session.execute(done.order_by(RecheckLine.person_id))]
