"""Know when old people sleep: from nine in the evening to seven, in China; pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
WAKES, SLEEPS = 7, 21


def are_awake(at: datetime) -> bool:
    """Tell whether people are awake at an instant."""
    return WAKES <= at.astimezone(CHINA).hour < SLEEPS


def awake(at: datetime) -> datetime:
    """Return the instant, or the next morning's where people sleep."""
    if are_awake(at):
        return at
    local = at.astimezone(CHINA)
    morning = local.replace(hour=WAKES, minute=0, second=0, microsecond=0)
    return (morning if local.hour < WAKES else morning + timedelta(days=1)).astimezone(UTC)


def evening_before(at: datetime, hour: int) -> datetime:
    """Return the last such hour of an evening before an instant at which people sleep."""
    local = at.astimezone(CHINA)
    evening = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return (evening - timedelta(days=local.hour < WAKES)).astimezone(UTC)
