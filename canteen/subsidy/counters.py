"""Count earlier subsidised meals per meal, day, week, month and year.

Counters follow the person: a meal subsidised under another policy counts too. A week runs from Monday to Sunday and
nothing is carried over. Without an own rule every layer gives at most once per meal period: that holds everywhere, but
for snacks where a bundle allows several.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from canteen.subsidy.quotes import Chance
from canteen.subsidy.values import Meal, Usage, UsedChance

# A sum of money given before that is no meal of its own.
MONEY = "money"
PERIODS = ("meal", "day", "week", "month", "year")


@dataclass(frozen=True, slots=True)
class Limit:
    """Allow so many chances per window, or one of several bundles of meals and snacks, or so much money.

    A limit of money is no counter: see `money_left`. ``starts`` is the month and day on which a year begins.
    """

    per: str
    at_most: int = 0
    bundles: tuple[tuple[tuple[str, int], ...], ...] = ()
    at_most_fen: int | None = None
    starts: tuple[int, int] = (1, 1)


ONCE_A_MEAL = Limit("meal", 1)


def once_a_meal(limits: tuple[Limit, ...]) -> Limit:
    """Give the rule that holds everywhere, widened by the snacks that bundles allow in one day."""
    snacks = [dict(bundle).get("snack", 0) for limit in limits for bundle in limit.bundles]
    most = max(snacks, default=1)
    return ONCE_A_MEAL if most <= 1 else Limit("meal", bundles=((("meal", 1), ("snack", most)),))


def window_of(per: str, day: date, meal: str = "", kind: str = "meal", starts: tuple[int, int] = (1, 1)) -> str:
    """Name the window a meal falls into: the Monday for a week, the month as ``2026-03``, the year by its first day."""
    if per == "meal":
        return f"{day.isoformat()}/{meal}" + ("/snack" if kind == "snack" else "")
    if per == "day":
        return day.isoformat()
    if per == "week":
        return (day - timedelta(days=day.weekday())).isoformat()
    if per == "month":
        return day.isoformat()[:7]
    year = rate_year(day, starts)
    return str(year) if starts == (1, 1) else f"{year}-{starts[0]:02d}-{starts[1]:02d}"


def rate_year(day: date, starts: tuple[int, int]) -> int:
    """Name the year of a rule by the year in which it begins: with 1 July, 30 June 2026 belongs to 2025."""
    return day.year - ((day.month, day.day) < starts)


def same_window(limit: Limit, one: UsedChance, meal: Meal) -> bool:
    """Ask whether an earlier chance falls into the same window as a meal."""
    per = limit.per
    then, now = one.service_date, meal.service_date
    if per == "day":
        return then == now
    if per == "week":
        return (then.toordinal() - 1) // 7 == (now.toordinal() - 1) // 7
    if per == "meal":
        return then == now and one.meal == meal.meal and one.kind == meal.kind
    if per == "year":
        return rate_year(then, limit.starts) == rate_year(now, limit.starts)
    return then.year == now.year and then.month == now.month


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
    within = in_window(limit, meal, used) if used else used
    taken = len(within)
    if not limit.bundles and taken >= limit.at_most:
        return None
    window = window_of(limit.per, meal.service_date, meal.meal, meal.kind, limit.starts)
    if limit.bundles:
        return _claim_bundle(limit, meal, within, counter, window)
    return Chance(counter, limit.per, window, taken + 1, limit.at_most)


def in_window(limit: Limit, meal: Meal, used: list[UsedChance]) -> list[UsedChance]:
    """Pick the chances in the window of a meal; a meal that several layers paid for counts once."""
    found: list[UsedChance] = []
    for one in used:
        if one.kind != MONEY and same_window(limit, one, meal) and not _counted(one, found):
            found.append(one)
    return found


def money_left(limit: Limit, meal: Meal, used: list[UsedChance]) -> int:
    """Say how much money a limit still allows."""
    spent = sum(one.subsidy_fen for one in used if same_window(limit, one, meal))
    return max(0, (limit.at_most_fen or 0) - spent)


def _counted(one: UsedChance, found: list[UsedChance]) -> bool:
    """Ask whether another policy's layers already stand for the same meal."""
    return bool(one.meal) and any(
        other.policy == one.policy
        and other.counter != one.counter
        and (other.service_date, other.meal, other.kind) == (one.service_date, one.meal, one.kind)
        for other in found
    )


def _claim_bundle(limit: Limit, meal: Meal, within: list[UsedChance], counter: str, window: str) -> Chance | None:
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
