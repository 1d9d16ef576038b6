"""Decide what is warm or cold enough, how long a sample is kept, and which canteens a draw names; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

# Tenths of a degree: GB 31654-2021. Cold is 0 to 8, frozen -12 and below, kept warm 60 and above, cooked through 70.
RANGES: dict[str, tuple[int | None, int | None]] = {
    "fridge": (0, 80),
    "freezer": (None, -120),
    "hot_holding": (600, None),
    "core": (700, None),
    "sterilizer": (1000, None),
}
LEAST_GRAMS = 125
SAMPLE_KEPT = timedelta(hours=48)


def is_fine(point: str, celsius_tenths: int) -> bool:
    """Tell whether a temperature is within the range of its point."""
    low, high = RANGES[point]
    return (low is None or celsius_tenths >= low) and (high is None or celsius_tenths <= high)


def discard_from(kept_at: datetime) -> datetime:
    """Return the first instant at which a sample may be thrown away."""
    return kept_at + SAMPLE_KEPT


def draw(candidates: Sequence[str], *, seed: str, count: int) -> tuple[str, ...]:
    """Draw some of the candidates: those whose SHA-256 together with the seed is smallest.

    The order of the list changes nothing, and anybody can do it again with ``sha256sum``.
    """
    ranked = sorted(set(candidates), key=lambda ref: (hashlib.sha256(f"{seed}|{ref}".encode()).hexdigest(), ref))
    return tuple(ranked[:count])
