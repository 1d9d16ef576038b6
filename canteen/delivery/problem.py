"""Put a case into the words of the solver.

The solver knows no limit on the time in the box. Therefore the way home takes no time in its clock but counts in
its cost: the length of a shift then runs from departure to the end of the last hand-over, and clock plus cost is the
time a courier is away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyvrp import Client, Depot, Location, ProblemData, VehicleType

from canteen.delivery.merge import Node
from canteen.delivery.values import Case, Courier, Objective
from canteen.delivery.waves import Cuts, Wave, latest_handing, waves

Times = Any  # NDArray[np.int64]; the solver names its matrices by another type.

MOVED = 90  # Seconds that keeping an order with its usual courier may cost.


@dataclass(frozen=True)
class Problem:
    """Hold what the solver sees, and who may drive each of its vehicles."""

    data: ProblemData
    nodes: Sequence[Node]
    crews: Sequence[Sequence[Wave]]


def problem(case: Case, nodes: Sequence[Node], cuts: tuple[Cuts, Cuts], moved: int = MOVED) -> Problem:
    """Return the case as nodes, waves and matrices."""
    homes = sorted({depot.location for depot in case.depots.values()})
    doors = np.array([*homes, *(node.location for node in nodes)])
    times = np.array(case.travel, dtype=np.int64)[np.ix_(doors, doors)]
    np.fill_diagonal(times, 0)
    crews = list(_crews(case, nodes, cuts).values())
    faces = list({_face(case, crew[0].courier, nodes): crew[0].courier for crew in crews}.items())
    prize = 2 * int(times.max(initial=1)) + _longest(case) + moved
    profiles = {face: at for at, (face, _) in enumerate(faces)}
    away = case.objective == Objective.BUSY
    distance, duration = _matrices(case, times, len(homes))
    unwanted = prize * sum(node.weight for node in nodes)
    data = ProblemData(
        locations=[Location(0, 0) for _ in doors],
        depots=[Depot(at) for at in range(len(homes))],
        clients=[_client(case, node, at + len(homes), prize) for at, node in enumerate(nodes)],
        vehicle_types=[
            _vehicle(case, crew, homes, profiles[_face(case, crew[0].courier, nodes)], away) for crew in crews
        ],
        distance_matrices=[_toll(case, distance, courier, nodes, moved, unwanted) for _, courier in faces],
        duration_matrices=[duration for _ in faces],
    )
    return Problem(data, nodes, crews)


def _crews(case: Case, nodes: Sequence[Node], cuts: tuple[Cuts, Cuts]) -> dict[object, list[Wave]]:
    """Put waves together that look alike to the solver."""
    crews: dict[object, list[Wave]] = {}
    for turn, courier in enumerate(case.couriers.values()):
        own = cuts[turn % 2][: courier.max_trips - 1]
        for wave in waves(case, courier, nodes, own):
            key = (wave.start, wave.handed, courier.capacity, courier.depot, _face(case, courier, nodes))
            crews.setdefault(key, []).append(wave)
    return crews


def _face(case: Case, courier: Courier, nodes: Sequence[Node]) -> object:
    """Return what sets a courier apart at the doors: skills, and a name where somebody expects it."""
    expected = any(node.orders[0].usual == courier.id for node in nodes)
    return (courier.skills, courier.id if expected else "")


def _longest(case: Case) -> int:
    spans = [courier.shift[1] - case.ready(courier) for courier in case.couriers.values()]
    return max(1, *spans)


def _matrices(case: Case, times: Times, homes: int) -> tuple[Times, Times]:
    """Return cost and clock: the way home is taken out of the clock where boxes cool."""
    duration = times.copy()
    distance = times.copy()
    if case.hot_limit is not None:
        duration[:, :homes] = 0
    if case.objective == Objective.BUSY:
        distance -= duration
    return distance, duration


def _client(case: Case, node: Node, location: int, prize: int) -> Client:
    early, late = node.orders[0].window[0], node.latest
    if case.hot_limit is not None:
        handed = latest_handing(case, node.orders, list(case.couriers.values()))
        late = late if handed is None else min(late, handed - node.service)
    return Client(
        location=location,
        delivery=[node.meals],
        service_duration=node.service,
        tw_early=min(early, max(late, 0)),
        tw_late=max(late, 0),
        prize=prize * node.weight,
        required=False,
    )


def _vehicle(case: Case, crew: Sequence[Wave], homes: list[int], profile: int, away: bool) -> VehicleType:
    courier, wave = crew[0].courier, crew[0]
    home = homes.index(case.home(courier))
    hot = case.hot_limit if case.hot_limit is not None else wave.handed - wave.start
    return VehicleType(
        num_available=len(crew),
        capacity=[courier.capacity],
        start_depot=home,
        end_depot=home,
        tw_early=wave.start,
        tw_late=wave.handed,
        shift_duration=hot,
        unit_distance_cost=1,
        unit_duration_cost=1 if away else 0,
        profile=profile,
    )


def _toll(case: Case, distance: Times, courier: Courier, nodes: Sequence[Node], moved: int, unwanted: int) -> Times:
    """Charge a courier for doors where another is expected, and bar doors that ask for more skill."""
    first = len(distance) - len(nodes)
    tolled = distance.copy()
    for at, node in enumerate(nodes):
        order = node.orders[0]
        if not case.can(courier, order):
            tolled[:, first + at] += unwanted
        elif order.usual is not None and order.usual != courier.id:
            tolled[:, first + at] += moved * len(node.orders)
    np.fill_diagonal(tolled, 0)
    return tolled
