"""Run the whole product as `make run` does: web under gunicorn, worker and simulator, each its own process.

The tree is laid out by links in a folder of the test, so that files the system writes stay there. Processes are ended
by the numbers they were started under. The ports are opened here and handed down open: nobody can take them meanwhile.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PATIENCE = 120


@dataclass(frozen=True)
class Running:
    """Say where the pages and the simulator are."""

    pages: str
    simulator: str


@contextmanager
def running(folder: Path, database_url: str, *, clock: str, **settings: str) -> Iterator[Running]:
    """Start everything on this database, wait until it answers, and end it."""
    _lay_out(folder)
    with _listening() as pages, _listening() as simulator:
        places = Running(_address(pages), _address(simulator))
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "DATABASE_URL": database_url,
            "PORT": str(pages.getsockname()[1]),
            "SIMULATOR_PORT": str(simulator.getsockname()[1]),
            "PUBLIC_URL": places.pages,
            "CANTEEN_CLOCK": clock,
            "SIMULATOR_STATE": str(folder / "simulator.json"),
            **settings,
        }
        gunicorn = [str(BIN / "gunicorn"), "-w", "1", "--threads", "8", "-b"]
        commands = {
            "pages": [*gunicorn, f"fd://{pages.fileno()}", "wsgi:app"],
            "simulator": [*gunicorn, f"fd://{simulator.fileno()}", "bot.simulator.app:create_app()"],
            "worker": [str(BIN / "flask"), "--app", "wsgi", "worker"],
        }
        handed_down = (pages.fileno(), simulator.fileno())
        started = [_start(folder, name, command, environment, handed_down) for name, command in commands.items()]
    try:
        for address in (f"{places.pages}/healthz", f"{places.simulator}/"):
            _wait_for(address, started)
        yield places
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(timeout=30)


def _lay_out(folder: Path) -> None:
    shutil.copy(ROOT / "wsgi.py", folder / "wsgi.py")
    for name in ("canteen", "bot", "static", "migrations", "pyproject.toml"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "var").mkdir()


def _listening() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


def _address(listening: socket.socket) -> str:
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


def _start(
    folder: Path, name: str, command: list[str], environment: dict[str, str], handed_down: Sequence[int]
) -> subprocess.Popen[bytes]:
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log, pass_fds=handed_down)


def until(holds: Callable[[], bool], what: str) -> None:
    """Look again until it is so; a long time gone by is a failure."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"not seen: {what}"
        time.sleep(0.1)


def _wait_for(address: str, processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask again until it answers; a process that ended is a failure."""

    def answers() -> bool:
        ended = [process.args for process in processes if process.poll() is not None]
        assert not ended, f"ended: {ended}"
        try:
            with urllib.request.urlopen(address, timeout=5):
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    until(answers, f"an answer of {address}")
