"""Take applications in, from staff and from chat, and let people withdraw them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen import seniors, subsidy
from canteen.eligibility.rules import UNSURE
from canteen.eligibility.tables import Application, ApplicationStep
from canteen.eligibility.write import held, insert, step
from canteen.foundation.clock import service_day
from canteen.foundation.errors import Invalid, Refused
from canteen.foundation.references import new_reference

_OLDEST = timedelta(days=366)


def apply(
    session: Session, *, person_id: int, category: str, channel: str, evidence: str = "", actor: str, at: datetime,
    day: date | None = None,
) -> Application:  # fmt: skip
    """Take an application in, with the day on which it was made (paper may come in late, by a year at most).

    Refuses ``eligibility.already_open`` (the same person and category), ``already_holds``, ``no_such_category``,
    ``too_old`` and ``day_ahead``.
    """
    person = seniors.locked(session, person_id=person_id)
    on = day or service_day(at)
    if on < service_day(at) - _OLDEST:
        raise Invalid("eligibility.too_old")
    _check_category(session, person_id, category, on)
    made = Application(
        ref=new_reference("A"), person_id=person_id, region_code=person.region_code, category=category,
        round=_round(session, person_id, category), channel=channel,
    )  # fmt: skip
    insert(session, made)
    step(session, made, "applied", day=on, evidence=evidence, actor=actor, at=at)
    return made


def withdraw(session: Session, *, ref: str, evidence: str = "", actor: str, at: datetime) -> ApplicationStep:
    """Let an application go as the applicant wishes; only before it was confirmed."""
    return step(session, held(session, ref=ref), "withdrawn", evidence=evidence, actor=actor, at=at)


def check_known(session: Session, category: str, on: date) -> None:
    """Refuse ``eligibility.no_such_category`` for what the register of a day does not know."""
    if category not in subsidy.dated_register(session).on(on).kinds:
        raise Invalid("eligibility.no_such_category", category=category)


def _check_category(session: Session, person_id: int, category: str, on: date) -> None:
    if category == UNSURE:
        return
    check_known(session, category, on)
    if category in seniors.values_on(session, person_id=person_id, kind="category", day=on):
        raise Refused("eligibility.already_holds", category=category)


def _round(session: Session, person_id: int, category: str) -> int:
    wanted = select(func.max(Application.round)).where(
        Application.person_id == person_id, Application.category == category
    )
    return (session.connection().scalar(wanted) or 0) + 1
