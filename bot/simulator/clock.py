"""Follow the demo clock of the web application.

The application owns the clock; the simulator only asks for it and moves it.
Without an answer the real time is used, and the page says so.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import requests

from bot.simulator.errcodes import Refusal

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
_KEEP_SECONDS = 1.0
_KEEP_FAILURE_SECONDS = 3.0
_TIMEOUT = (0.5, 1.0)


@dataclass(frozen=True)
class Reading:
    """Hold what the clock said: the instant, whether it runs, whose it is."""

    now: datetime
    running: bool
    shared: bool

    def as_json(self) -> dict[str, Any]:
        """Give the reading for the page, in the time of China."""
        local = self.now.astimezone(CHINA)
        return {"now": local.isoformat(timespec="seconds"), "running": self.running, "shared": self.shared}


class DemoClock:
    """Ask the application for the time, at most once a second."""

    def __init__(self, public_url: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._url = f"{public_url}/demo/clock"
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._read_at = float("-inf")
        self._last = Reading(now=_real_now(), running=True, shared=False)

    def reading(self) -> Reading:
        """Give the time now; a short answer is reused and moved on."""
        with self._lock:
            age = self._monotonic() - self._read_at
            keep = _KEEP_SECONDS if self._last.shared else _KEEP_FAILURE_SECONDS
            if age >= keep:
                self._remember(self._ask())
                age = 0.0
            return self._moved_on(age)

    def timestamp(self) -> int:
        """Give the time now in whole seconds since 1970."""
        return int(self.reading().now.timestamp())

    def set(self, now: datetime) -> Reading:
        """Move the clock; refused when the application does not answer."""
        body = {"now": now.astimezone(UTC).isoformat()}
        with self._lock:
            try:
                answer = _session().post(self._url, json=body, timeout=(1, 5))
                answer.raise_for_status()
            except requests.RequestException as error:
                raise Refusal("clock.unreachable", 502) from error
            self._remember(self._ask())
            return self._last

    def step(self, name: str) -> Reading:
        """Move the clock by a named step: hour, tomorrow or eleven."""
        local = self.reading().now.astimezone(CHINA)
        return self.set(stepped(local, name))

    def _remember(self, reading: Reading) -> None:
        self._last = reading
        self._read_at = self._monotonic()

    def _moved_on(self, age: float) -> Reading:
        if not self._last.shared:
            return replace(self._last, now=_real_now())
        if not self._last.running:
            return self._last
        return replace(self._last, now=self._last.now + timedelta(seconds=age))

    def _ask(self) -> Reading:
        try:
            answer = _session().get(self._url, timeout=_TIMEOUT)
            answer.raise_for_status()
            told = answer.json()
            now = datetime.fromisoformat(told["now"])
            if now.tzinfo is None:
                raise ValueError("the clock told no zone")
            return Reading(now=now, running=bool(told.get("running", True)), shared=True)
        except (requests.RequestException, ValueError, KeyError, TypeError):
            return Reading(now=_real_now(), running=True, shared=False)


def stepped(local: datetime, name: str) -> datetime:
    """Give the instant that a named step leads to from a local time."""
    if name == "hour":
        return local + timedelta(hours=1)
    if name == "tomorrow":
        return (local + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    if name == "eleven":
        eleven = local.replace(hour=11, minute=0, second=0, microsecond=0)
        return eleven if eleven > local else eleven + timedelta(days=1)
    raise Refusal("clock.unknown_step", 400)


def _real_now() -> datetime:
    return datetime.now(tz=UTC)


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # A proxy has no business on loopback.
    return session
