"""Check a plan against every rule, sharing nothing with what made it.

Only what stands here may be published. It recomputes everything from the case and believes no figure of the plan.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from canteen.delivery.values import Case, Courier, Plan, Trip


@dataclass(frozen=True, slots=True)
class Violation:
    """Name a broken rule, whom it hits and by how much."""

    rule: str
    subject: str
    amount: int = 0


def verify(case: Case, plan: Plan) -> tuple[Violation, ...]:
    """Return every broken rule; nothing means that the plan may be published."""
    found = [*_everybody_once(case, plan)]
    known = [trip for trip in plan.trips if _is_known(case, trip)]
    found += [Violation("unknown_or_empty_trip", trip.courier) for trip in plan.trips if trip not in known]
    for trip in known:
        found += _trip(case, trip)
    found += _days(case, known)
    return tuple(found)


def _is_known(case: Case, trip: Trip) -> bool:
    named = all(stop.order in case.orders for stop in trip.stops)
    return trip.courier in case.couriers and bool(trip.stops) and named


def _everybody_once(case: Case, plan: Plan) -> Iterator[Violation]:
    times = Counter(stop.order for trip in plan.trips for stop in trip.stops)
    times.update(left.order for left in plan.unserved)
    for order in case.orders:
        if times[order] != 1:
            yield Violation("not_exactly_once", order, times[order])
    yield from (Violation("unknown_order", order) for order in times if order not in case.orders)
    yield from (Violation("no_reason", left.order) for left in plan.unserved if not left.reason)


def _trip(case: Case, trip: Trip) -> Iterator[Violation]:
    courier = case.couriers[trip.courier]
    load = sum(case.orders[stop.order].meals for stop in trip.stops)
    if load > courier.capacity:
        yield Violation("overloaded", courier.id, load - courier.capacity)
    opening = case.depots[courier.depot].open
    for ready in (courier.shift[0], *([] if opening is None else [opening])):
        if trip.depart < ready:
            yield Violation("too_early_out", courier.id, ready - trip.depart)
    yield from _doors(case, courier, trip)


def _doors(case: Case, courier: Courier, trip: Trip) -> Iterator[Violation]:
    kitchen = case.depots[courier.depot].location
    here, free = kitchen, trip.depart
    for stop in trip.stops:
        order = case.orders[stop.order]
        arrival = free + case.travel[here][order.location]
        here, free = order.location, stop.start + order.service
        yield from _late("before_arrival", order.id, arrival, stop.start)
        yield from _late("before_window", order.id, order.window[0], stop.start)
        yield from _late("after_window", order.id, stop.start, order.window[1])
        if case.hot_limit is not None:
            yield from _late("cold", order.id, free - trip.depart, case.hot_limit)
        if order.skills - courier.skills:
            yield Violation("skill", order.id)
    yield from _late("too_late_home", courier.id, free + case.travel[here][kitchen], courier.shift[1])


def _late(rule: str, subject: str, moment: int, limit: int) -> Iterator[Violation]:
    if moment > limit:
        yield Violation(rule, subject, moment - limit)


def _days(case: Case, trips: list[Trip]) -> Iterator[Violation]:
    days: dict[str, list[tuple[int, int]]] = {}
    for trip in trips:
        days.setdefault(trip.courier, []).append((trip.depart, _home(case, trip)))
    for name, spans in days.items():
        courier = case.couriers[name]
        if len(spans) > courier.max_trips:
            yield Violation("too_many_trips", name, len(spans))
        spans.sort()
        for (_, home), (depart, _) in itertools.pairwise(spans):
            yield from _late("trips_overlap", name, home + courier.reload, depart)


def _home(case: Case, trip: Trip) -> int:
    last = trip.stops[-1]
    order = case.orders[last.order]
    kitchen = case.depots[case.couriers[trip.courier].depot].location
    return last.start + order.service + case.travel[order.location][kitchen]
