"""Know the buildings that a canteen carries meals to, where they stand, and who lives in which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.foundation.db import vault_of
from canteen.foundation.errors import Invalid, NotFound, Refused
from canteen.foundation.references import new_reference
from canteen.rounds.datum import to_wgs84
from canteen.rounds.record import record
from canteen.rounds.tables import DATUMS, Building, DoorPlace

_LONGEST = 60


@dataclass(frozen=True, kw_only=True)
class Pin:
    """Say where a building stands, in degrees, in which map system, and who says so."""

    latitude: float
    longitude: float
    datum: str = "gcj02"
    by: str = "typed"

    def columns(self) -> dict[str, Any]:
        """Return the pin as columns; ``rounds.pin_outside`` where no place on earth is meant."""
        if self.datum not in DATUMS:
            raise Invalid("rounds.datum_unknown", datum=self.datum)
        if not (-90 < self.latitude < 90 and -180 < self.longitude < 180) or not (self.latitude or self.longitude):
            raise Invalid("rounds.pin_outside")
        return {
            "latitude_e6": round(self.latitude * 1e6),
            "longitude_e6": round(self.longitude * 1e6),
            "datum": self.datum,
            "pinned_by": self.by,
        }


def add_building(
    session: Session,
    *,
    canteen_id: int,
    name: str,
    actor: str,
    at: datetime,
    has_lift: bool = False,
    note: str = "",
    pin: Pin | None = None,
) -> Building:
    """Enter a building; ``rounds.building_known`` where the canteen has one of that name."""
    added = Building(
        ref=new_reference("J"), canteen_id=canteen_id, name=_named(name), has_lift=has_lift, note=note,
        **(pin.columns() if pin else {"datum": "gcj02", "pinned_by": ""}),
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(added)
    except IntegrityError:
        raise Refused("rounds.building_known", name=name) from None
    record(session, canteen_id, "building.add", subject=added.ref, actor=actor, at=at)
    return added


def change_building(
    session: Session, *, building: Building, name: str, has_lift: bool, note: str, pin: Pin | None, actor: str,
    at: datetime,
) -> None:  # fmt: skip
    """Change what is known of a building; without a pin the old one stays. Refuses ``rounds.building_known``."""
    building.name, building.has_lift, building.note = _named(name), has_lift, note
    for column, value in (pin.columns() if pin else {}).items():
        setattr(building, column, value)
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError:
        raise Refused("rounds.building_known", name=name) from None
    record(session, building.canteen_id, "building.change", subject=building.ref, actor=actor, at=at)


def close_building(
    session: Session, *, building: Building, first: date, until: date | None, reason: str, actor: str, at: datetime
) -> None:
    """Say that nobody can be brought a meal there from a day on, until another; ``rounds.reason_missing``."""
    if not reason.strip():
        raise Invalid("rounds.reason_missing")
    if until is not None and until <= first:
        raise Invalid("rounds.days_turned")
    building.closed_from, building.closed_until, building.closed_reason = first, until, reason.strip()
    record(session, building.canteen_id, "building.close", subject=building.ref, actor=actor, at=at)


def reopen_building(session: Session, *, building: Building, actor: str, at: datetime) -> None:
    """Say that meals can be brought there again."""
    building.closed_from = building.closed_until = None
    building.closed_reason = ""
    record(session, building.canteen_id, "building.reopen", subject=building.ref, actor=actor, at=at)


def building(session: Session, *, ref: str, canteen_id: int) -> Building:
    """Find a building of a canteen; ``rounds.no_such_building``."""
    found = session.scalar(select(Building).where(Building.ref == ref, Building.canteen_id == canteen_id))
    if found is None:
        raise NotFound("rounds.no_such_building", ref=ref)
    return found


def buildings(session: Session, *, canteen_id: int) -> Sequence[tuple[Building, int]]:
    """List the buildings of a canteen with how many people live there, those without a pin first."""
    wanted = (
        select(Building, func.count(DoorPlace.id))
        .outerjoin(DoorPlace, DoorPlace.building_id == Building.id)
        .where(Building.canteen_id == canteen_id)
        .group_by(Building.id)
        .order_by(Building.latitude_e6.is_not(None), Building.name)
    )
    return [(row[0], row[1]) for row in session.execute(wanted)]


def settle(
    session: Session,
    *,
    person_id: int,
    building: Building,
    actor: str,
    at: datetime,
    floor: int = 1,
    note: str = "",
    needs: Sequence[str] = (),
    earliest_minute: int | None = None,
    latest_minute: int | None = None,
    usual_courier_id: int | None = None,
) -> DoorPlace:
    """Say in which building a person is brought meals, and what the courier has to know there."""
    if earliest_minute is not None and (latest_minute is None or latest_minute < earliest_minute):
        raise Invalid("rounds.hours_turned")
    found = place_of(session, person_id=person_id, canteen_id=building.canteen_id)
    if found is None:
        found = DoorPlace(canteen_id=building.canteen_id, person_id=person_id)
        session.add(found)
    found.building_id, found.floor, found.needs = building.id, floor, sorted(needs)
    found.note_sealed = vault_of(session).seal(note) if note else None
    found.earliest_minute, found.latest_minute = earliest_minute, latest_minute
    found.usual_courier_id, found.set_at, found.set_by = usual_courier_id, at, actor
    session.flush()
    return found


def place_of(session: Session, *, person_id: int, canteen_id: int) -> DoorPlace | None:
    """Return in which building of a canteen a person is brought meals, None where nobody has said."""
    wanted = select(DoorPlace).where(DoorPlace.person_id == person_id, DoorPlace.canteen_id == canteen_id)
    return session.scalars(wanted).one_or_none()


def is_closed(building: Building, on: date) -> bool:
    """Tell whether a building cannot be reached on a day."""
    begun = building.closed_from is not None and building.closed_from <= on
    return begun and (building.closed_until is None or on < building.closed_until)


def pin_of(building: Building) -> tuple[float, float] | None:
    """Return the satellite coordinates of a building, None where it has no pin."""
    if building.latitude_e6 is None or building.longitude_e6 is None:
        return None
    return to_wgs84((building.latitude_e6 / 1e6, building.longitude_e6 / 1e6), building.datum)


def _named(name: str) -> str:
    if not 1 <= len(name.strip()) <= _LONGEST:
        raise Invalid("rounds.building_name", most=_LONGEST)
    return name.strip()
