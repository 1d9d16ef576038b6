"""Cut a courier's shift into waves: one trip in each, so that trips of one courier cannot overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from canteen.delivery.merge import Node
from canteen.delivery.values import Case, Courier, Order

MOST_WAVES = 4  # More trips than this in one meal are not planned, only inserted by hand.


Cuts = tuple[float, ...]
STRETCHES = ((1, 1), (0.8, 0.8), (1.2, 1.2), (0.9, 0.9), (0.7, 0.7), (0.8, 1.2))


@dataclass(frozen=True, slots=True)
class Wave:
    """Bound one trip: out not before `start`; handed over by `handed`, so that home is reached in time."""

    courier: Courier
    start: int
    handed: int


def waves(case: Case, courier: Courier, nodes: Sequence[Node], shares: Cuts) -> list[Wave]:
    """Return the waves of a courier's shift, as long as the shares say."""
    start, end = case.ready(courier), courier.shift[1]
    if start >= end or not nodes:
        return []
    longest = max(case.travel[node.location][case.home(courier)] for node in nodes)
    bounds = [start, *(start + round((end - start) * share) for share in shares)]
    ends = [bound - courier.reload - longest for bound in bounds[1:]] + [end]
    return [Wave(courier, begin, handed) for begin, handed in zip(bounds, ends, strict=True) if begin < handed]


def even(trips: int) -> Cuts:
    """Return where a shift is cut into so many equal waves."""
    count = max(1, min(trips, MOST_WAVES))
    return tuple(cut / count for cut in range(1, count))


def cuttings(case: Case) -> list[tuple[Cuts, Cuts]]:
    """Return the ways of cutting that are worth a try, for couriers in turn one and the other, the best guess first.

    Wide windows leave the halves alone. Where windows are tight a cut may fall through the middle of one, and then
    planning differs by up to a tenth.
    """
    cuts = even(max((courier.max_trips for courier in case.couriers.values()), default=1))
    if not cuts or not _are_tight(case):
        return [(cuts, cuts)]
    return [(_stretched(cuts, one), _stretched(cuts, other)) for one, other in STRETCHES]


def _stretched(cuts: Cuts, factor: float) -> Cuts:
    return tuple(cut * factor for cut in cuts)


def _are_tight(case: Case) -> bool:
    spans = [courier.shift[1] - case.ready(courier) for courier in case.couriers.values()]
    narrow = [order for order in case.orders.values() if 2 * (order.window[1] - order.window[0]) < max(spans)]
    return 2 * len(narrow) > len(case.orders)


def latest_handing(case: Case, orders: Sequence[Order], couriers: Sequence[Courier]) -> int | None:
    """Return when one door must be done with for anybody to be home in time, None if nobody comes."""
    ends = [
        courier.shift[1] - case.travel[orders[0].location][case.home(courier)]
        for courier in couriers
        if case.can(courier, orders[0])
    ]
    return max(ends, default=None)
