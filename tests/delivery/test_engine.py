from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canteen import delivery
from tests.delivery.cases import case, places, solved, stored

seeds = st.integers(0, 10_000)


@pytest.mark.parametrize("name", ["canteen20", "canteen60"])
def test_plan_is_as_good_as_the_best_known_within_one_in_a_hundred(name):
    raw = stored(name)
    posed = delivery.read_case(json.dumps(raw))
    plan = solved(posed, iterations=400)

    assert not delivery.verify(posed, plan)
    assert not plan.unserved
    assert delivery.cost(posed, plan.trips) <= raw["best_known"]["cost"] * 1.01


@given(seed=seeds)
@settings(max_examples=40, deadline=None)
def test_every_plan_keeps_every_rule_and_every_reason_is_true(seed):
    posed = case(seed)
    plan = solved(posed)

    assert not delivery.verify(posed, plan)
    for left in plan.unserved:
        assert delivery.holds(posed, plan, left), left
        assert delivery.helps(posed, plan, left), left


@given(seed=seeds)
@settings(max_examples=10, deadline=None)
def test_same_case_seed_and_iterations_give_the_same_plan(seed):
    posed = case(seed)

    assert solved(posed, seed=seed) == solved(posed, seed=seed)


def test_what_a_plan_tells_of_its_making_makes_it_again():
    posed = case(3, orders=30)
    plan = delivery.solver().solve(posed, budget=delivery.Budget(seconds=0.2), seed=4)
    again = delivery.solver().solve(posed, budget=delivery.Budget(iterations=plan.making.iterations), seed=4)

    assert again == plan


def test_usual_couriers_are_kept_at_little_cost():
    fresh = delivery.read_case(json.dumps(stored("canteen60")))
    yesterday = solved(fresh, iterations=200)
    usual = {stop.order: trip.courier for trip in yesterday.trips for stop in trip.stops}
    raw = stored("canteen60")
    for order in raw["orders"]:
        order["usual"] = usual[order["id"]]
    raw["orders"] = raw["orders"][3:]
    today = delivery.read_case(json.dumps(raw))
    plan = solved(today, iterations=200)
    kept = sum(today.orders[stop.order].usual == trip.courier for trip in plan.trips for stop in trip.stops)

    assert kept >= 0.97 * len(today.orders)


@pytest.mark.parametrize("plan_by_hand", [delivery.nearest_neighbour, delivery.sweep])
@given(seed=seeds)
@settings(max_examples=25, deadline=None)
def test_planning_by_hand_keeps_the_rules_too(plan_by_hand, seed):
    posed = case(seed)

    assert not delivery.verify(posed, plan_by_hand(posed))


def test_nobody_to_deliver_and_nothing_to_deliver_are_plans_too():
    nobody, nothing = case(1, couriers=0), case(1, orders=0)

    assert {left.reason for left in solved(nobody).unserved} == {"no_courier"}
    assert not delivery.verify(nobody, solved(nobody))
    assert solved(nothing).trips == ()


def test_the_pages_start_without_the_solver():
    code = "import sys, wsgi; print([name for name in ('pyvrp', 'numpy', 'matplotlib') if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


def test_plan_is_written_and_read_without_loss():
    posed = case(5)
    plan = solved(posed)
    read = delivery.read_plan(delivery.write_plan(plan))

    assert read.trips == plan.trips
    assert [left.order for left in read.unserved] == [left.order for left in plan.unserved]
    assert read.input_hash == posed.input_hash
    assert places(read) == places(plan)
