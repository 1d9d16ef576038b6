"""Build a street with couriers and orders around the canteen of the small world."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from canteen import delivery, orders, places, rounds
from tests import builders as make

CLOSED = make.at(make.MONDAY, 9, 31)
SHENZHEN = (22.5530, 114.0400)


@dataclass(frozen=True)
class Street:
    """Hold a town that delivers: its buildings, its couriers, who ordered."""

    town: make.Town
    buildings: list[rounds.Building]
    couriers: list[rounds.Courier]
    people: list[int]
    orders: list[str]

    @property
    def due(self) -> rounds.Due:
        return rounds.Due(self.town.canteen_id, make.MONDAY, "lunch")


def a_street(session: Session, town: make.Town, *, people: int = 6, couriers: int = 2) -> Street:
    """Enter three buildings, couriers, and people with one order each."""
    places.canteen_by_id(session, canteen_id=town.canteen_id).latitude_e6 = round(SHENZHEN[0] * 1e6)
    places.canteen_by_id(session, canteen_id=town.canteen_id).longitude_e6 = round(SHENZHEN[1] * 1e6)
    houses = [
        rounds.add_building(
            session, canteen_id=town.canteen_id, name=f"莲花里 {n} 栋", has_lift=n == 2, note="东门进",
            pin=rounds.Pin(latitude=SHENZHEN[0] + n * 0.002, longitude=SHENZHEN[1] - n * 0.001, datum="wgs84"),
            actor="test", at=make.BEFORE,
        )
        for n in range(1, 4)
    ]  # fmt: skip
    crew = [a_courier(session, town, f"小周{n}") for n in range(couriers)]
    seniors = [make.a_senior(session, name=f"张秀{'英兰梅芳珍玉'[n % 6]}") for n in range(people)]
    refs = []
    for n, person_id in enumerate(seniors):
        rounds.settle(
            session, person_id=person_id, building=houses[n % 3], floor=1 + n, note="敲门大声点", actor="test",
            at=make.BEFORE,
        )  # fmt: skip
        refs.append(make.an_order(session, town, person_id, mode="delivery").ref)
    return Street(town, houses, crew, seniors, refs)


def a_courier(session: Session, town: make.Town, name: str, **terms: object) -> rounds.Courier:
    """Enter a courier who comes every day."""
    said: dict[str, object] = {
        "name": name, "kind": "paid", "capacity": 20, "starts_minute": 10 * 60, "ends_minute": 14 * 60, **terms
    }  # fmt: skip
    return rounds.add_courier(
        session, canteen_id=town.canteen_id, terms=rounds.Terms(**said), actor="test", at=make.BEFORE
    )


def quickly(case: delivery.Case, _moved: int) -> delivery.Plan:
    """Solve in a few steps."""
    return delivery.solver().solve(case, budget=delivery.Budget(iterations=(20,)))


def another_order(session: Session, street: Street, building: rounds.Building | None) -> orders.Order:
    """Register somebody more and order for her."""
    person_id = make.a_senior(session)
    if building is not None:
        rounds.settle(session, person_id=person_id, building=building, actor="test", at=make.BEFORE)
    return make.an_order(session, street.town, person_id, mode="delivery")
