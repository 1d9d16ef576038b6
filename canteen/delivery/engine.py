"""Find a good plan. The one file that runs the solver: load it by `delivery.solver()` in jobs and commands only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from typing import Any

from pyvrp import SolveParams
from pyvrp import solve as search
from pyvrp.search import NeighbourhoodParams
from pyvrp.stop import MaxIterations, MaxRuntime, MultipleCriteria, NoImprovement

from canteen.delivery.budget import PATIENCE, Budget
from canteen.delivery.merge import Node, nodes
from canteen.delivery.problem import MOVED, Problem, problem
from canteen.delivery.reasons import explain
from canteen.delivery.repair import insert_all
from canteen.delivery.timing import back, cost, timed
from canteen.delivery.values import Case, Courier, Making, Order, Plan, Trip
from canteen.delivery.waves import cuttings

_FEW = 25
ENGINE = f"pyvrp {version('pyvrp')}"


def solve(case: Case, *, budget: Budget, seed: int = 1, moved: int = MOVED) -> Plan:
    """Return the best plan found: every order on one trip or left out with a reason."""
    if not case.orders or not case.couriers:
        return explain(case, (), list(case.orders.values()), Making(seed, (), ENGINE))
    ways = cuttings(case)
    searches = [_Search(problem(case, nodes(case), cuts, moved), seed, is_one=len(ways) == 1) for cuts in ways]
    open_ways, found, steps = list(range(len(ways))), list[Plan](), list[int]()
    for stage in budget.stages(len(ways)):
        open_ways = open_ways[: len(stage)]
        for way, own in zip(open_ways, stage, strict=True):
            steps.append(searches[way].go_on(own))
        looked = {way: _finished(case, searches[way], making=None) for way in open_ways}
        open_ways.sort(key=lambda way: (_worth(case, looked[way]), way))
        found.append(looked[open_ways[0]])
    best = min(reversed(found), key=partial(_worth, case))
    return replace(best, making=Making(seed, tuple(steps), ENGINE))


def _finished(case: Case, tried: _Search, *, making: Making | None) -> Plan:
    """Return what was found as a plan, with what insertion still finds room for."""
    trips = () if tried.best is None else _expand(case, tried.posed, tried.best)
    placed = {stop.order for trip in trips for stop in trip.stops}
    missing = [order for order in case.orders.values() if order.id not in placed]
    if tried.best is None:
        return explain(case, (), missing, making)
    trips, left = insert_all(case, trips, missing)
    return explain(case, trips, left, making)


def _worth(case: Case, plan: Plan) -> tuple[int, int, int]:
    """Return what is least for the best: meals left by need, then orders moved and time."""
    left = sum(case.orders[one.order].meals * case.orders[one.order].need for one in plan.unserved)
    moved = sum(case.orders[stop.order].usual not in {None, trip.courier} for trip in plan.trips for stop in trip.stops)
    return (left, cost(case, plan.trips) + MOVED * moved, moved)


class _Search:
    """Look for the best solution of one problem, and go on from it.

    Of several ways each gets few steps; with fewer neighbours a step is cheaper.
    """

    def __init__(self, posed: Problem, seed: int, *, is_one: bool) -> None:
        self.posed, self.seed = posed, seed
        self.params = SolveParams() if is_one else SolveParams(neighbourhood=NeighbourhoodParams(num_neighbours=_FEW))
        self.best: Any = None

    def go_on(self, budget: Budget) -> int:
        """Search on and return after how many steps it ended."""
        found = search(
            self.posed.data, _stop(budget), seed=self.seed, collect_stats=False, params=self.params,
            initial_solution=self.best,
        )  # fmt: skip
        self.best = found.best
        return int(found.num_iterations)


def _stop(budget: Budget) -> Any:
    bounds: list[Any] = [NoImprovement(PATIENCE)]
    if budget.iterations is not None:
        bounds.append(MaxIterations(budget.iterations[0]))
    if budget.seconds is not None:
        bounds.append(MaxRuntime(budget.seconds))
    return MultipleCriteria(bounds)


def _expand(case: Case, posed: Problem, solution: Any) -> tuple[Trip, ...]:
    """Turn the solver's routes into trips of people with times at every door."""
    crews = [list(crew) for crew in posed.crews]
    days: dict[str, list[tuple[int, Sequence[Node]]]] = {}
    for route in solution.routes():
        wave = crews[route.vehicle_type()].pop(0)
        visited = [posed.nodes[activity.idx] for activity in route if activity.is_client()]
        if visited:
            days.setdefault(wave.courier.id, []).append((wave.start, visited))
    return tuple(
        trip
        for name, rounds in sorted(days.items())
        for trip in _day(case, case.couriers[name], sorted(rounds, key=_first))
    )


def _first(wave: tuple[int, Sequence[Node]]) -> int:
    return wave[0]


def _day(case: Case, courier: Courier, rounds: Sequence[tuple[int, Sequence[Node]]]) -> list[Trip]:
    """Return the trips that keep every rule; what does not fit is left for insertion."""
    trips: list[Trip] = []
    earliest = case.ready(courier)
    for _, visited in rounds:
        trip = _longest_fit(case, courier, [order for node in visited for order in node.orders], earliest)
        if trip is not None:
            trips.append(trip)
            earliest = back(case, trip) + courier.reload
    return trips


def _longest_fit(case: Case, courier: Courier, orders: list[Order], earliest: int) -> Trip | None:
    kept: list[Order] = []
    trip = timed(case, courier, orders, earliest)
    if trip is not None:
        return trip
    for order in orders:
        longer = timed(case, courier, [*kept, order], earliest)
        if longer is not None:
            kept, trip = [*kept, order], longer
    return trip
