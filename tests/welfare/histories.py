"""Invent how people come to a canteen, with real changes at known days, and measure how the rule notices them."""

from __future__ import annotations

import random
import statistics
from dataclasses import dataclass
from datetime import date, timedelta

from canteen.welfare import Watch, missing

FIRST = date(2026, 1, 5)
DAYS = 140
WARM_UP = 56


@dataclass(frozen=True)
class Person:
    """Hold when somebody came, was excused, and stopped coming for good (None: never)."""

    came: frozenset[date]
    excused: frozenset[date]
    stopped_on: date | None


@dataclass(frozen=True)
class Figures:
    """Say what the rule gives: false alarms per 100 people a week, days until a real change is noticed."""

    false_per_100_weeks: float
    noticed_share: float
    median_days: float
    ninety_percent_days: float


def opened() -> list[date]:
    """Return the days on which the canteen served: no Sundays, a week of holidays."""
    days = [FIRST + timedelta(days=n) for n in range(DAYS)]
    return [day for day in days if day.weekday() != 6 and not 42 <= (day - FIRST).days < 49]


def invented(draw: random.Random, days: list[date], *, changes: bool) -> Person:
    """Return a person of one of four habits; colds keep people at home unannounced, journeys are sometimes told."""
    kind = draw.random()
    if kind < 0.45:
        habit = dict.fromkeys(range(7), draw.uniform(0.88, 0.99))
    elif kind < 0.7:
        chosen = draw.sample(range(6), draw.choice([2, 3, 4]))
        habit = {day: 0.94 if day in chosen else 0.04 for day in range(7)}
    elif kind < 0.9:
        habit = {day: draw.uniform(0.4, 0.8) for day in range(7)}
    else:
        habit = dict.fromkeys(range(7), draw.uniform(0.05, 0.3))
    away: set[date] = set()
    excused: set[date] = set()
    for _ in range(draw.choice([0, 1, 1, 2])):
        start, length = draw.randrange(WARM_UP, DAYS), draw.choice([1, 1, 2, 3, 5])
        gone = {FIRST + timedelta(days=start + n) for n in range(length)}
        away |= gone
        if draw.random() < 0.6:
            excused |= gone
    stopped = FIRST + timedelta(days=draw.randrange(WARM_UP + 20, DAYS - 30)) if changes else None
    came = frozenset(
        day
        for day in days
        if day not in away and (stopped is None or day < stopped) and draw.random() < habit[day.weekday()]
    )
    return Person(came, frozenset(excused), stopped)


def is_regular(person: Person, days: list[date]) -> bool:
    """Tell whether anybody would miss the person: came on at least a third of the open days before the change."""
    before = [day for day in days if person.stopped_on is None or day < person.stopped_on]
    return len(person.came) >= 0.35 * len(before)


def alarms(person: Person, days: list[date], watch: Watch) -> list[date]:
    """Return the days on which the rule speaks up; one gap speaks once."""
    told, found = set[date](), []
    for day in days:
        if (day - FIRST).days >= WARM_UP:
            gap = missing(person.came, days, on=day, watch=watch, excused=person.excused)
            if gap is not None and gap.since not in told:
                told.add(gap.since)
                found.append(day)
    return found


def measure(watch: Watch, *, people: int, seed: int) -> Figures:
    """Return the figures on invented people, half of whom change for good."""
    draw, days = random.Random(seed), opened()
    false, weeks, waits, changed = 0, 0.0, list[int](), 0
    for number in range(people):
        person = invented(draw, days, changes=number % 2 == 0)
        end = person.stopped_on or FIRST + timedelta(days=DAYS)
        found = alarms(person, days, watch)
        false += sum(day < end for day in found)
        weeks += ((end - FIRST).days - WARM_UP) / 7
        if person.stopped_on is not None and is_regular(person, days):
            changed += 1
            noticed = [day for day in found if day >= end]
            waits += [(noticed[0] - end).days + 1] if noticed else []
    waits.sort()
    ninety = waits[int(0.9 * len(waits))] if waits else 0
    return Figures(
        round(100 * false / weeks, 2), round(len(waits) / changed, 3), statistics.median(waits or [0]), ninety
    )
