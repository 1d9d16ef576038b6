"""Remember which meals could not be planned by themselves: why, how often, when it is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.foundation.errors import CanteenError
from canteen.rounds.due import Due
from canteen.rounds.tables import PlanningTrouble

UNKNOWN = "unknown"
MOST_TRIES = 6
_LONGEST = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Say why a meal was not planned, after how many tries, and when the next is; None for never by itself."""

    reason: str
    tries: int
    next_at: datetime | None


def note_trouble(session: Session, due: Due, error: Exception, *, at: datetime) -> None:
    """Note that a try failed.

    A refusal is looked at again every minute, for somebody may mend what is missing; anything else waits twice as long
    each time, and after six tries it waits for a person.
    """
    found = _found(session, due)
    if found is None:
        found = PlanningTrouble(canteen_id=due.canteen_id, service_date=due.service_date, meal=due.meal, tries=0)
        session.add(found)
    found.tries += 1
    found.last_at = at
    if isinstance(error, CanteenError):
        found.reason, found.next_at = error.code, at
    else:
        wait = min(timedelta(minutes=2 ** (found.tries - 1)), _LONGEST)
        found.reason, found.next_at = UNKNOWN, at + wait if found.tries < MOST_TRIES else None
    session.flush()


def trouble_of(session: Session, due: Due) -> Trouble | None:
    """Return what stood against planning a meal at the last try, None where nothing did."""
    found = _found(session, due)
    return None if found is None else Trouble(found.reason, found.tries, found.next_at)


def is_worth_a_try(session: Session, due: Due, *, at: datetime) -> bool:
    """Tell whether the job tries a meal now."""
    found = _found(session, due)
    return found is None or (found.next_at is not None and found.next_at <= at)


def _found(session: Session, due: Due) -> PlanningTrouble | None:
    wanted = select(PlanningTrouble).where(
        PlanningTrouble.canteen_id == due.canteen_id,
        PlanningTrouble.service_date == due.service_date,
        PlanningTrouble.meal == due.meal,
    )
    return session.scalars(wanted).one_or_none()
