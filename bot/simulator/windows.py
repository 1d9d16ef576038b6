"""Decide when the account may write to a user unasked.

Rules since 12 June 2023: a message of the user opens five messages within
48 hours; a menu click, a new follower or a scanned code opens three within one
minute. Pure: the instant is an argument.
"""

from dataclasses import dataclass

from bot.simulator.errcodes import WxError

_KINDS = {"event": (60, 3), "message": (48 * 3600, 5)}


@dataclass
class Window:
    """Hold one opportunity to write: since when, and how many are left."""

    kind: str
    opened_at: int
    left: int

    def is_open(self, at: int) -> bool:
        """Tell whether the time is not over; a clock set back keeps it open."""
        return at - self.opened_at < _KINDS[self.kind][0]


def opened(windows: list[Window], *, kind: str, at: int) -> list[Window]:
    """Give the windows after an act of the user opened one of this kind."""
    others = [window for window in windows if window.kind != kind and window.is_open(at)]
    return [*others, Window(kind=kind, opened_at=at, left=_KINDS[kind][1])]


def spend(windows: list[Window], *, at: int) -> None:
    """Take one message, the shortest window first; 45015 or 45047 if none."""
    standing = [window for window in windows if window.is_open(at)]
    if not standing:
        raise WxError(45015)
    usable = [window for window in standing if window.left > 0]
    if not usable:
        raise WxError(45047)
    min(usable, key=lambda window: _KINDS[window.kind][0]).left -= 1
