"""Write what stands on a box: whose it is, what is in it, what must not, where it goes, until when to eat it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from canteen import orders, places
from canteen.kitchen.buildings import building_of, floor_of
from canteen.kitchen.portions import allergies, cooked
from canteen.kitchen.values import Meal

# GB 31654-2021: food that is kept warm by nothing is eaten within two hours of cooking.
KEEPS = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Label:
    """Hold what one label says; the building and the floor are those of a delivery, never the door."""

    number: int
    diner_masked: str
    dishes: str
    wishes: tuple[str, ...]
    allergens: tuple[str, ...]
    mode: str
    building: str
    floor: int | None
    eat_by: datetime | None


def labels(session: Session, *, of: Meal, actor: str, at: datetime) -> tuple[Label, ...]:
    """Return the labels of the meals that leave the house, deliveries by building, and keep who looked.

    It opens addresses as `orders.doors` does, so it needs a session that may see the diners.
    """
    doors = orders.doors(
        session, canteen_id=of.canteen_id, service_date=of.service_date, meal=of.meal, actor=actor, at=at
    )
    portions = cooked(session, of=of).portions
    harmful = {one.number: one.allergens for one in allergies(session, of=of, portions=portions)}
    service = places.services(session, canteen_id=of.canteen_id, on=of.service_date).get(of.meal)
    eat_by = orders.serves_from(orders.hours(service), of.service_date) + KEEPS if service else None
    made = [
        Label(
            number=one.number,
            diner_masked=one.diner_masked,
            dishes=one.text,
            wishes=one.wishes,
            allergens=harmful.get(one.number, ()),
            mode=one.mode,
            building=building_of(doors.get(one.ref, "")),
            floor=floor_of(doors.get(one.ref, "")),
            eat_by=eat_by,
        )
        for one in portions
        if one.mode != "dine_in"
    ]
    return tuple(sorted(made, key=lambda label: (label.mode, label.building, label.number)))
