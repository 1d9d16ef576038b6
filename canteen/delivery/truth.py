"""Prove anew what a plan says about the meals that it leaves out."""

from __future__ import annotations

from dataclasses import replace

from canteen.delivery.reasons import Reason, why
from canteen.delivery.repair import cheapest
from canteen.delivery.values import Case, Courier, Plan, Unserved


def holds(case: Case, plan: Plan, left: Unserved) -> bool:
    """Say whether a stated reason is true of this plan."""
    order = case.orders[left.order]
    reason, _ = why(case, list(case.couriers.values()), order)
    if reason != left.reason:
        return False
    return reason != Reason.NO_ROOM or cheapest(case, plan.trips, order) is None


def helps(case: Case, plan: Plan, left: Unserved) -> bool:
    """Say whether the remedy does away with the reason; where couriers are full, whether the meal finds a place."""
    mended = _mended(case, left)
    order = mended.orders[left.order]
    reason, _ = why(mended, list(mended.couriers.values()), order)
    if left.reason == Reason.NO_ROOM:
        return cheapest(mended, plan.trips, order) is not None
    return reason != left.reason


def _mended(case: Case, left: Unserved) -> Case:
    remedy, order = left.remedy, case.orders[left.order]
    if remedy is None:
        return case
    if remedy.kind == "one_more_courier":
        return replace(case, couriers=case.couriers | _one_more(case, left))
    if remedy.kind == "longer_hot_limit":
        return replace(case, hot_limit=remedy.amount)
    if remedy.kind == "later_window":
        later = replace(order, window=(order.window[0], remedy.end or 0))
        return replace(case, orders=case.orders | {order.id: later})
    return replace(case, couriers={name: _stretched(courier, left) for name, courier in case.couriers.items()})


def _one_more(case: Case, left: Unserved) -> dict[str, Courier]:
    remedy = left.remedy
    if remedy is None or remedy.start is None or remedy.end is None:
        return {}
    shift, capacity, skills = (remedy.start, remedy.end), remedy.amount or 0, frozenset(remedy.skills)
    return {
        f"one more, {depot}": Courier(f"one more, {depot}", depot, capacity, shift, skills=skills)
        for depot in case.depots
    }


def _stretched(courier: Courier, left: Unserved) -> Courier:
    remedy = left.remedy
    if remedy is not None and remedy.kind == "larger_box":
        return replace(courier, capacity=max(courier.capacity, remedy.amount or 0))
    end = 0 if remedy is None else remedy.end or 0
    return replace(courier, shift=(courier.shift[0], max(courier.shift[1], end)))
