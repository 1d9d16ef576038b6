"""Say how long it takes from door to door; where the figures come from can be replaced."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from canteen.delivery.values import Matrix

EARTH = 6_371_000  # Metres, mean radius.

Pin = tuple[float, float]  # Latitude, longitude in degrees.


class Provider(Protocol):
    """Give the times between pins, row = from, column = to, access to the destination inside, diagonal 0."""

    def matrix(self, pins: Sequence[Pin]) -> Matrix:
        """Return whole seconds between all pins."""
        ...


@dataclass(frozen=True)
class Straight:
    """Guess from the distance over ground between pins given as (latitude, longitude) in degrees.

    The defaults are an e-bike in a city: the way is 1.35 times the straight line, 4 m/s, 50 s into a building.
    """

    detour: float = 1.35
    speed: float = 4.0
    access: int = 50

    def matrix(self, pins: Sequence[Pin]) -> Matrix:
        """Return whole seconds between all pins."""
        return tuple(tuple(self._seconds(start, end) for end in pins) for start in pins)

    def _seconds(self, start: Pin, end: Pin) -> int:
        if start == end:
            return 0
        return round(metres(start, end) * self.detour / self.speed) + self.access


@dataclass(frozen=True)
class Stored:
    """Take times that were measured elsewhere from a JSON file: a list of rows, in the order of the pins."""

    path: Path

    def matrix(self, pins: Sequence[Pin]) -> Matrix:
        """Return the rows of the file; a file of another size is refused with ValueError."""
        rows = json.loads(self.path.read_text("utf-8"))
        if len(rows) != len(pins) or any(len(row) != len(pins) for row in rows):
            raise ValueError(f"the matrix is not {len(pins)} x {len(pins)}")
        return tuple(tuple(int(value) for value in row) for row in rows)


def metres(start: Pin, end: Pin) -> float:
    """Return the distance over ground by the haversine formula."""
    north, south = math.radians(start[0]), math.radians(end[0])
    east = math.radians(end[1] - start[1])
    half = math.sin((south - north) / 2) ** 2 + math.cos(north) * math.cos(south) * math.sin(east / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(min(1.0, half)))


def euclid(points: Sequence[tuple[float, float]], scale: float) -> Matrix:
    """Return scaled straight lines, rounded down as the published benchmarks do."""
    return tuple(
        tuple(math.floor(scale * math.hypot(start[0] - end[0], start[1] - end[1]) + 1e-9) for end in points)
        for start in points
    )
