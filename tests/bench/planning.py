"""Print how many rounds of sixty doors two processes plan in a minute, and what the plans save over planning by hand.

``.venv/bin/python -m tests.bench.planning [seconds]``. A job reads the problem, searches for as long as its size is
worth, has the verifier look, and writes the plan: all that the worker does but for the database. The rate is bounded by
the time that a search is given; the saving, in the same run, says what that time buys.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat

from canteen import delivery
from tests.delivery.cases import generated

PROCESSES, SECONDS, ORDERS = 2, 20.0, 60


def main() -> None:
    """Measure for as many seconds as the command line says."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with ProcessPoolExecutor(PROCESSES) as processes:
        list(processes.map(_plan, range(PROCESSES)))
        began = time.perf_counter()
        found = [one for some in processes.map(_work, range(PROCESSES), repeat(seconds)) for one in some]
        took = time.perf_counter() - began
    saved = sum(hand - plan for plan, hand, _ in found) / sum(hand for _, hand, _ in found)
    broken = sum(broken for _, _, broken in found)
    budget = delivery.budget_for(ORDERS).seconds
    print(f"rounds of {ORDERS} orders, {budget} s of search each, {PROCESSES} processes, {took:.0f} s:")
    print(f"  {60 * len(found) / took:.0f} a minute; {broken} broken rules")
    print(
        f"  {100 * saved:.1f} % less time away, with penalties for who is left, than by going to the nearest door next"
    )


def _work(number: int, seconds: float) -> list[tuple[int, int, int]]:
    """Plan one round after the other until the time is over."""
    end, found = time.perf_counter() + seconds, list[tuple[int, int, int]]()
    while time.perf_counter() < end:
        found.append(_plan(1000 * number + len(found)))
    return found


def _plan(seed: int) -> tuple[int, int, int]:
    """Do one job; return what the plan and planning by hand cost, an hour for each meal left, and the broken rules."""
    case = delivery.read_case(json.dumps(generated(seed, orders=ORDERS, doors=40, couriers=6)))
    plan = delivery.solver().solve(case, budget=delivery.budget_for(ORDERS))
    delivery.write_plan(plan)
    hand = delivery.nearest_neighbour(case)
    return _cost(case, plan), _cost(case, hand), len(delivery.verify(case, plan))


def _cost(case: delivery.Case, plan: delivery.Plan) -> int:
    left = sum(case.orders[one.order].meals for one in plan.unserved)
    return delivery.cost(case, plan.trips) + 3600 * left


if __name__ == "__main__":
    main()
