"""Tell how many meals go to which building: what is loaded into the car, without any door or name."""

from __future__ import annotations

import re
from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.foundation.db import vault_of
from canteen.kitchen.values import Meal
from canteen.orders import OPEN_STATES
from canteen.orders.tables import Order
from canteen.seniors.tables import Person

# "莲花路 3 号 5 栋 1203", "幸福里12幢2单元": everything up to the building; without one, up to the house number.
_BUILDING = re.compile(r".*?\d+\s*(?:号楼|栋|幢|座|楼(?!\d))")
_HOUSE = re.compile(r".*?\d+\s*(?:号|弄)")
# The part down to the street's office, which everybody in the kitchen knows.
_AREA = re.compile(r"(?:\S{2,4}?省)?(?:\S{2,4}?市)?(?:\S{2,4}?[区县市])?\S{2,6}?(?:街道|镇|乡)(?=\S)")
_ROOM = re.compile(r"(\d{3,4})\s*(?:室|房|号房)?\s*$")
_FLOOR = re.compile(r"(\d{1,2})\s*(?:楼|层)\s*$")


def building_of(address: str) -> str:
    """Return the part of an address that names the building, without its district; empty where it names none."""
    near = _AREA.sub("", address, count=1)
    found = _BUILDING.match(near) or _HOUSE.match(near)
    return " ".join(found[0].split()) if found else ""


def floor_of(address: str) -> int | None:
    """Return the floor that an address tells by its room (1203 is on floor 12) or in so many words."""
    building = building_of(address)
    rest = " ".join(address.split()).rpartition(building)[2].strip() if building else address.strip()
    said = _FLOOR.search(rest)
    if said:
        return int(said[1])
    room = _ROOM.search(rest)
    return int(room[1][:-2]) or None if room else None


def by_building(session: Session, *, of: Meal) -> tuple[tuple[str, int], ...]:
    """Count the open deliveries of a meal by building, the most first; those of an unknown one come last, unnamed.

    It looks into the register, so it needs a session that may see the diners.
    """
    rows = session.scalars(
        select(Person.address_sealed)
        .join(Order, Order.person_id == Person.id)
        .where(
            Order.canteen_id == of.canteen_id,
            Order.service_date == of.service_date,
            Order.meal == of.meal,
            Order.mode == "delivery",
            Order.state.in_(OPEN_STATES),
        )
    )
    vault = vault_of(session)
    counted = Counter(building_of(vault.open(sealed)) if sealed else "" for sealed in rows)
    return tuple(sorted(counted.items(), key=lambda pair: (not pair[0], -pair[1], pair[0])))
