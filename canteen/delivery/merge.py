"""Make one node of the orders at one door: fewer nodes, better plans in the same time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from canteen.delivery.values import Case, Order

MOST_MEALS = 8  # A larger node would be hard to fit into what is left of a box.


@dataclass(frozen=True, slots=True)
class Node:
    """Hold orders at one door that are served one after the other."""

    orders: tuple[Order, ...]

    @property
    def location(self) -> int:
        """Return the door."""
        return self.orders[0].location

    @property
    def meals(self) -> int:
        """Return the meals of all orders."""
        return sum(order.meals for order in self.orders)

    @property
    def service(self) -> int:
        """Return the time at the door for all orders."""
        return sum(order.service for order in self.orders)

    @property
    def latest(self) -> int:
        """Return the latest start: the last order of the node still begins inside its window."""
        return self.orders[0].window[1] - (self.service - self.orders[-1].service)

    @property
    def weight(self) -> int:
        """Return the meals weighted by need."""
        return sum(order.meals * order.need for order in self.orders)


def nodes(case: Case, most: int = MOST_MEALS) -> list[Node]:
    """Return all orders as nodes: same door, window, skills and usual courier; at most so many meals."""
    alike: dict[object, list[Order]] = {}
    for order in case.orders.values():
        key = (order.location, order.window, order.skills, order.usual, order.need)
        alike.setdefault(key, []).append(order)
    limit = min(most, max((courier.capacity for courier in case.couriers.values()), default=most))
    return [Node(tuple(part)) for orders in alike.values() for part in _parts(case, orders, limit)]


def _parts(case: Case, orders: Iterable[Order], limit: int) -> Iterator[list[Order]]:
    part: list[Order] = []
    for order in sorted(orders, key=lambda order: order.service):
        if part and not _fits(case, [*part, order], limit):
            yield part
            part = []
        part.append(order)
    yield part


def _fits(case: Case, part: list[Order], limit: int) -> bool:
    node = Node(tuple(part))
    warm = case.hot_limit is None or node.service * 4 <= case.hot_limit
    return node.meals <= limit and node.latest >= part[0].window[0] and warm
