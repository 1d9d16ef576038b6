"""Take an application through its steps, one colleague after the other."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from canteen import eligibility
from canteen.foundation.clock import local
from tests import builders as make

MONDAY = make.MONDAY
CATEGORY = "minimum_living"
TAKER, SECOND = "staff:taker", "staff:second"


def at(day: date) -> datetime:
    """Return nine o'clock of a day."""
    return local(day, 9)


def after(days: int) -> date:
    """Return a day so many days after the Monday on which all begins."""
    return MONDAY + timedelta(days=days)


def applied(session: Session, person_id: int, *, category: str = CATEGORY, on: date = MONDAY, **more: Any) -> str:
    """Apply at the desk, and return the reference."""
    made = eligibility.apply(
        session, person_id=person_id, category=category, channel="staff", evidence="申请表", actor=TAKER,
        at=at(on), **more,
    )  # fmt: skip
    return made.ref


def assessed(session: Session, ref: str, *, on: date = MONDAY, **more: Any) -> str:
    """Assess an application."""
    stated: dict[str, Any] = {"category": CATEGORY, "evidence": "入户调查表", "actor": TAKER, "at": at(on)}
    eligibility.assess(session, ref=ref, **(stated | more))
    return ref


def published(session: Session, *refs: str, on: date = MONDAY, **more: Any) -> eligibility.PublicNotice:
    """Hang a notice out for five working days."""
    stated: dict[str, Any] = {
        "region_code": make.FUTIAN, "place": "居委会公告栏", "phone": "0755-5550111", "days": 5, "day_kind": "working",
        "actor": TAKER, "at": at(on),
    }  # fmt: skip
    return eligibility.publish_notice(session, refs=refs, **(stated | more))


def confirmed(session: Session, ref: str, *, on: date, **more: Any) -> eligibility.ApplicationStep:
    """Confirm an application as a second person."""
    stated: dict[str, Any] = {
        "evidence": "民政〔2026〕7号", "valid_from": MONDAY, "recheck_on": date(2027, 3, 1), "actor": SECOND,
        "at": at(on),
    }  # fmt: skip
    return eligibility.confirm(session, ref=ref, **(stated | more))


def on_notice(session: Session, person_id: int, **more: Any) -> str:
    """Bring an application as far as the notice."""
    ref = assessed(session, applied(session, person_id, **more))
    published(session, ref)
    return ref


def entitled(session: Session, person_id: int, **more: Any) -> str:
    """Bring an application as far as the confirmation."""
    ref = on_notice(session, person_id)
    confirmed(session, ref, on=after(7), **more)
    return ref


def steps(session: Session, ref: str) -> list[str]:
    """List the steps that were taken."""
    return [one.step for one in eligibility.history(session, ref=ref)]
