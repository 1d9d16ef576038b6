"""Run the whole product as `make run` does: web under gunicorn, worker and simulator, each its own process.

The tree is laid out by links in a folder of the test, so that files the system writes stay there. Processes are ended
by the numbers they were started under.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools import ports

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PATIENCE = 60


@dataclass(frozen=True)
class Running:
    """Say where the pages and the simulator are."""

    pages: str
    simulator: str


@contextmanager
def running(folder: Path, database_url: str, *, clock: str) -> Iterator[Running]:
    """Start everything on this database, wait until it answers, and end it."""
    _lay_out(folder)
    page_port = ports.choose("test", 18_000, host="127.0.0.1")
    simulator_port = ports.choose("test", page_port + 1, host="127.0.0.1")
    places = Running(f"http://127.0.0.1:{page_port}", f"http://127.0.0.1:{simulator_port}")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "DATABASE_URL": database_url,
        "PORT": str(page_port),
        "SIMULATOR_PORT": str(simulator_port),
        "PUBLIC_URL": places.pages,
        "CANTEEN_CLOCK": clock,
        "SIMULATOR_STATE": str(folder / "simulator.json"),
    }
    gunicorn = [str(BIN / "gunicorn"), "-w", "1", "--threads", "8", "-b"]
    commands = {
        "pages": [*gunicorn, f"127.0.0.1:{page_port}", "wsgi:app"],
        "simulator": [*gunicorn, f"127.0.0.1:{simulator_port}", "bot.simulator.app:create_app()"],
        "worker": [str(BIN / "flask"), "--app", "wsgi", "worker"],
    }
    started = [_start(folder, name, command, environment) for name, command in commands.items()]
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


def _start(folder: Path, name: str, command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)


def _wait_for(address: str, processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask again until it answers; a process that ended or a minute gone by is a failure."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        ended = [process.args for process in processes if process.poll() is not None]
        assert not ended, f"ended: {ended}"
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")
