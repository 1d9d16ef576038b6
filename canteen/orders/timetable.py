"""Show a canteen as a conversation knows it: name, address, telephone, and when it serves what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from canteen.foundation.narrowed import Narrowed
from canteen.orders.cutoff import MealHours
from canteen.orders.find import hours
from canteen.places.tables import Canteen, MealService


@dataclass(frozen=True, slots=True)
class Timetable:
    """Hold where a canteen is and when it serves and takes orders, with the days on which that holds."""

    canteen_id: int
    name: str
    address: str
    phone: str
    dated: tuple[tuple[date, date | None, MealHours], ...]

    def meals_on(self, day: date) -> Mapping[str, MealHours]:
        """Return, by meal, the hours that hold on a day."""
        return {
            hours.meal: hours for first, until, hours in self.dated if first <= day and (until is None or day < until)
        }


def timetable(session: Session, *, canteen_id: int) -> Timetable | None:
    """Return the timetable of a canteen, None where there is no such canteen; one statement."""
    rows = _TIMETABLE.all(session, {"canteen_id": canteen_id})
    if not rows:
        return None
    dated = tuple((row.valid_from, row.valid_until, hours(row)) for row in rows if row.meal is not None)
    return Timetable(rows[0].id, rows[0].name, rows[0].address, rows[0].phone, dated)


_TIMETABLE = Narrowed(
    select(
        Canteen.id, Canteen.name, Canteen.address, Canteen.phone,
        MealService.meal, MealService.opens_minute, MealService.closes_minute, MealService.cutoff_days,
        MealService.cutoff_minute, MealService.weekdays,
        MealService.valid_from, MealService.valid_until,
    )
    .outerjoin(MealService, MealService.canteen_id == Canteen.id)
    .where(Canteen.id == bindparam("canteen_id"))
)  # fmt: skip
