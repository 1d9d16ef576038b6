"""Explain how a month differs from the one before: by people, meals, rate and correction, summing to the fen.

Pure: two months go in as what their frozen texts say. A step is the rounded product of all but one figure kept, taken
from the step before, so that whatever is rounded goes into the next cause and nothing is lost.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from canteen.foundation.money import round_half_up

CAUSES = ("people", "meals", "rate", "correction")


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """Hold what a month's frozen statements say: regular meals, who had them, what is owed; corrections apart."""

    people: int
    meals: int
    due_fen: int
    correction_fen: int

    @property
    def total_fen(self) -> int:
        """Return what all purses together owe."""
        return self.due_fen + self.correction_fen


@dataclass(frozen=True, slots=True)
class Explanation:
    """Hold the two months and what each cause makes of the difference."""

    before: MonthFigures
    after: MonthFigures
    causes: tuple[tuple[str, int], ...]

    @property
    def difference_fen(self) -> int:
        """Return how much more is owed than the month before."""
        return self.after.total_fen - self.before.total_fen


def figures_of(contents: Iterable[str]) -> MonthFigures:
    """Read the canonical texts of a month's parts."""
    eaten: Counter[str] = Counter()
    meals = due = correction = 0
    for line in (line for content in contents for line in json.loads(content)["lines"]):
        fen = sum(line["purse_fens"])
        if _is_correction(line):
            correction += fen
            continue
        due += fen
        meals += line["count"]
        eaten[line["person"]] += line["count"]
    return MonthFigures(sum(1 for person, count in eaten.items() if person and count > 0), meals, due, correction)


def explained(before: MonthFigures, after: MonthFigures) -> Explanation:
    """Say what each cause makes of the difference; where one month has no meals, all of it is people."""
    start, end = before.due_fen, after.due_fen
    if before.people <= 0 or before.meals <= 0 or after.meals <= 0:
        reached = [start, end, end, end]
    else:
        by_people = round_half_up(Fraction(start * after.people, before.people))
        by_meals = round_half_up(Fraction(start * after.meals, before.meals))
        reached = [start, by_people, by_meals, end]
    steps = [later - earlier for earlier, later in pairwise(reached)]
    steps.append(after.correction_fen - before.correction_fen)
    return Explanation(before, after, tuple(zip(CAUSES, steps, strict=True)))


def _is_correction(line: dict[str, Any]) -> bool:
    return bool(line["kind"] == "adjustment" or line["group"] == "prior")
