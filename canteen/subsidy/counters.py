"""Count earlier subsidised meals per meal, day, week, month and year.

Counters follow the person: a meal subsidised under another policy counts too. A week runs from Monday to Sunday and
nothing is carried over. Without an own rule every layer gives at most once per meal period: that holds everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from canteen.subsidy.quotes import Chance
from canteen.subsidy.values import Meal, Usage, UsedChance

PERIODS = ("meal", "day", "week", "month", "year")


@dataclass(frozen=True, slots=True)
class Limit:
    """Allow so many chances per window; or one of several bundles of meals and snacks; or so much money."""

    per: str
    at_most: int = 0
    bundles: tuple[tuple[tuple[str, int], ...], ...] = ()
    at_most_fen: int | None = None


ONCE_A_MEAL = Limit("meal", 1)


def window_of(per: str, day: date, meal: str = "", kind: str = "meal") -> str:
    """Name the window a meal falls into: the Monday for a week, the month as ``2026-03``."""
    if per == "meal":
        return f"{day.isoformat()}/{meal}" + ("/snack" if kind == "snack" else "")
    if per == "day":
        return day.isoformat()
    if per == "week":
        return (day - timedelta(days=day.weekday())).isoformat()
    return day.isoformat()[:7] if per == "month" else str(day.year)


def relevant(usage: Usage, policy: str, counter: str) -> list[UsedChance]:
    """Pick the chances that a counter sees: its own, and those of its family in other policies."""
    family = counter.partition("/")[0] + "/"
    return [
        used
        for used in usage.chances
        if (used.counter == counter if used.policy == policy else used.counter.startswith(family))
    ]


def claim(limit: Limit, meal: Meal, used: list[UsedChance], counter: str) -> Chance | None:
    """Name the next free chance of a limit; None where it is used up."""
    window = window_of(limit.per, meal.service_date, meal.meal, meal.kind)
    within = in_window(limit, window, used)
    if limit.at_most_fen is not None:
        return Chance(counter, f"{limit.per}_fen", window, len(within) + 1, 0)
    if limit.bundles:
        return _claim_bundle(limit, meal, within, counter, window)
    taken = len(within)
    if taken >= limit.at_most:
        return None
    return Chance(counter, limit.per, window, taken + 1, limit.at_most)


def in_window(limit: Limit, window: str, used: list[UsedChance]) -> list[UsedChance]:
    """Pick the chances of one window; the same meal is counted once."""
    seen = {}
    for i, one in enumerate(used):
        if window_of(limit.per, one.service_date, one.meal, one.kind) == window:
            seen[(one.service_date, one.meal or i, one.kind, one.counter if one.meal else "")] = one
    return list(seen.values())


def money_left(limit: Limit, meal: Meal, used: list[UsedChance]) -> int:
    """Say how much money a limit still allows."""
    window = window_of(limit.per, meal.service_date, meal.meal, meal.kind)
    spent = sum(one.subsidy_fen for one in in_window(limit, window, used))
    return max(0, (limit.at_most_fen or 0) - spent)


def _claim_bundle(
    limit: Limit, meal: Meal, within: list[UsedChance], counter: str, window: str
) -> Chance | None:
    counts = {"meal": 0, "snack": 0}
    for one in within:
        counts[one.kind] += 1
    counts[meal.kind] += 1
    for bundle in limit.bundles:
        allowed = dict(bundle)
        if all(count <= allowed.get(kind, 0) for kind, count in counts.items()):
            ordinal, most = counts[meal.kind], allowed[meal.kind]
            return Chance(counter, limit.per, f"{window}/{meal.kind}", ordinal, most)
    return None
