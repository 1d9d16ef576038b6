from __future__ import annotations

import statistics
import time
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from canteen import delivery
from canteen.delivery.reasons import explain
from tests.delivery.cases import case, places, solved

seeds = st.integers(0, 10_000)


def _without(posed, order):
    return replace(posed, orders={name: each for name, each in posed.orders.items() if name != order})


def _others(plan, order):
    """Return who brings all the others, in which order."""
    kept = [(courier, [each for each in stops if each != order]) for courier, stops in places(plan)]
    return sorted(trip for trip in kept if trip[1])


@given(seed=seeds, late=st.integers(0, 13))
@settings(max_examples=40, deadline=None)
def test_late_order_moves_nobody_else(seed, late):
    posed = case(seed)
    before = solved(_without(posed, f"o{late}"))
    after = delivery.insert(posed, before, f"o{late}")

    assert not delivery.verify(posed, after)
    assert _others(after, f"o{late}") == places(before)
    assert all(delivery.holds(posed, after, left) for left in after.unserved if left.order == f"o{late}")


@given(seed=seeds, gone=st.integers(0, 13))
@settings(max_examples=40, deadline=None)
def test_cancelled_order_leaves_the_others_where_and_when_they_were(seed, gone):
    posed = case(seed)
    before = solved(posed)
    full = replace(before, unserved=())
    rest = _without(posed, f"o{gone}")
    after = delivery.cancel(posed, before, f"o{gone}")
    times = {stop.order: stop.start for trip in full.trips for stop in trip.stops}
    waited = {left.order for left in before.unserved}

    assert not delivery.verify(rest, after)
    if not waited:
        assert places(after) == _others(before, f"o{gone}")
        assert all(times[stop.order] == stop.start for trip in after.trips for stop in trip.stops)


@given(seed=seeds)
@settings(max_examples=40, deadline=None)
def test_others_take_over_from_an_absent_courier_and_keep_their_own(seed):
    posed = case(seed, couriers=3)
    before = solved(posed)
    after = delivery.absent(posed, before, "c0")
    own = {trip.courier: [] for trip in before.trips}
    for trip in before.trips:
        own[trip.courier] += [stop.order for stop in trip.stops]

    assert not delivery.verify(posed, after)
    assert all(trip.courier != "c0" for trip in after.trips)
    for courier in set(own) - {"c0"}:
        now = [stop.order for trip in after.trips if trip.courier == courier for stop in trip.stops]
        assert [order for order in now if order in own[courier]] == own[courier]


@given(seed=seeds, minutes=st.integers(0, 120))
@settings(max_examples=40, deadline=None)
def test_trips_that_have_left_are_not_touched(seed, minutes):
    posed = case(seed)
    now = 38_100 + minutes * 60
    before = solved(_without(posed, "o0"))
    after = delivery.insert(posed, before, "o0", now=now)
    left = [trip for trip in before.trips if trip.depart <= now]

    assert not delivery.verify(posed, after)
    assert all(trip in after.trips for trip in left)
    assert all(trip in left or trip.depart >= now for trip in after.trips)


def test_inserting_costs_little_against_planning_anew():
    posed = case(2, orders=150, doors=40, couriers=14)
    rest = _without(posed, "o7")
    before = delivery.nearest_neighbour(rest)
    inserting = statistics.median(_seconds(lambda: delivery.insert(posed, before, "o7")) for _ in range(5))
    anew = _seconds(lambda: delivery.nearest_neighbour(posed))

    assert inserting < anew


def _seconds(act):
    start = time.process_time()
    act()
    return time.process_time() - start


def test_explaining_nothing_is_an_empty_plan():
    posed = case(1, orders=0)

    assert explain(posed, (), (), None).unserved == ()
