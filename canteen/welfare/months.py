"""Count by village, for a month, who had to be seen and who was; and say on which day whose visit is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from canteen.welfare.rules import WEEKLY, next_visit, seen_weeks, weeks_of
from canteen.welfare.visits import Due, due, seen_days


@dataclass(frozen=True, slots=True)
class VillageMonth:
    """Hold the figures of a village: people to be seen, weekly visits to be made, and how many of each were."""

    region_code: str
    monthly_due: int
    monthly_seen: int
    weekly_due: int
    weekly_seen: int


@dataclass(frozen=True)
class DayOfVisits:
    """Show a day of a month: whose visit falls due, and who was seen."""

    day: date
    due: tuple[Due, ...]
    seen: tuple[Due, ...]


def month_of(session: Session, *, first: date, last: date) -> list[VillageMonth]:
    """Count the people in reach who have to be visited, as of the last day; a week counts once it is over."""
    listed = due(session, on=last)
    days = seen_days(session, people=[one.person_id for one in listed], first=first, last=last)
    villages = sorted({one.region_code for one in listed})
    return [_village(code, [one for one in listed if one.region_code == code], days, first, last) for code in villages]


def calendar_of(session: Session, *, first: date, last: date, today: date) -> list[DayOfVisits]:
    """Return every day of a month with whose visit is due on it, overdue ones today, and who was seen on it."""
    listed = due(session, on=today)
    days = seen_days(session, people=[one.person_id for one in listed], first=first, last=last)
    falls = {one.person_id: next_visit(one.last_seen, one.every, on=today) for one in listed}
    return [
        DayOfVisits(
            day,
            tuple(one for one in listed if falls[one.person_id] == day),
            tuple(one for one in listed if day in days.get(one.person_id, ())),
        )
        for day in (first + timedelta(days=number) for number in range((last - first).days + 1))
    ]


def _village(code: str, people: Sequence[Due], days: Mapping[int, set[date]], first: date, last: date) -> VillageMonth:
    weekly = [one for one in people if one.every == WEEKLY]
    weeks = weeks_of(first, last)
    return VillageMonth(
        region_code=code,
        monthly_due=len(people),
        monthly_seen=sum(bool(days.get(one.person_id)) for one in people),
        weekly_due=len(weekly) * len(weeks),
        weekly_seen=sum(seen_weeks(days.get(one.person_id, ()), weeks) for one in weekly),
    )
