"""Say what differs between two plans, order by order; pure."""

from __future__ import annotations

from dataclasses import dataclass

from canteen import delivery

_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Standing:
    """Say who brings an order, on which trip, as the how-manieth, when (seconds after midnight)."""

    courier: str
    trip: int
    position: int
    start: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Say what became of one order: added, removed, handed to another, placed elsewhere, or only at another hour."""

    order: str
    kind: str
    before: Standing | None
    after: Standing | None

    @property
    def minutes(self) -> int:
        """Return by how many minutes it comes later; negative is earlier."""
        if self.before is None or self.after is None:
            return 0
        return round((self.after.start - self.before.start) / _MINUTE)

    def concerns(self, courier: str) -> bool:
        """Tell whether a courier has to know of it."""
        return any(one is not None and one.courier == courier for one in (self.before, self.after))


def places(plan: delivery.Plan) -> dict[str, Standing]:
    """Return where every order stands in a plan."""
    found, ordinal = dict[str, Standing](), dict[str, int]()
    for trip in sorted(plan.trips, key=lambda trip: trip.depart):
        ordinal[trip.courier] = ordinal.get(trip.courier, 0) + 1
        for position, stop in enumerate(trip.stops, 1):
            found[stop.order] = Standing(trip.courier, ordinal[trip.courier], position, stop.start)
    return found


def between(before: delivery.Plan, after: delivery.Plan) -> list[Difference]:
    """Return the differences, whoever changes hands first, then what moved, then what only shifts in time."""
    old, new = places(before), places(after)
    found = [
        Difference(order, _kind(old.get(order), new.get(order), old, new), old.get(order), new.get(order))
        for order in sorted(old | new)
        if old.get(order) != new.get(order)
    ]
    ranks = ("added", "removed", "handed", "moved", "shifted")
    told = [one for one in found if one.kind != "shifted" or one.minutes]
    return sorted(told, key=lambda one: (ranks.index(one.kind), one.order))


def _kind(before: Standing | None, after: Standing | None, old: dict[str, Standing], new: dict[str, Standing]) -> str:
    if before is None:
        return "added"
    if after is None:
        return "removed"
    if before.courier != after.courier:
        return "handed"
    return "shifted" if _ahead(before, old, new) == _ahead(after, new, old) else "moved"


def _ahead(one: Standing, own: dict[str, Standing], other: dict[str, Standing]) -> list[str]:
    """Return which of the orders that both plans give the same courier come before this one."""
    shared = [
        (place.trip, place.position, order)
        for order, place in own.items()
        if place.courier == one.courier and order in other and other[order].courier == one.courier
    ]
    return [order for trip, position, order in sorted(shared) if (trip, position) < (one.trip, one.position)]
