"""Invent a month of honest seniors at some canteens, plant each rule's pattern in it, and count what is found.

``python -m tests.anomalies.planted`` prints the table of docs/anomalies.md.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache

from canteen.anomalies import Day, Found, Seen, Serving, look, shipped_thresholds
from canteen.foundation.clock import local

FIRST = date(2026, 3, 2)
CANTEENS, SENIORS, WEEKS = 10, 40, 4
Plant = Callable[[random.Random, list[Seen]], tuple[list[Seen], set[str]]]


@dataclass(frozen=True)
class Measured:
    """Hold what a rule found of what was planted, and what it named that was honest."""

    rule: str
    planted: int
    recalled: int
    false_cases: int


@cache
def honest(seed: int) -> list[Seen]:
    """Let seniors have lunch as they do: in a queue with gaps, now and then a pile of cards or one gate for many."""
    draw = random.Random(seed)
    meals: list[Seen] = []
    for canteen in range(CANTEENS):
        for number in range(7 * WEEKS):
            on = FIRST + timedelta(days=number)
            if on.isoweekday() < 6:
                meals += _lunch(draw, canteen, on)
    return meals


def servings() -> dict[tuple[int, date, str], Serving]:
    """Open every canteen on working days from eleven to half past twelve, with room for sixty."""
    days = [FIRST + timedelta(days=number) for number in range(7 * WEEKS)]
    return {
        (canteen, on, "lunch"): Serving(60, local(on, 11), local(on, 12, 30))
        for canteen in range(CANTEENS)
        for on in days
        if on.isoweekday() < 6
    }


def _lunch(draw: random.Random, canteen: int, on: date) -> Iterator[Seen]:
    at = local(on, 11, draw.randrange(10))
    offline, piled, gated = draw.random() < 0.02, draw.random() < 0.03, draw.random() < 0.03
    for place, senior in enumerate(draw.sample(range(SENIORS), draw.randrange(24, 36))):
        at += timedelta(seconds=1 if piled and place < 5 else draw.choice((3, 6, 15, 40, 90)))
        kind = draw.random()
        mode, means = ("delivery", "courier") if kind < 0.1 else ("dine_in", "manual" if kind < 0.16 else "gun")
        yield Seen(
            ref=f"{canteen}-{on}-{senior}", canteen_id=canteen, person_ref=f"P{canteen}-{senior}", service_date=on,
            meal="lunch", mode=mode, means=means, device=f"D{canteen}", server=f"S{canteen}-{mode}",
            happened_at=at + timedelta(minutes=(40 if gated else 25 + senior) if mode == "delivery" else 0),
            received_at=at + (timedelta(hours=30) if offline else timedelta(seconds=1)),
            subsidy_fen=500, own_fen=800, tender="tab" if draw.random() < 0.03 else "cash",
            metres_east=canteen * 2500, metres_north=0,
        )  # fmt: skip


def _copies(draw: random.Random, meals: list[Seen], count: int, **changed: object) -> list[Seen]:
    return [replace(one, ref=f"x{number}-{one.ref}", **changed) for number, one in enumerate(draw.sample(meals, count))]


def _travel(draw: random.Random, meals: list[Seen]) -> tuple[list[Seen], set[str]]:
    added = [
        replace(one, canteen_id=(one.canteen_id + 1) % CANTEENS, metres_east=((one.canteen_id + 1) % CANTEENS) * 2500,
                happened_at=one.happened_at + timedelta(minutes=3 + number))
        for number, one in enumerate(_copies(draw, meals, 20))
    ]  # fmt: skip
    return [*meals, *added], {one.ref for one in added}


def _burst(draw: random.Random, meals: list[Seen]) -> tuple[list[Seen], set[str]]:
    added = []
    for device in range(5):
        start = local(FIRST + timedelta(days=device), 12, 20)
        sampled = _copies(draw, meals, 8, canteen_id=device, device=f"D{device}", service_date=start.date())
        added += [
            replace(one, ref=f"b{device}-{number}", person_ref=f"B{device}-{number}", metres_east=device * 2500,
                    happened_at=start + timedelta(milliseconds=(700, 900, 1100, 1300, 1700)[device] * number))
            for number, one in enumerate(sampled)
        ]  # fmt: skip
    return [*meals, *added], {one.ref for one in added}


def _batch(draw: random.Random, meals: list[Seen]) -> tuple[list[Seen], set[str]]:
    added = []
    for device in range(5):
        start = local(FIRST + timedelta(days=7 + device), 11, 40)
        added += [
            replace(one, ref=f"o{device}-{number}", person_ref=f"O{device}-{number}", canteen_id=device,
                    device=f"T{device}", service_date=start.date(), metres_east=device * 2500,
                    happened_at=start + timedelta(seconds=4 * number), received_at=start + timedelta(hours=40))
            for number, one in enumerate(draw.sample(meals, 12))
        ]  # fmt: skip
    return [*meals, *added], {one.ref for one in added}


def _dead(draw: random.Random, meals: list[Seen]) -> tuple[list[Seen], set[str]]:
    gone = {one.ref: one.service_date - timedelta(days=3) for one in draw.sample(meals, 20)}
    return [replace(one, gone_on=gone.get(one.ref)) for one in meals], set(gone)


def _crowd(draw: random.Random, meals: list[Seen]) -> tuple[list[Seen], set[str]]:
    added = []
    for canteen in range(3):
        on = FIRST + timedelta(days=14 + canteen)
        added += [
            replace(one, ref=f"c{canteen}-{number}", person_ref=f"C{canteen}-{number}", canteen_id=canteen,
                    service_date=on, happened_at=local(on, 12, 29) + timedelta(seconds=number * 2),
                    metres_east=canteen * 2500)
            for number, one in enumerate(draw.sample(meals, 40))
        ]  # fmt: skip
    return [*meals, *added], {one.ref for one in added}


def _by_hand(draw: random.Random, meals: list[Seen]) -> tuple[list[Seen], set[str]]:
    chosen = {one.ref for one in meals if one.canteen_id == 2 and one.mode == "dine_in" and draw.random() < 0.3}
    return [replace(one, means="manual") if one.ref in chosen else one for one in meals], chosen


def _doors(draw: random.Random, meals: list[Seen]) -> tuple[list[Seen], set[str]]:
    added = []
    for canteen in range(5):
        on = FIRST + timedelta(days=8 + canteen % 4)
        added += [
            replace(one, ref=f"d{canteen}-{number}", person_ref=f"F{canteen}-{number}", canteen_id=canteen,
                    mode="delivery", means="courier", server=f"S{canteen}-delivery", service_date=on,
                    happened_at=local(on, 12, 50) + timedelta(seconds=(9, 12, 15, 19, 25)[canteen] * number),
                    metres_east=canteen * 2500)
            for number, one in enumerate(draw.sample(meals, 6))
        ]  # fmt: skip
    return [*meals, *added], {one.ref for one in added}


def _sunday(draw: random.Random, meals: list[Seen]) -> tuple[list[Seen], set[str]]:
    on = FIRST + timedelta(days=6)
    added = _copies(draw, meals, 15, service_date=on, happened_at=local(on, 11, 30))
    added = [
        replace(one, happened_at=local(on, 11, number), person_ref=f"W{number}") for number, one in enumerate(added)
    ]
    return [*meals, *added], {one.ref for one in added}


def _unpaid(draw: random.Random, meals: list[Seen]) -> tuple[list[Seen], set[str]]:
    chosen = {one.ref for one in meals if one.canteen_id == 5 and draw.random() < 0.6}
    return [replace(one, tender="tab") if one.ref in chosen else one for one in meals], chosen


PLANTS: dict[str, Plant] = {
    "impossible_travel": _travel, "burst": _burst, "offline_batch": _batch, "after_death": _dead,
    "above_capacity": _crowd, "manual_share": _by_hand, "courier_minute": _doors, "closed_day": _sunday,
    "unpaid_share": _unpaid,
}  # fmt: skip


def measured(rule: str, seed: int) -> Measured:
    """Plant one pattern among the honest, look, and count."""
    draw = random.Random(seed * 31 + 7)
    meals, planted = PLANTS[rule](draw, honest(seed))
    found = [one for one in found_in(meals) if one.rule == rule]
    named = {ref for one in found for ref in one.refs}
    return Measured(rule, len(planted), len(planted & named), sum(not planted & set(one.refs) for one in found))


def found_in(meals: list[Seen]) -> list[Found]:
    """Look week by week, as the nightly run does."""
    offered, limits = servings(), {name: one.limits for name, one in shipped_thresholds().items()}
    found: dict[str, Found] = {}
    for week in range(WEEKS):
        first = FIRST + timedelta(weeks=week)
        span = tuple(one for one in meals if first <= one.service_date < first + timedelta(weeks=1))
        found |= {one.key: one for one in look(Day(span, offered), limits)}
    return list(found.values())


@cache
def honest_cases(seed: int) -> Counter[str]:
    """Count what each rule names where nothing was planted."""
    return Counter(one.rule for one in found_in(honest(seed)))


if __name__ == "__main__":
    began = datetime.now().astimezone()
    for name in PLANTS:
        runs = [measured(name, seed) for seed in range(5)]
        planted, recalled = sum(one.planted for one in runs), sum(one.recalled for one in runs)
        false = sum(honest_cases(seed)[name] for seed in range(5))
        print(f"| {name} | {planted} | {recalled * 100 / planted:.1f} % | {false / 5 / WEEKS:.2f} |")  # noqa: T201
    print(datetime.now().astimezone() - began)  # noqa: T201
