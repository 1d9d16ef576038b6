"""Change a plan that people already work by: only what must change is touched.

Trips that have left are frozen; everybody else keeps courier and order.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from canteen.delivery.reasons import explain
from canteen.delivery.timing import back, cost, timed
from canteen.delivery.values import Case, Courier, Order, Plan, Trip

Day = tuple[Trip, ...]


def insert(case: Case, plan: Plan, order: str, *, now: int | None = None, without: Collection[str] = ()) -> Plan:
    """Return the plan with one more order at its cheapest place, or left out with a reason.

    Trips that left before `now` stay as they are; couriers in `without` get nothing.
    """
    trips, left = insert_all(case, plan.trips, [case.orders[order]], now=now, without=without)
    waiting = [case.orders[other.order] for other in plan.unserved if other.order != order]
    return explain(case, trips, [*waiting, *left], plan.making, without=without, now=now)


def cancel(case: Case, plan: Plan, order: str) -> Plan:
    """Return the plan without an order, for the case without it; everybody else keeps courier, place and time.

    The room that this leaves goes to orders that were left over.
    """
    rest = replace(case, orders={name: other for name, other in case.orders.items() if name != order})
    trips, orphans = list[Trip](), [rest.orders[left.order] for left in plan.unserved if left.order != order]
    for trip in plan.trips:
        shorter, displaced = _taken_out(rest, trip, order)
        trips += shorter
        orphans += displaced
    placed, left = insert_all(rest, trips, orphans)
    return explain(rest, placed, left, plan.making)


def _taken_out(case: Case, trip: Trip, order: str) -> tuple[list[Trip], list[Order]]:
    """Return the trip without the order; where the short cut is the longer way, times or doors give way."""
    stops = tuple(stop for stop in trip.stops if stop.order != order)
    if len(stops) == len(trip.stops) or not stops:
        return ([trip] if stops else []), []
    courier, first = case.couriers[trip.courier], case.orders[stops[0].order]
    depart = max(trip.depart, stops[0].start - case.travel[case.home(courier)][first.location])
    shorter = replace(trip, depart=depart, stops=stops)
    if _is_walkable(case, shorter):
        return [shorter], []
    orders = [case.orders[stop.order] for stop in stops]
    anew = timed(case, courier, orders, trip.depart)
    if anew is not None and back(case, anew) <= back(case, trip):
        return [anew], []
    return [], orders


def _is_walkable(case: Case, trip: Trip) -> bool:
    here, now = case.home(case.couriers[trip.courier]), trip.depart
    for stop in trip.stops:
        order = case.orders[stop.order]
        if now + case.travel[here][order.location] > stop.start:
            return False
        here, now = order.location, stop.start + order.service
    return True


def absent(case: Case, plan: Plan, courier: str, *, now: int | None = None) -> Plan:
    """Return the plan in which others take over what an absent courier has not yet set out with."""
    gone = [trip for trip in plan.trips if trip.courier == courier and not _has_left(trip, now)]
    kept = [trip for trip in plan.trips if trip not in gone]
    orphans = [case.orders[stop.order] for trip in gone for stop in trip.stops]
    waiting = [case.orders[left.order] for left in plan.unserved]
    trips, left = insert_all(case, kept, [*orphans, *waiting], now=now, without=(courier,))
    return explain(case, trips, left, plan.making, without=(courier,), now=now)


def insert_all(
    case: Case,
    trips: Iterable[Trip],
    orders: Iterable[Order],
    *,
    now: int | None = None,
    without: Collection[str] = (),
) -> tuple[Day, list[Order]]:
    """Return the trips with as many of the orders as find a place, the neediest first, and those that found none."""
    placed, left = tuple(trips), []
    for order in sorted(orders, key=lambda order: (-order.meals * order.need, order.window[1], order.id)):
        best = cheapest(case, placed, order, now=now, without=without)
        if best is None:
            left.append(order)
        else:
            placed = best
    return placed, left


def cheapest(
    case: Case, trips: Day, order: Order, *, now: int | None = None, without: Collection[str] = ()
) -> Day | None:
    """Return the trips with the order at the place that costs least, or None if there is no place."""
    best: tuple[int, str, list[Trip]] | None = None
    for courier in case.couriers.values():
        if courier.id in without or not case.can(courier, order) or order.meals > courier.capacity:
            continue
        own = sorted((trip for trip in trips if trip.courier == courier.id), key=_departure)
        before = cost(case, own)
        for day in _days(case, courier, own, order, now):
            more = cost(case, day) - before
            if best is None or more < best[0]:
                best = (more, courier.id, day)
    if best is None:
        return None
    return (*(trip for trip in trips if trip.courier != best[1]), *best[2])


def _days(case: Case, courier: Courier, own: Sequence[Trip], order: Order, now: int | None) -> Iterator[list[Trip]]:
    """Give every day of a courier that has the order somewhere on a trip that has not left."""
    frozen = [trip for trip in own if _has_left(trip, now)]
    free = [[case.orders[stop.order] for stop in trip.stops] for trip in own if trip not in frozen]
    build = _builder(case, courier, frozen, now)
    for at, orders in enumerate(free):
        if sum(other.meals for other in orders) + order.meals <= courier.capacity:
            for place in range(len(orders) + 1):
                longer = [*orders[:place], order, *orders[place:]]
                yield from build([*free[:at], longer, *free[at + 1 :]])
    if len(own) < courier.max_trips:
        for at in range(len(free) + 1):
            yield from build([*free[:at], [order], *free[at:]])


def _builder(
    case: Case, courier: Courier, frozen: list[Trip], now: int | None
) -> Callable[[list[list[Order]]], Iterator[list[Trip]]]:
    ready = case.ready(courier)
    start = max([ready if now is None else max(ready, now), *(back(case, trip) + courier.reload for trip in frozen)])

    def build(rounds: list[list[Order]]) -> Iterator[list[Trip]]:
        trips, earliest = list(frozen), start
        for orders in rounds:
            trip = timed(case, courier, orders, earliest)
            if trip is None:
                return
            trips.append(trip)
            earliest = back(case, trip) + courier.reload
        yield trips

    return build


def _has_left(trip: Trip, now: int | None) -> bool:
    return now is not None and trip.depart <= now


def _departure(trip: Trip) -> int:
    return trip.depart
