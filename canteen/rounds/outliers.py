"""Find pins that are likely wrong: far from the others of their street or estate, or from everything else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from statistics import median

from canteen.delivery import Straight
from canteen.rounds.buildings import pin_of
from canteen.rounds.tables import Building

_STREET = re.compile(r"[^\d０-９一二三四五六七八九十A-Za-z(（]{2,}")
_FEWEST = 3
_NEAR_SECONDS = 500  # A little more than a kilometre on the ground: a long street, a large estate.
_FAR_SECONDS = 3000  # Some eight kilometres: farther than anybody carries a hot meal.


def far_off(buildings: Iterable[Building]) -> set[str]:
    """Return the references of buildings that stand far from where their street or estate is.

    The street is what a name says before its first number. With fewer than three namesakes a pin is compared with
    all, and only a gross error shows.
    """
    pinned = [(one, pin) for one in buildings if (pin := pin_of(one)) is not None]
    streets: dict[str, list[tuple[float, float]]] = {}
    for one, pin in pinned:
        streets.setdefault(_street(one.name), []).append(pin)
    everything = [pin for _, pin in pinned]
    return {
        one.ref
        for one, pin in pinned
        if _is_far(pin, streets[_street(one.name)], _NEAR_SECONDS) or _is_far(pin, everything, _FAR_SECONDS)
    }


def _street(name: str) -> str:
    found = _STREET.match(name)
    return found[0].strip() if found else name


def _is_far(pin: tuple[float, float], others: list[tuple[float, float]], most: int) -> bool:
    if len(others) < _FEWEST:
        return False
    middle = (median(one[0] for one in others), median(one[1] for one in others))
    return bool(Straight().matrix([pin, middle])[0][1] > most)
