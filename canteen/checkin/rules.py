"""Decide when an offline scan happened, and which of several scans of one meal takes the subsidy; pure.

A device's clock may be wrong by years and still be good: what counts is by how much it was wrong when the scan was
made and when it was sent. Where both agree, the scan is dated by our own clock; where they differ by more than the
tolerance, or the result lies in the future, the clock cannot be trusted, and the order of receiving is all there is.
Both instants are kept. Of all scans of one person and meal the first in `precedence` takes the subsidy, whatever the
order in which they are uploaded, and however often.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Dated:
    """Say when something happened by our clock, and whether the device's clock could tell."""

    at: datetime
    is_trusted: bool


@dataclass(frozen=True, slots=True)
class Sighting:
    """Hold one scan that handed a tray over, with what decides its place among the others."""

    scan_id: str
    device: str
    number: int
    dated_at: datetime
    received_at: datetime
    is_trusted: bool = True


def dated(happened_at: datetime, *, sent_at: datetime, received_at: datetime, skew: timedelta | None) -> Dated:
    """Date a scan by our clock; ``skew`` is by how much the device was behind at its last sync before the scan."""
    skew_now = received_at - sent_at
    before = skew_now if skew is None else skew
    at = happened_at + before
    is_trusted = abs(skew_now - before) <= TOLERANCE and at <= received_at + TOLERANCE
    return Dated(min(at, received_at), is_trusted)


def precedence(sighting: Sighting) -> tuple[int, datetime, str, int, str]:
    """Return what scans of one meal are ordered by: first those with a good clock, by when they happened.

    The others follow in the order of receiving; the device, its own count and the id break ties.
    """
    at = sighting.dated_at if sighting.is_trusted else sighting.received_at
    return (not sighting.is_trusted, at, sighting.device, sighting.number, sighting.scan_id)


def comes_before(one: Sighting, other: Sighting) -> bool:
    """Tell whether a scan takes the subsidy from another that holds it."""
    return precedence(one) < precedence(other)


def holder(arriving: Iterable[Sighting]) -> Sighting | None:
    """Return who holds the meal after scans arrived one by one, each as often as it likes."""
    held: Sighting | None = None
    for sighting in arriving:
        if held is None or comes_before(sighting, held):
            held = sighting
    return held
