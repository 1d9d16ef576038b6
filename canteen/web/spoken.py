"""Say times of the day as old people do."""

from __future__ import annotations

from canteen.web import frame


def time_of_day(minute: int) -> str:
    """Say a minute of the day: 11 点, 12 点半, 9 点 20 分, 下午 5 点."""
    said = frame.words()["senior"]["time"]
    hour, rest = divmod(minute, 60)
    part = said["evening"] if hour >= 18 else said["afternoon"] if hour >= 13 else ""
    shape = said["whole"] if rest == 0 else said["half"] if rest == 30 else said["other"]
    return part + str(shape.format(hour=hour - 12 if part else hour, minute=rest))
