from __future__ import annotations

from dataclasses import replace

import pytest

from canteen import delivery
from tests.delivery.cases import case, solved


@pytest.fixture(scope="module")
def posed():
    return case(11, orders=8, couriers=3, doors=6)


@pytest.fixture(scope="module")
def plan(posed):
    found = solved(posed)
    assert max(len(trip.stops) for trip in found.trips) > 1
    return found


def _rules(posed, plan):
    return {violation.rule for violation in delivery.verify(posed, plan)}


def _first(plan, **changed):
    trip = max(plan.trips, key=lambda trip: len(trip.stops))
    return replace(plan, trips=(replace(trip, **changed), *(each for each in plan.trips if each is not trip)))


def _longest(plan):
    return max(plan.trips, key=lambda trip: len(trip.stops))


def test_a_sound_plan_has_nothing_against_it(posed, plan):
    assert delivery.verify(posed, plan) == ()


def test_a_forgotten_order_is_found(posed, plan):
    assert "not_exactly_once" in _rules(posed, _first(plan, stops=_longest(plan).stops[1:]))


def test_an_order_served_twice_is_found(posed, plan):
    assert "not_exactly_once" in _rules(posed, replace(plan, trips=(*plan.trips, plan.trips[0])))


def test_an_order_nobody_placed_is_found(posed, plan):
    stranger = replace(plan, unserved=(*plan.unserved, delivery.Unserved("stranger", "x")))

    assert "unknown_order" in _rules(posed, stranger)


def test_an_unserved_order_without_reason_is_found(posed, plan):
    stop = _longest(plan).stops[0]
    silent = _first(plan, stops=_longest(plan).stops[1:])
    silent = replace(silent, unserved=(*silent.unserved, delivery.Unserved(stop.order, "")))

    assert "no_reason" in _rules(posed, silent)


def test_a_start_before_the_arrival_is_found(posed, plan):
    first, *others = _longest(plan).stops

    assert "before_arrival" in _rules(posed, _first(plan, stops=(replace(first, start=1), *others)))


def test_a_start_outside_the_window_is_found(posed, plan):
    *others, last = _longest(plan).stops

    assert "after_window" in _rules(posed, _first(plan, stops=(*others, replace(last, start=45_800))))
    assert "before_window" in _rules(posed, _first(plan, stops=(*others, replace(last, start=30_000))))


def test_a_departure_before_the_shift_is_found(posed, plan):
    assert "too_early_out" in _rules(posed, _first(plan, depart=20_000))


def test_a_cold_meal_is_found(posed, plan):
    assert "cold" in _rules(replace(posed, hot_limit=60), plan)


def _with_couriers(posed, **changed):
    return replace(posed, couriers={name: replace(each, **changed) for name, each in posed.couriers.items()})


def test_an_overloaded_courier_is_found(posed, plan):
    assert "overloaded" in _rules(_with_couriers(posed, capacity=0), plan)


def test_a_courier_who_comes_home_too_late_is_found(posed, plan):
    assert "too_late_home" in _rules(_with_couriers(posed, shift=(38_100, 38_200)), plan)


def test_a_missing_skill_is_found(posed, plan):
    strict = {name: replace(each, skills=frozenset({"diving"})) for name, each in posed.orders.items()}

    assert "skill" in _rules(replace(posed, orders=strict), plan)


def test_trips_at_the_same_time_and_too_many_are_found(posed, plan):
    trip = _longest(plan)
    cut = [replace(trip, stops=trip.stops[:1]), replace(trip, stops=trip.stops[1:])]
    twice = replace(plan, trips=(*cut, *(each for each in plan.trips if each is not trip)))

    assert {"trips_overlap", "too_many_trips"} <= _rules(_with_couriers(posed, max_trips=1), twice)


def test_an_unknown_courier_and_an_empty_trip_are_found(posed, plan):
    assert "unknown_or_empty_trip" in _rules(posed, _first(plan, courier="nobody"))
    assert "unknown_or_empty_trip" in _rules(posed, _first(plan, stops=()))
