"""Write a step; what the database refuses becomes a refusal with its code."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen import audit, seniors
from canteen.eligibility.tables import Application, ApplicationStep
from canteen.foundation.clock import service_day
from canteen.foundation.errors import CanteenError, Conflict, Invalid, NotFound, Refused


def application(session: Session, *, ref: str) -> Application:
    """Find an application in reach; ``eligibility.unknown`` otherwise."""
    found = session.scalar(select(Application).where(Application.ref == ref))
    if found is None:
        raise NotFound("eligibility.unknown", ref=ref)
    return found


def steps_of(session: Session, application_id: int) -> list[ApplicationStep]:
    """List the steps of an application in their order."""
    wanted = select(ApplicationStep).where(ApplicationStep.application_id == application_id)
    return list(session.scalars(wanted.order_by(ApplicationStep.number)))


def held(session: Session, *, ref: str) -> Application:
    """Find an application and hold its person, so that steps are taken one after the other."""
    found = application(session, ref=ref)
    seniors.locked(session, person_id=subject(session, found))
    return found


def subject(session: Session, of: Application) -> int:
    """Return the key of whom an application is about: the record that stands, where the applicant's was merged."""
    return seniors.surviving(session, seniors.person_by_id(session, person_id=of.person_id)).id


def step(
    session: Session, of: Application, name: str, *, day: date | None = None, actor: str, at: datetime, **more: Any
) -> ApplicationStep:
    """Add the next step on a day, today unless told.

    Refuses ``eligibility.day_ahead`` and what the database refuses: ``step_order``, ``step_early``, ``same_eyes``,
    ``notice_running``; Conflict ``eligibility.moved`` where somebody was quicker.
    """
    on = day or service_day(at)
    if on > service_day(at):
        raise Invalid("eligibility.day_ahead")
    last = session.scalar(select(func.max(ApplicationStep.number)).where(ApplicationStep.application_id == of.id)) or 0
    row = ApplicationStep(application_id=of.id, number=last + 1, step=name, on_day=on, at=at, actor=actor, **more)
    insert(session, row)
    chain = f"region:{of.region_code[:6]}"
    audit.record(
        session, chain=chain, at=at, actor=actor, action=f"application.{name}", subject=of.ref, number=row.number
    )
    return row


def insert(session: Session, row: Application | ApplicationStep) -> None:
    """Insert a row, and say in a refusal what the database says in an error."""
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise _refusal(str(error.orig)) from None


def _refusal(said: str) -> CanteenError:
    if "eligibility.same_eyes" in said:
        return Refused("eligibility.same_eyes")
    if "eligibility.notice_running" in said:
        return Refused("eligibility.notice_running")
    if "eligibility.step_early" in said:
        return Refused("eligibility.step_early")
    if "eligibility.step_order" in said:
        return Refused("eligibility.step_order")
    if "eligibility.already_open" in said:
        return Refused("eligibility.already_open")
    return Conflict("eligibility.moved")
