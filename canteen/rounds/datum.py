"""Turn coordinates of the Chinese map systems into those of the satellites; pure.

Maps sold in China show GCJ-02, shifted by up to 500 m; Baidu shifts that once more. The way back is found by repeating
the way out until both agree.
"""

from __future__ import annotations

import math

Pin = tuple[float, float]  # Latitude, longitude in degrees.

_AXIS, _ECCENTRICITY = 6_378_245.0, 0.00669342162296594323  # Krasovsky's ellipsoid.
_BAIDU = math.pi * 3000 / 180


def to_wgs84(pin: Pin, datum: str) -> Pin:
    """Return satellite coordinates of a pin given in ``gcj02``, ``bd09`` or ``wgs84``; ValueError for another."""
    if datum == "wgs84":
        return pin
    if datum == "gcj02":
        return _undone(pin)
    if datum == "bd09":
        return _undone(_without_baidu(pin))
    raise ValueError(datum)


def to_gcj02(pin: Pin, datum: str) -> Pin:
    """Return the coordinates that Chinese maps show."""
    if datum == "gcj02":
        return pin
    return shifted(to_wgs84(pin, datum))


def shifted(pin: Pin) -> Pin:
    """Return GCJ-02 of satellite coordinates; outside of China both are the same."""
    latitude, longitude = pin
    if not (0.8293 < latitude < 55.8271 and 72.004 < longitude < 137.8347):
        return pin
    east, north = longitude - 105, latitude - 35
    radians = math.radians(latitude)
    bulge = 1 - _ECCENTRICITY * math.sin(radians) ** 2
    per_latitude = _AXIS * (1 - _ECCENTRICITY) / (bulge * math.sqrt(bulge)) * math.pi / 180
    per_longitude = _AXIS / math.sqrt(bulge) * math.cos(radians) * math.pi / 180
    return latitude + _northwards(east, north) / per_latitude, longitude + _eastwards(east, north) / per_longitude


def _undone(pin: Pin) -> Pin:
    guess = pin
    for _ in range(10):
        out = shifted(guess)
        guess = (guess[0] + pin[0] - out[0], guess[1] + pin[1] - out[1])
    return guess


def _without_baidu(pin: Pin) -> Pin:
    north, east = pin[0] - 0.006, pin[1] - 0.0065
    far = math.hypot(east, north) - 0.00002 * math.sin(north * _BAIDU)
    angle = math.atan2(north, east) - 0.000003 * math.cos(east * _BAIDU)
    return far * math.sin(angle), far * math.cos(angle)


def _northwards(east: float, north: float) -> float:
    metres = -100 + 2 * east + 3 * north + 0.2 * north**2 + 0.1 * east * north + 0.2 * math.sqrt(abs(east))
    metres += _waves(20, (6 * east, 2 * east)) + _waves(20, (north,)) + _waves(40, (north / 3,))
    return metres + _waves(160, (north / 12,)) + _waves(320, (north / 30,))


def _eastwards(east: float, north: float) -> float:
    metres = 300 + east + 2 * north + 0.1 * east**2 + 0.1 * east * north + 0.1 * math.sqrt(abs(east))
    metres += _waves(20, (6 * east, 2 * east)) + _waves(20, (east,)) + _waves(40, (east / 3,))
    return metres + _waves(150, (east / 12,)) + _waves(300, (east / 30,))


def _waves(height: float, arguments: tuple[float, ...]) -> float:
    return sum(height * math.sin(argument * math.pi) for argument in arguments) * 2 / 3
