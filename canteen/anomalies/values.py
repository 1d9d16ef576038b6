"""Hold what the rules look at: meals of some days as frozen values, and what a rule found in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """Hold one meal that stands, as the counter noted it.

    ``received_at`` is when the house learned of it; ``metres_*`` places the canteen on a flat map, None where it is not
    known; ``gone_on`` is the first day of a standing fact of death or exit.
    """

    ref: str
    canteen_id: int
    person_ref: str
    service_date: date
    meal: str
    mode: str
    means: str
    device: str
    server: str
    happened_at: datetime
    received_at: datetime
    subsidy_fen: int
    own_fen: int
    tender: str
    metres_east: int | None = None
    metres_north: int | None = None
    gone_on: date | None = None


@dataclass(frozen=True, slots=True)
class Serving:
    """Hold what a canteen had to offer for one meal of a day: none where it was closed."""

    capacity: int
    opens_at: datetime | None
    closes_at: datetime | None


@dataclass(frozen=True, slots=True)
class Day:
    """Hold everything about the days that are looked at."""

    meals: tuple[Seen, ...]
    servings: Mapping[tuple[int, date, str], Serving] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """Name what a rule found: the meals behind it, and the subsidy at stake. ``key`` is derived from the fact."""

    rule: str
    canteen_id: int
    day: date
    subject: str
    refs: tuple[str, ...]
    amount_fen: int

    @property
    def key(self) -> str:
        """Return the name of the fact, by which it is found once."""
        return f"{self.rule}:{self.day.isoformat()}:{self.subject}"
