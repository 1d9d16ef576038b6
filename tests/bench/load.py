"""Send requests from sixteen clients, and read what the server's workers spent on them."""

from __future__ import annotations

import http.client
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CLIENTS = 16
WORKERS = 2
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Figures:
    """Hold what one round showed; CPU is that of the server's workers, per request."""

    count: int
    rate: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float


@dataclass(frozen=True)
class Ask:
    """Hold one request."""

    path: str
    body: bytes
    headers: dict[str, str]


@contextmanager
def served(app: str, port: int, folder: Path, environment: dict[str, str]) -> Iterator[int]:
    """Serve an application by gunicorn as in production: two workers with threads."""
    command = [
        str(Path(os.sys.executable).parent / "gunicorn"), "-w", str(WORKERS), "--threads", "8",
        "-b", f"127.0.0.1:{port}", "--log-level", "warning", app,
    ]  # fmt: skip
    server = subprocess.Popen(command, cwd=folder, env=environment)
    try:
        _wait(port)
        yield server.pid
    finally:
        server.terminate()
        server.wait(timeout=30)


def measure(
    port: int, pid: int, asks: Sequence[Ask], is_good: Callable[[bytes], bool], clients: int = CLIENTS
) -> Figures:
    """Send all requests, shared among the clients; a wrong answer ends the run."""
    before, started = _cpu(pid), time.monotonic()
    shares = [asks[n::clients] for n in range(clients)]
    with ThreadPoolExecutor(clients) as senders:
        seconds = sorted(
            one for some in senders.map(lambda share: _client(port, share, is_good), shares) for one in some
        )
    spent, wall = _cpu(pid) - before, time.monotonic() - started
    return Figures(
        count=len(seconds),
        rate=len(seconds) / wall,
        p50_ms=seconds[len(seconds) // 2] * 1000,
        p99_ms=seconds[int(len(seconds) * 0.99)] * 1000,
        cpu_ms=spent / len(seconds) * 1000,
    )


def _client(port: int, asks: Sequence[Ask], is_good: Callable[[bytes], bool]) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    seconds = []
    for ask in asks:
        started = time.monotonic()
        connection.request("POST", ask.path, ask.body, ask.headers)
        answer = connection.getresponse()
        content = answer.read()
        seconds.append(time.monotonic() - started)
        if answer.status != 200 or not is_good(content):
            raise SystemExit(f"{ask.path} answered {answer.status}: {content[:200]!r}")
    connection.close()
    return seconds


def _cpu(pid: int) -> float:
    """Return the processor seconds of a server's workers."""
    total = 0
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / _TICK


def _wait(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"nothing answers on port {port}")
