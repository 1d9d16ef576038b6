"""Put times on a round: as early as possible at the doors, as late as possible out of the kitchen."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from canteen.delivery.values import Case, Courier, Objective, Order, Stop, Trip


def timed(case: Case, courier: Courier, orders: Sequence[Order], earliest: int) -> Trip | None:
    """Return the trip that serves these orders in this order and ends first, or None if a rule forbids it.

    The departure is the latest that does not put off the end: boxes stay warm, nobody waits at a door.
    """
    if sum(order.meals for order in orders) > courier.capacity:
        return None
    if not all(order.skills <= courier.skills for order in orders):
        return None
    shift = _idle(case, courier, orders, earliest)
    if shift is None:
        return None
    return _set_out(case, courier, orders, earliest + shift)


def _idle(case: Case, courier: Courier, orders: Sequence[Order], earliest: int) -> int | None:
    """Return how much later the courier may leave; None when a window has closed."""
    here, now, waited, slack = case.home(courier), earliest, 0, None
    for order in orders:
        now += case.travel[here][order.location]
        start = max(now, order.window[0])
        if start > order.window[1]:
            return None
        waited += start - now
        room = waited + order.window[1] - start
        slack = room if slack is None else min(slack, room)
        now, here = start + order.service, order.location
    return min(waited, slack or 0)


def _set_out(case: Case, courier: Courier, orders: Sequence[Order], depart: int) -> Trip | None:
    here, now, stops = case.home(courier), depart, []
    for order in orders:
        start = max(now + case.travel[here][order.location], order.window[0])
        stops.append(Stop(order.id, start))
        now, here = start + order.service, order.location
    too_cold = case.hot_limit is not None and now - depart > case.hot_limit
    too_long = now + case.travel[here][case.home(courier)] > courier.shift[1]
    return None if too_cold or too_long else Trip(courier.id, depart, tuple(stops))


def back(case: Case, trip: Trip) -> int:
    """Return when a courier is at the kitchen again."""
    last = trip.stops[-1]
    order = case.orders[last.order]
    return last.start + order.service + case.travel[order.location][case.home(case.couriers[trip.courier])]


def day(case: Case, courier: Courier, rounds: Iterable[Sequence[Order]], earliest: int) -> list[Trip] | None:
    """Return the trips of one courier one after the other, or None if they do not fit."""
    trips: list[Trip] = []
    for orders in rounds:
        trip = timed(case, courier, orders, earliest)
        if trip is None or len(trips) >= courier.max_trips:
            return None
        trips.append(trip)
        earliest = back(case, trip) + courier.reload
    return trips


def cost(case: Case, trips: Iterable[Trip]) -> int:
    """Return what the objective counts: time away from the kitchen, or travel alone."""
    if case.objective == Objective.BUSY:
        return sum(back(case, trip) - trip.depart for trip in trips)
    return sum(travelled(case, trip) for trip in trips)


def travelled(case: Case, trip: Trip) -> int:
    """Return the time on the way, without waiting and handing over."""
    home = case.home(case.couriers[trip.courier])
    doors = [home, *(case.orders[stop.order].location for stop in trip.stops), home]
    return sum(case.travel[start][end] for start, end in itertools.pairwise(doors))
