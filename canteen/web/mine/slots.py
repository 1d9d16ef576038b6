"""Find the next meals that can be ordered, and what somebody ate last."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from canteen import menus, orders
from canteen.web.mine.asker import Asker

_AHEAD = 7


@dataclass(frozen=True)
class Slot:
    """Name a meal of a day that can be ordered, with what is on the table."""

    day: date
    meal: str
    hours: orders.MealHours
    view: menus.DayView


@dataclass(frozen=True)
class Usual:
    """Hold what somebody ordered last: dishes by name, and how it came."""

    meal: str
    mode: str
    dishes: Counter[str]


def open_slots(session: Session, asker: Asker, most: int) -> list[Slot]:
    """List the next meals that can be ordered and are not yet, the nearest first."""
    canteen = asker.canteen
    if canteen is None:
        return []
    taken = {
        (one.service_date, one.meal)
        for one in orders.coming(session, person_ids=[asker.person.person_id], on=asker.today)
    }
    last = asker.today + timedelta(days=_AHEAD)
    offered = menus.offered(session, canteen_id=canteen.canteen_id, first=asker.today, last=last)
    found: list[Slot] = []
    for day, meal in sorted(offered - taken, key=lambda one: (one[0], orders.MEALS.index(one[1]))):
        slot = slot_of(session, asker, day, meal)
        found += [slot] if slot else []
        if len(found) == most:
            break
    return found


def slot_of(session: Session, asker: Asker, day: date, meal: str) -> Slot | None:
    """Return one meal of one day, None where it cannot be ordered any more or is not served."""
    canteen = asker.canteen
    timing = canteen.meals_on(day).get(meal) if canteen else None
    if canteen is None or timing is None or not orders.serves_on(timing, day):
        return None
    if asker.at >= orders.cutoff(timing, day):
        return None
    view = menus.day(session, canteen_id=canteen.canteen_id, service_date=day, meal=meal)
    return Slot(day, meal, timing, view) if view is not None and view.items else None


def usual(session: Session, asker: Asker) -> Usual | None:
    """Return what the person ordered last, None who never did."""
    before = orders.latest(session, person_id=asker.person.person_id)
    if before is None:
        return None
    return Usual(before.meal, before.mode, Counter({line.dish_name: line.quantity for line in before.lines}))


def wishes_of(slot: Slot, dishes: Counter[str]) -> list[orders.Wish]:
    """Find dishes by name on the menu of a meal; empty where one is not there, or not in that number."""
    by_name = {item.name: item for item in slot.view.items}
    if any(name not in by_name or by_name[name].remaining < count for name, count in dishes.items()):
        return []
    return [orders.Wish(by_name[name].item_id, count) for name, count in dishes.items()]
