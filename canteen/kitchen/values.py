"""Hold what a prep sheet says: portions, and the sheet that was numbered; frozen, and written as text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from canteen.foundation import canonical


@dataclass(frozen=True, slots=True)
class Portion:
    """Hold what one diner gets: dishes with their counts, wishes, how it leaves the kitchen; no name in clear."""

    ref: str
    number: int
    diner_masked: str
    dishes: tuple[tuple[str, int], ...]
    wishes: tuple[str, ...]
    mode: str

    @property
    def text(self) -> str:
        """Write the dishes in one line, with the count where it is more than one."""
        return " ".join(name if count == 1 else f"{name}×{count}" for name, count in self.dishes)


@dataclass(frozen=True, slots=True)
class Meal:
    """Name a meal of a canteen."""

    canteen_id: int
    service_date: date
    meal: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Hold a numbered prep sheet as it was locked."""

    sheet_id: int
    number: int
    locked_at: datetime
    portions: tuple[Portion, ...]


def written(portions: Iterable[Portion]) -> str:
    """Write portions as the one text that is kept and digested."""
    return canonical.text(
        [
            [one.ref, one.number, one.diner_masked, [list(dish) for dish in one.dishes], list(one.wishes), one.mode]
            for one in portions
        ]
    )


def read(text: str) -> tuple[Portion, ...]:
    """Read back what `written` wrote."""
    return tuple(
        Portion(ref, number, diner, tuple((name, count) for name, count in dishes), tuple(wishes), mode)
        for ref, number, diner, dishes, wishes, mode in json.loads(text)
    )
