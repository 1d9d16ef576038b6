"""Sum portions up, group them, and say what has changed since a sheet was numbered; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from canteen.kitchen.values import Portion


@dataclass(frozen=True, slots=True)
class Group:
    """Say of how many portions of a dish some wishes hold; those without a wish come first."""

    wishes: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Total:
    """Say how often a dish is cooked, and how it splits by wishes."""

    dish: str
    count: int
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Say that a portion came, went or became another since the sheet was numbered."""

    kind: str
    portion: Portion
    before: Portion | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """List what to cook more or less of, and for whom."""

    by_dish: tuple[tuple[str, int], ...] = ()
    lines: tuple[Change, ...] = ()

    @property
    def gone(self) -> tuple[Change, ...]:
        """Return the portions that are not wanted any more."""
        return tuple(line for line in self.lines if line.kind == "gone")


def totals(portions: Iterable[Portion]) -> tuple[Total, ...]:
    """Sum the dishes up, the most wanted first."""
    split: dict[str, Counter[tuple[str, ...]]] = {}
    for portion in portions:
        for dish, count in portion.dishes:
            split.setdefault(dish, Counter())[tuple(sorted(portion.wishes))] += count
    summed = [Total(dish, groups.total(), _groups(groups)) for dish, groups in split.items()]
    return tuple(sorted(summed, key=lambda total: (-total.count, total.dish)))


def by_mode(portions: Iterable[Portion]) -> tuple[tuple[str, int], ...]:
    """Count the portions by how they leave the kitchen: eaten here, fetched, carried out."""
    counted = Counter(portion.mode for portion in portions)
    return tuple((mode, counted[mode]) for mode in ("dine_in", "pickup", "delivery") if counted[mode])


def changes(before: Iterable[Portion], now: Iterable[Portion]) -> Changes:
    """Say what has changed from one list of portions to another; a portion is known by its order."""
    old, new = {one.ref: one for one in before}, {one.ref: one for one in now}
    lines = [Change("gone", one) for one in old.values() if one.ref not in new]
    lines += [
        Change("other", one, old[one.ref])
        for one in new.values()
        if one.ref in old and (one.dishes, one.wishes, one.mode) != _cooked(old[one.ref])
    ]
    lines += [Change("added", one) for one in new.values() if one.ref not in old]
    moved = Counter[str]()
    for one in new.values():
        moved.update(dict(one.dishes))
    for one in old.values():
        moved.subtract(dict(one.dishes))
    by_dish = sorted(((dish, count) for dish, count in moved.items() if count), key=lambda pair: (-pair[1], pair[0]))
    return Changes(tuple(by_dish), tuple(lines))


def _cooked(portion: Portion) -> tuple[object, ...]:
    return portion.dishes, portion.wishes, portion.mode


def _groups(split: Counter[tuple[str, ...]]) -> tuple[Group, ...]:
    found = [Group(wishes, count) for wishes, count in split.items()]
    return tuple(sorted(found, key=lambda group: (bool(group.wishes), -group.count, group.wishes)))
