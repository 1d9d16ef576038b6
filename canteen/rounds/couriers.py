"""Know who carries meals for a canteen, and who of them comes on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.foundation.errors import Invalid, NotFound, Refused
from canteen.foundation.references import new_reference
from canteen.rounds.record import record
from canteen.rounds.tables import KINDS, Courier, CourierAbsence

_SOON = 30


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Say how somebody carries meals; minutes count from midnight, papers are valid up to the day before `*_until`."""

    name: str
    kind: str
    capacity: int
    starts_minute: int
    ends_minute: int
    weekdays: str = "1234567"
    max_trips: int = 2
    reload_minutes: int = 5
    skills: tuple[str, ...] = ()
    team: str = ""
    staff_id: int | None = None
    insured_until: date | None = None
    health_until: date | None = None


def add_courier(session: Session, *, canteen_id: int, terms: Terms, actor: str, at: datetime) -> Courier:
    """Enter somebody who carries meals; ``rounds.courier_terms`` where hours, boxes or days make no sense."""
    added = Courier(ref=new_reference("K"), canteen_id=canteen_id, **_columns(terms))
    session.add(added)
    record(session, canteen_id, "courier.add", subject=added.ref, actor=actor, at=at)
    return added


def change_courier(session: Session, *, courier: Courier, terms: Terms, actor: str, at: datetime) -> None:
    """Change how somebody carries meals; plans that stand are left alone."""
    for column, value in _columns(terms).items():
        setattr(courier, column, value)
    record(session, courier.canteen_id, "courier.change", subject=courier.ref, actor=actor, at=at)


def end_courier(session: Session, *, courier: Courier, on: date, actor: str, at: datetime) -> None:
    """Say from which day on somebody carries no meals any more."""
    courier.ended_on = on
    record(session, courier.canteen_id, "courier.end", subject=courier.ref, actor=actor, at=at)


def be_absent(session: Session, *, courier: Courier, on: date, reason: str, actor: str, at: datetime) -> None:
    """Say that a courier does not come on a day; ``rounds.absent_already``."""
    try:
        with session.begin_nested():
            session.add(
                CourierAbsence(
                    canteen_id=courier.canteen_id,
                    courier_id=courier.id,
                    absent_on=on,
                    reason=reason,
                    at=at,
                    actor=actor,
                )
            )
    except IntegrityError:
        raise Refused("rounds.absent_already", name=courier.name) from None
    record(session, courier.canteen_id, "courier.absent", subject=courier.ref, actor=actor, at=at)


def courier(session: Session, *, ref: str, canteen_id: int) -> Courier:
    """Find a courier of a canteen; ``rounds.no_such_courier``."""
    found = session.scalar(select(Courier).where(Courier.ref == ref, Courier.canteen_id == canteen_id))
    if found is None:
        raise NotFound("rounds.no_such_courier", ref=ref)
    return found


def couriers(session: Session, *, canteen_id: int, on: date) -> Sequence[Courier]:
    """List who carries meals for a canteen on a day or later, in the order of entry."""
    listed = session.scalars(select(Courier).where(Courier.canteen_id == canteen_id).order_by(Courier.id))
    return [one for one in listed if one.ended_on is None or on < one.ended_on]


def courier_of(session: Session, *, staff_id: int, canteen_id: int, on: date) -> Courier | None:
    """Return who of the couriers logs in as this member of staff, None where nobody does."""
    return next((one for one in couriers(session, canteen_id=canteen_id, on=on) if one.staff_id == staff_id), None)


def absent_on(session: Session, *, canteen_id: int, on: date) -> dict[int, str]:
    """Tell by key which couriers of a canteen do not come on a day, and why."""
    wanted = select(CourierAbsence.courier_id, CourierAbsence.reason).where(
        CourierAbsence.canteen_id == canteen_id, CourierAbsence.absent_on == on
    )
    return {row[0]: row[1] for row in session.execute(wanted)}


def obstacle(courier: Courier, *, on: date, absent: dict[int, str]) -> str:
    """Name why somebody is not planned on a day, empty where nothing stands against it.

    Whoever hands out food needs a health certificate and an insurance that is in force; a day that nobody has entered
    counts as unknown, not as expired.
    """
    if courier.id in absent:
        return "absent"
    if str(on.isoweekday()) not in courier.weekdays:
        return "day_off"
    if courier.health_until is not None and courier.health_until <= on:
        return "health_expired"
    if courier.insured_until is not None and courier.insured_until <= on:
        return "insurance_expired"
    return ""


def warnings(courier: Courier, *, on: date) -> list[str]:
    """Name what is missing or ends within a month."""
    found = []
    for name, until in (("health", courier.health_until), ("insurance", courier.insured_until)):
        if until is None:
            found.append(f"{name}_unknown")
        elif on < until and (until - on).days <= _SOON:
            found.append(f"{name}_soon")
    return found


def _columns(terms: Terms) -> dict[str, object]:
    days = set(terms.weekdays) <= set("1234567") and terms.weekdays
    hours = 0 <= terms.starts_minute < terms.ends_minute <= 24 * 60
    boxes = 0 < terms.capacity <= 500 and 0 < terms.max_trips <= 10 and 0 <= terms.reload_minutes <= 120
    if terms.kind not in KINDS or not (days and hours and boxes and terms.name.strip()):
        raise Invalid("rounds.courier_terms")
    return {**asdict(terms), "name": terms.name.strip(), "skills": sorted(terms.skills)}
