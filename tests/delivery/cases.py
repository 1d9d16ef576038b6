"""Cases for tests: random small ones, and two that were solved for a minute elsewhere."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

from canteen import delivery

FOLDER = Path(__file__).parent / "cases"
OPEN, CLOSE = 38_100, 45_900
WINDOWS = [[38_700, 45_000], [38_700, 40_500], [40_500, 42_300], [43_200, 45_000]]


def stored(name):
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def generated(seed, *, orders=14, doors=7, couriers=2, hot_limit=2700, usual=False):
    """Return a case of a small canteen; some orders cannot be brought at all."""
    draw = random.Random(seed)
    points = [(0, 0)] + [(round(draw.gauss(0, 700)), round(draw.gauss(0, 700))) for _ in range(doors)]
    return {
        "format": "delivery-case/1",
        "name": f"generated {seed}",
        "locations": [{"id": f"B{at}", "x": x, "y": y} for at, (x, y) in enumerate(points)],
        "travel": {"type": "matrix", "values": [[_time(a, b) for b in points] for a in points]},
        "depots": [{"id": "K", "location": 0, "open": OPEN, "close": CLOSE}],
        "couriers": [_courier(draw, at) for at in range(couriers)],
        "orders": [_order(draw, at, doors, couriers, usual) for at in range(orders)],
        "rules": {"hot_limit": hot_limit},
        "objective": "busy",
    }


def case(seed, **asked):
    return delivery.read_case(json.dumps(generated(seed, **asked)))


def solved(a_case, *, iterations=20, seed=1):
    return delivery.solver().solve(a_case, budget=delivery.Budget(iterations=(iterations,)), seed=seed)


def places(plan):
    """Return who brings what in which order."""
    return sorted((trip.courier, [stop.order for stop in trip.stops]) for trip in plan.trips)


def _time(start, end):
    return 0 if start == end else round(math.dist(start, end) * 1.35 / 4) + 50


def _courier(draw, at):
    shift = draw.choice([[OPEN, CLOSE], [OPEN, 43_000], [40_000, CLOSE]])
    return {
        "id": f"c{at}",
        "depot": "K",
        "capacity": draw.choice([4, 8, 12]),
        "shift": shift,
        "max_trips": draw.choice([1, 2, 3]),
        "reload": 240,
        "skills": draw.choice([[], ["lift"]]),
    }


def _order(draw, at, doors, couriers, usual):
    return {
        "id": f"o{at}",
        "location": draw.randint(1, doors),
        "meals": draw.choice([1, 1, 2, 5]),
        "service": draw.choice([60, 100, 135]),
        "window": draw.choice(WINDOWS),
        "skills": draw.choice([[], [], [], ["lift"], ["medic"]]) if draw.random() < 0.5 else [],
        "usual": f"c{draw.randrange(couriers)}" if usual else None,
    }
