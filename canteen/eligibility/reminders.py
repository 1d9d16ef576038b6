"""Tell people in time that their category ends, with what to bring; who has no account is called."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from canteen import notices, seniors, subsidy
from canteen.eligibility.expiring import expiring
from canteen.foundation.clock import service_day

# Told when so many days are left, and once more.
STAGES = (30, 7)


def remind_of_endings(session: Session, *, at: datetime) -> int:
    """Tell everybody whose category ends within a month, and again within a week, once each; count who is meant."""
    on = service_day(at)
    ending = [(one, stage) for one in expiring(session, on=on) if (stage := _stage(one.ends_on, on)) is not None]
    names = subsidy.dated_register(session).names.kinds if ending else {}
    for one, stage in ending:
        kind = names.get(one.category)
        last_day = one.ends_on - timedelta(days=1)
        content = {
            "name": seniors.person_by_id(session, person_id=one.person_id).name,
            "category": kind.name if kind else one.category,
            "day": last_day.isoformat(),
        }
        notices.tell(
            session, person_id=one.person_id, canteen_id=None, kind="category_ending", content=content, at=at,
            matter=f"ending:{one.person_id}:{one.category}:{one.ends_on}:{stage}",
        )  # fmt: skip
    return len(ending)


def _stage(ends_on: date, on: date) -> int | None:
    left = (ends_on - on).days
    return min((stage for stage in STAGES if left <= stage), default=None)
