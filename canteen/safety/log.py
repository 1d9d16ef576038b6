"""Note temperatures, the points of the daily check, and until when who may handle food."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.foundation.clock import local
from canteen.foundation.errors import Invalid
from canteen.safety.rules import is_fine
from canteen.safety.tables import CHECKS, POINTS, DailyCheck, HealthCertificate, TemperatureReading

SOON = timedelta(days=30)
_COLDEST, _HOTTEST = -600, 3000


@dataclass(frozen=True, slots=True)
class Holder:
    """Say until when somebody may handle food: ``state`` is valid, soon or over."""

    name: str
    number_tail: str
    valid_until: date
    state: str


def note_temperature(
    session: Session,
    *,
    canteen_id: int,
    point: str,
    place: str,
    celsius_tenths: int,
    measure: str,
    actor: str,
    at: datetime,
) -> TemperatureReading:
    """Note a temperature.

    Refuses ``safety.not_a_temperature``, and ``safety.measure_missing`` where it is out of its range and nobody says
    what was done.
    """
    if point not in POINTS or not _COLDEST <= celsius_tenths <= _HOTTEST:
        raise Invalid("safety.not_a_temperature")
    fine = is_fine(point, celsius_tenths)
    if not fine and not measure.strip():
        raise Invalid("safety.measure_missing")
    row = TemperatureReading(
        canteen_id=canteen_id, point=point, place=place, celsius_tenths=celsius_tenths, is_fine=fine,
        measure=measure.strip(), at=at, actor=actor,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def temperatures(session: Session, *, canteen_id: int, day: date) -> Sequence[TemperatureReading]:
    """List the temperatures of a local day, the latest first."""
    begin = local(day, 0)
    return session.scalars(
        select(TemperatureReading)
        .where(
            TemperatureReading.canteen_id == canteen_id, TemperatureReading.at >= begin,
            TemperatureReading.at < begin + timedelta(days=1),
        )
        .order_by(TemperatureReading.id.desc())
    ).all()  # fmt: skip


def note_check(
    session: Session, *, canteen_id: int, day: date, point: str, fine: bool, measure: str, actor: str, at: datetime
) -> None:
    """Note one point of the daily check; refuses ``safety.no_such_check`` and ``safety.measure_missing``."""
    if point not in CHECKS:
        raise Invalid("safety.no_such_check")
    if not fine and not measure.strip():
        raise Invalid("safety.measure_missing")
    session.add(
        DailyCheck(
            canteen_id=canteen_id, day=day, point=point, is_fine=fine, measure=measure.strip(), at=at, actor=actor
        )
    )
    session.flush()


def checks(session: Session, *, canteen_id: int, day: date) -> dict[str, DailyCheck]:
    """Return the last note of each point of a day."""
    rows = session.scalars(
        select(DailyCheck).where(DailyCheck.canteen_id == canteen_id, DailyCheck.day == day).order_by(DailyCheck.id)
    )
    return {row.point: row for row in rows}


def enter_certificate(
    session: Session,
    *,
    canteen_id: int,
    holder: str,
    number_tail: str,
    valid_until: date | None,
    actor: str,
    at: datetime,
) -> None:
    """Note until when a holder may handle food, without a day that the holder left; ``safety.holder_missing``."""
    if not holder.strip():
        raise Invalid("safety.holder_missing")
    session.add(
        HealthCertificate(
            canteen_id=canteen_id, holder=holder.strip(), number_tail=number_tail, valid_until=valid_until,
            entered_at=at, entered_by=actor,
        )
    )  # fmt: skip
    session.flush()


def holders(session: Session, *, canteen_id: int, on: date) -> list[Holder]:
    """List who handles food, those first whose certificate ends first; it is valid on its last day."""
    rows = session.scalars(
        select(HealthCertificate).where(HealthCertificate.canteen_id == canteen_id).order_by(HealthCertificate.id)
    )
    last = {row.holder: row for row in rows}
    found = [
        Holder(row.holder, row.number_tail, row.valid_until, _state(row.valid_until, on))
        for row in last.values()
        if row.valid_until is not None
    ]
    return sorted(found, key=lambda holder: (holder.valid_until, holder.name))


def _state(valid_until: date, on: date) -> str:
    return "over" if valid_until < on else "soon" if valid_until < on + SOON else "valid"
