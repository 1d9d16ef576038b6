"""Look for what honest meals do not show; each rule is pure and takes its thresholds as data.

A rule is a signal for a person, never a refusal. What each is for, how often it errs and what was planted to measure it
stands in docs/anomalies.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import groupby, pairwise
from math import hypot
from typing import TypeVar

from canteen.anomalies.values import Day, Found, Seen

Thresholds = Mapping[str, int]
Key = TypeVar("Key", bound=Hashable)
Rule = Callable[[Day, Thresholds], Iterable[Found]]


def impossible_travel(day: Day, limits: Thresholds) -> Iterator[Found]:
    """Find a person at two canteens faster than anybody travels."""
    for meals in _by(day.meals, lambda one: one.person_ref).values():
        for before, after in pairwise(sorted(meals, key=lambda one: one.happened_at)):
            metres = _metres(before, after)
            if before.canteen_id == after.canteen_id or metres is None:
                continue
            seconds = (after.happened_at - before.happened_at).total_seconds()
            is_too_fast = metres * 36 > limits["kmh"] * 10 * seconds
            is_too_soon = seconds < limits["least_minutes"] * 60 and metres > limits["least_metres"]
            if is_too_soon or (is_too_fast and metres > limits["least_metres"]):
                yield _found("impossible_travel", after.person_ref, [before, after])


def burst(day: Day, limits: Thresholds) -> Iterator[Found]:
    """Find a device that took meals faster than hands can show codes."""
    gap = timedelta(milliseconds=limits["gap_milliseconds"])
    for (device, _), meals in _by(day.meals, lambda one: (one.device, one.service_date)).items():
        ordered = sorted(meals, key=lambda one: one.happened_at)
        for run in _runs(ordered, lambda a, b: b.happened_at - a.happened_at < gap):
            if len(run) >= limits["meals"]:
                yield _found("burst", f"{device}:{run[0].happened_at:%H%M%S}", run)


def offline_batch(day: Day, limits: Thresholds) -> Iterator[Found]:
    """Find meals that were sent late, most of them noted within a minute."""
    late, width = timedelta(hours=limits["late_hours"]), timedelta(seconds=limits["within_seconds"])
    for (device, on), meals in _by(day.meals, lambda one: (one.device, one.service_date)).items():
        held = sorted((one for one in meals if one.received_at - one.happened_at > late), key=lambda o: o.happened_at)
        if len(held) < limits["meals"]:
            continue
        most = max(sum(first.happened_at <= one.happened_at <= first.happened_at + width for one in held)
                   for first in held)  # fmt: skip
        if most * 100 >= limits["share_percent"] * len(held):
            yield _found("offline_batch", f"{device}:{on}", held)


def after_death(day: Day, limits: Thresholds) -> Iterator[Found]:
    """Find meals of people who had died or left."""
    grace = timedelta(days=limits["grace_days"])
    for one in day.meals:
        if one.gone_on is not None and one.service_date > one.gone_on + grace:
            yield _found("after_death", one.ref, [one])


def above_capacity(day: Day, limits: Thresholds) -> Iterator[Found]:
    """Find meals beyond what the canteen could have cooked."""
    for (canteen, on, meal), meals in _by(day.meals, lambda one: (one.canteen_id, one.service_date, one.meal)).items():
        serving = day.servings.get((canteen, on, meal))
        if serving is not None and len(meals) * 100 > serving.capacity * limits["percent"]:
            yield _found("above_capacity", f"{canteen}:{meal}", meals)


def manual_share(day: Day, limits: Thresholds) -> Iterator[Found]:
    """Find a server who enters too many meals by hand."""
    for (canteen, server), meals in _by(day.meals, lambda one: (one.canteen_id, one.server)).items():
        by_hand = [one for one in meals if one.means in ("manual", "paper")]
        if len(meals) >= limits["least_meals"] and len(by_hand) * 100 > limits["percent"] * len(meals):
            yield _found("manual_share", f"{canteen}:{server}", by_hand)


def courier_minute(day: Day, limits: Thresholds) -> Iterator[Found]:
    """Find a courier who was at too many doors within a minute."""
    width = timedelta(seconds=limits["seconds"])
    brought = [one for one in day.meals if one.mode == "delivery"]
    for (server, on), meals in _by(brought, lambda one: (one.server, one.service_date)).items():
        ordered = sorted(meals, key=lambda one: one.happened_at)
        for run in _runs(ordered, lambda a, b: b.happened_at - a.happened_at < width / (limits["deliveries"] - 1)):
            if len(run) >= limits["deliveries"]:
                yield _found("courier_minute", f"{server}:{on}:{run[0].happened_at:%H%M%S}", run)


def closed_day(day: Day, limits: Thresholds) -> Iterator[Found]:
    """Find meals of a canteen that was closed, or far outside its hours."""
    grace = timedelta(minutes=limits["grace_minutes"])
    for (canteen, on, meal), meals in _by(day.meals, lambda one: (one.canteen_id, one.service_date, one.meal)).items():
        serving = day.servings.get((canteen, on, meal))
        if serving is None:
            yield _found("closed_day", f"{canteen}:{meal}", meals)
            continue
        begin, end = serving.opens_at, serving.closes_at
        if begin is None or end is None:
            continue
        outside = [one for one in meals if not begin - grace <= one.happened_at <= end + grace and not _brought(one)]
        if outside:
            yield _found("closed_day", f"{canteen}:{meal}:hours", outside)


def unpaid_share(day: Day, limits: Thresholds) -> Iterator[Found]:
    """Find a canteen where own shares are noted but no money came in."""
    for canteen, meals in _by(day.meals, lambda one: one.canteen_id).items():
        owing = [one for one in meals if one.own_fen > 0]
        unpaid = [one for one in owing if one.tender in ("tab", "free") and one.subsidy_fen > 0]
        if len(owing) >= limits["least_meals"] and len(unpaid) * 100 > limits["percent"] * len(owing):
            yield _found("unpaid_share", str(canteen), unpaid)


RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        impossible_travel, burst, offline_batch, after_death, above_capacity, manual_share, courier_minute, closed_day,
        unpaid_share,
    )
}  # fmt: skip


def look(day: Day, limits: Mapping[str, Thresholds]) -> list[Found]:
    """Run every rule that has thresholds, in order."""
    return [found for name, rule in RULES.items() if name in limits for found in rule(day, limits[name])]


def _found(rule: str, subject: str, meals: Sequence[Seen]) -> Found:
    ordered = sorted(meals, key=lambda one: (one.happened_at, one.ref))
    last = ordered[-1]
    return Found(
        rule, last.canteen_id, last.service_date, subject, tuple(one.ref for one in ordered),
        sum(one.subsidy_fen for one in ordered),
    )  # fmt: skip


def _by(meals: Iterable[Seen], key: Callable[[Seen], Key]) -> dict[Key, list[Seen]]:
    found: dict[Key, list[Seen]] = defaultdict(list)
    for one in meals:
        found[key(one)].append(one)
    return found


def _runs(meals: Sequence[Seen], follows: Callable[[Seen, Seen], bool]) -> Iterator[list[Seen]]:
    """Cut a sequence wherever one does not follow closely on the one before."""
    marks = [0]
    for before, after in pairwise(meals):
        marks.append(marks[-1] + (not follows(before, after)))
    numbered = zip(marks, meals, strict=bool(meals))
    for _, group in groupby(numbered, key=lambda pair: pair[0]):
        yield [one for _, one in group]


def _metres(one: Seen, other: Seen) -> float | None:
    if one.metres_east is None or other.metres_east is None:
        return None
    return hypot(one.metres_east - other.metres_east, (one.metres_north or 0) - (other.metres_north or 0))


def _brought(one: Seen) -> bool:
    return one.mode == "delivery"
