"""Decide when an empty chair is a sign, whose turn it is to look, and who has to be visited how often; pure.

**The missed meal.** Of the days on which the canteen was open before a gap began, count by weekday how often somebody
came. A gap is a sign where it would be a rare chance for this very person: the product, over its days, of the chance of
not coming that day falls below `alpha`. Somebody who comes every day is missed after two days, somebody who comes on
Mondays and Thursdays after some weeks, and somebody who comes now and then never. Days that were excused (cancelled by
the person, said to be away) belong neither to the habit nor to the gap.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

LADDER = ("phone", "neighbour", "kin", "community", "police")
# Minutes that one rung has before the next is asked to look, by what happened.
CLOCKS = {"no_answer": 15, "not_come": 60, "missing": 24 * 60, "confused": 24 * 60}
_PRIOR = 0.5  # Days that nobody has seen: half a day come and half a day not come on each weekday, shared by all.


@dataclass(frozen=True, slots=True)
class Watch:
    """Say how rare a gap has to be and how long at least, how far is looked back, and who counts as a regular."""

    alpha: float = 0.005
    least_days: int = 2
    look_back: int = 56
    least_habit: float = 0.35
    least_meals: int = 8


@dataclass(frozen=True, slots=True)
class Missing:
    """Say since when somebody is missed, how many open days that is, and how rare it is for this person."""

    since: date
    days: int
    chance: float


def missing(
    came: Collection[date], opened: Sequence[date], *, on: date, watch: Watch, excused: Collection[date] = ()
) -> Missing | None:
    """Return how somebody is missed at the end of a day, None where nothing is to be wondered at.

    `opened` are the days on which the canteen served, `came` those on which the person ate, anywhere.
    """
    first = on - timedelta(days=watch.look_back)
    days = sorted(day for day in opened if first <= day <= on and day not in excused)
    gap: list[date] = []
    while days and days[-1] not in came:
        gap.append(days.pop())
    met = [day for day in days if day in came]
    if len(gap) < watch.least_days or len(met) < watch.least_meals or len(met) < watch.least_habit * len(days):
        return None
    chances = [_absence(day.weekday(), met, days) for day in gap]
    chance = math.prod(chances)
    return Missing(min(gap), len(gap), chance) if chance < watch.alpha else None


def _absence(weekday: int, met: Sequence[date], days: Sequence[date]) -> float:
    """Return the chance of not coming on a weekday: that weekday's own count, steadied by all days together."""
    share = len(met) / len(days)
    own = [day for day in days if day.weekday() == weekday]
    came = sum(day in met for day in own)
    weight = 2 * _PRIOR
    return 1 - min(0.98, (came + weight * share) / (len(own) + weight))


def next_rung(rung: int) -> int | None:
    """Return who looks next; None after the last."""
    return rung + 1 if rung + 1 < len(LADDER) else None


_ALONE = {"living_alone", "visited_living_alone"}
_POOR = {"extreme_hardship", "extreme_hardship_at_home", "minimum_living", "near_threshold", "low_income"}
_BEREAVED = {"bereaved", "family_planning_special"}
_DISABLED = {
    "ability_severe", "ability_complete", "disability_1", "disability_2", "visited_disabled",
    "visited_gravely_disabled",
}  # fmt: skip
_IN_DIFFICULTY = _ALONE | {"extreme_hardship", "extreme_hardship_at_home", "visited"} | _BEREAVED


WEEKLY, MONTHLY = 7, 31


def visit_every(age: int | None, categories: Collection[str]) -> int | None:
    """Return in how many days somebody has to be visited at least: 7, 31, or None where nobody asks for it.

    Weekly whoever is disabled and lives alone and is 80, poor, or bereaved of the only child; monthly whoever is in
    special difficulty (Jiangxi's community plan 2023-2025).
    """
    known = set(categories)
    is_frail = bool(known & _ALONE and known & _DISABLED)
    if is_frail and ((age or 0) >= 80 or known & (_POOR | _BEREAVED)):
        return WEEKLY
    is_visited = known & _IN_DIFFICULTY or any(code.startswith("visited") for code in known)
    return MONTHLY if is_visited else None


def next_visit(last_seen: date | None, every: int, *, on: date) -> date:
    """Return on which day somebody is to be visited next; who is overdue, on the day of the question."""
    return on if last_seen is None else max(on, last_seen + timedelta(days=every))


def weeks_of(first: date, last: date) -> list[tuple[date, date]]:
    """Return the whole weeks of a month, counted from its first day, each up to the day after it."""
    starts = (first + timedelta(days=number) for number in range(0, (last - first).days + 1, 7))
    return [(start, start + timedelta(days=7)) for start in starts if start + timedelta(days=6) <= last]


def seen_weeks(days: Collection[date], weeks: Sequence[tuple[date, date]]) -> int:
    """Count the weeks in which somebody was seen."""
    return sum(any(start <= day < end for day in days) for start, end in weeks)


def is_overdue(last_seen: date | None, every: int, *, on: date) -> bool:
    """Tell whether somebody was not seen within the days that are asked for."""
    return last_seen is None or (on - last_seen).days >= every
