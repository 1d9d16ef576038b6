"""Say why a meal cannot be brought, and the least that would help. A reason must be true; `holds` proves it anew."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum

from canteen.delivery.values import Case, Courier, Depot, Making, Order, Plan, Remedy, Trip, Unserved


class Reason(StrEnum):
    """Name why an order is left out, the first that holds."""

    NO_COURIER = "no_courier"
    NO_SKILL = "no_courier_with_skill"
    TOO_MANY_MEALS = "more_meals_than_any_box_holds"
    TOO_FAR = "farther_than_hot_limit"
    WINDOW = "window_closes_before_arrival"
    HOURS = "no_return_before_shift_ends"
    NO_ROOM = "couriers_are_full"


def explain(
    case: Case,
    trips: Iterable[Trip],
    left: Sequence[Order],
    making: Making | None,
    *,
    without: Collection[str] = (),
    now: int | None = None,
) -> Plan:
    """Return the plan, with a reason and a remedy for every order that is left."""
    couriers = [courier for courier in case.couriers.values() if courier.id not in without]
    unserved = tuple(_left_out(case, couriers, order, now) for order in left)
    return Plan(case.name, tuple(trips), unserved, case.input_hash, making)


def _left_out(case: Case, couriers: list[Courier], order: Order, now: int | None) -> Unserved:
    reason, remedy = why(case, couriers, order, now=now)
    return Unserved(order.id, reason, remedy)


def why(case: Case, couriers: Collection[Courier], order: Order, *, now: int | None = None) -> tuple[Reason, Remedy]:
    """Return the first reason that keeps every courier, were each quite free, from bringing this order.

    `couriers_are_full` remains where a free courier could bring it: then the plan has no place for it.
    """
    homes = [depot.location for depot in case.depots.values()]
    least = min(case.travel[home][order.location] for home in homes) + order.service
    if case.hot_limit is not None and least > case.hot_limit:
        return Reason.TOO_FAR, Remedy("longer_hot_limit", amount=least)
    if not couriers:
        return Reason.NO_COURIER, _one_more(case, order)
    skilled = [courier for courier in couriers if case.can(courier, order)]
    if not skilled:
        return Reason.NO_SKILL, _one_more(case, order)
    able = [courier for courier in skilled if order.meals <= courier.capacity]
    if not able:
        return Reason.TOO_MANY_MEALS, Remedy("larger_box", amount=order.meals)
    return _by_time(case, able, order, now)


def _by_time(case: Case, able: list[Courier], order: Order, now: int | None) -> tuple[Reason, Remedy]:
    timely = [courier for courier in able if _arrival(case, courier, order, now) <= order.window[1]]
    if not timely:
        return Reason.WINDOW, Remedy("later_window", end=min(_arrival(case, one, order, now) for one in able))
    homely = [courier for courier in timely if _home(case, courier, order, now) <= courier.shift[1]]
    if not homely:
        return Reason.HOURS, Remedy("longer_shift", end=min(_home(case, one, order, now) for one in timely))
    return Reason.NO_ROOM, _one_more(case, order)


def _arrival(case: Case, courier: Courier, order: Order, now: int | None) -> int:
    out = case.ready(courier) if now is None else max(case.ready(courier), now)
    return out + case.travel[case.home(courier)][order.location]


def _home(case: Case, courier: Courier, order: Order, now: int | None) -> int:
    handed = max(_arrival(case, courier, order, now), order.window[0]) + order.service
    return handed + case.travel[order.location][case.home(courier)]


def _one_more(case: Case, order: Order) -> Remedy:
    """Ask for one more courier for the time that this one order takes, at its earliest, from the best kitchen."""
    spans = [_span(case, depot, order) for depot in case.depots.values()]
    start, end = min(spans, key=lambda span: (span[1], span[0]))
    return Remedy("one_more_courier", tuple(sorted(order.skills)), start, end, order.meals)


def _span(case: Case, depot: Depot, order: Order) -> tuple[int, int]:
    out = case.travel[depot.location][order.location]
    start = max(0, order.window[0] - out, depot.open or 0)
    handed = max(start + out, order.window[0]) + order.service
    return start, handed + case.travel[order.location][depot.location]
