"""Tell the time; nothing else in the house reads a clock.

Edges and jobs call `now` and hand instants and days inward as arguments. A demonstration may run on a clock of its
own: it starts at a stated instant, then runs, and is shared by all processes through one small file, so that moving
it in one place moves it everywhere. Production never configures it.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


class DemoClock:
    """Run from a stated instant on, shared through a file.

    The file holds the shift between real and shown time in microseconds. It is read again only when it changed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = -1
        self._shift = timedelta()

    def set(self, shown: datetime) -> None:
        """Make the clock show an aware instant now, in every process."""
        shift = shown - datetime.now(UTC)
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps({"shift_us": shift // timedelta(microseconds=1)}))
        draft.replace(self._path)

    def is_set(self) -> bool:
        """Tell whether some process has started the clock already."""
        return self._path.exists()

    def now(self) -> datetime:
        """Return the shown instant, aware, in UTC."""
        stamp = self._path.stat().st_mtime_ns
        if stamp != self._stamp:
            self._shift = timedelta(microseconds=json.loads(self._path.read_text())["shift_us"])
            self._stamp = stamp
        return datetime.now(UTC) + self._shift


_demo: DemoClock | None = None


def run_demo(path: Path, start: datetime) -> DemoClock:
    """Use the demonstration clock from now on; start it unless another process did."""
    global _demo  # noqa: PLW0603 - one process has one clock.
    clock = DemoClock(path)
    if not clock.is_set():
        clock.set(start)
    _demo = clock
    return clock


def run_real() -> None:
    """Use the real clock from now on."""
    global _demo  # noqa: PLW0603 - one process has one clock.
    _demo = None


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return _demo.now() if _demo is not None else datetime.now(UTC)


def service_day(at: datetime) -> date:
    """Return the canteen's local day of an instant."""
    return at.astimezone(CHINA).date()


def today() -> date:
    """Return the canteen's present local day."""
    return service_day(now())


def local(day: date, hours: int, minutes: int = 0) -> datetime:
    """Return the instant, in UTC, of a local time of day."""
    return datetime(day.year, day.month, day.day, hours, minutes, tzinfo=CHINA).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """Return the first instant after a day of the canteen."""
    return local(day + timedelta(days=1), 0)
