"""Plan as people do by hand, to show what a plan saves: nearest door next, and round the clock.

Both keep every rule; what they cannot place in time is left over.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from canteen.delivery.reasons import explain
from canteen.delivery.timing import back, timed
from canteen.delivery.values import Case, Courier, Order, Plan, Trip

Pick = Callable[[Case, Courier, Sequence[Order], int], Trip | None]


def nearest_neighbour(case: Case) -> Plan:
    """Return the plan in which each courier goes to the nearest door that still fits, over and over."""
    return _fill(case, list(case.orders.values()), _walk)


def sweep(case: Case) -> Plan:
    """Return the plan in which doors are dealt out by their direction from the kitchen, and each walks by nearness."""
    centre = case.points[next(iter(case.depots.values())).location]
    orders = sorted(case.orders.values(), key=lambda order: _angle(centre, case.points[order.location]))
    return _fill(case, orders, _deal)


def _angle(centre: tuple[float, float], point: tuple[float, float]) -> float:
    return math.atan2(point[1] - centre[1], point[0] - centre[0])


def _fill(case: Case, waiting: list[Order], pick: Pick) -> Plan:
    trips: list[Trip] = []
    ready = {courier.id: case.ready(courier) for courier in case.couriers.values()}
    for turn in range(max((courier.max_trips for courier in case.couriers.values()), default=0)):
        for courier in case.couriers.values():
            trip = pick(case, courier, waiting, ready[courier.id]) if turn < courier.max_trips else None
            if trip is not None:
                trips.append(trip)
                ready[courier.id] = back(case, trip) + courier.reload
                taken = {stop.order for stop in trip.stops}
                waiting = [order for order in waiting if order.id not in taken]
    return explain(case, trips, waiting, None)


def _walk(case: Case, courier: Courier, waiting: Sequence[Order], earliest: int) -> Trip | None:
    """Go to the nearest door that still fits, until none does."""
    best, taken, rest = None, list[Order](), list(waiting)
    while True:
        here = taken[-1].location if taken else case.home(courier)
        for order in _by_nearness(case, here, rest):
            longer = timed(case, courier, [*taken, order], earliest)
            if longer is not None:
                best, taken = longer, [*taken, order]
                rest.remove(order)
                break
        else:
            return best


def _deal(case: Case, courier: Courier, waiting: Sequence[Order], earliest: int) -> Trip | None:
    """Take the next doors round the clock, as many as can be walked by nearness."""
    best, taken = None, list[Order]()
    for order in waiting:
        longer = timed(case, courier, _chain(case, courier, [*taken, order]), earliest)
        if longer is not None:
            best, taken = longer, [*taken, order]
    return best


def _chain(case: Case, courier: Courier, orders: Sequence[Order]) -> list[Order]:
    here, rest, chain = case.home(courier), list(orders), list[Order]()
    while rest:
        nearest = _by_nearness(case, here, rest)[0]
        rest.remove(nearest)
        chain.append(nearest)
        here = nearest.location
    return chain


def _by_nearness(case: Case, here: int, orders: Sequence[Order]) -> list[Order]:
    return sorted(orders, key=lambda order: case.travel[here][order.location])
