"""`make run` serves without a terminal, gives way to a taken port, and ends all it began."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from canteen import schema
from canteen.foundation.clock import now
from tests.house.tree import ROOT
from tools import ports
from tools.run import answers

PATIENCE_SECONDS = 90
LEFT_OUT = shutil.ignore_patterns(".*", "var", "tests", "docs", "__pycache__")

Start = Callable[[int], subprocess.Popen[bytes]]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Copy the program into a folder of its own, prepared as after a first start."""
    folder = tmp_path / "canteen"
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    (folder / "var").mkdir()
    schema.upgrade(f"sqlite:///{folder}/var/canteen.db")
    note = "from tools import run; run.PREPARED.write_text(run._state({}))"
    subprocess.run([sys.executable, "-c", note], cwd=folder, check=True)
    return folder


@pytest.fixture
def start(tree: Path) -> Iterator[Start]:
    """Start everything at a wanted port, in a group of processes of its own, with nobody at the keyboard."""
    started = []

    def begin(port: int) -> subprocess.Popen[bytes]:
        chosen = {"PORT": str(port), "SIMULATOR_PORT": str(port + 1), "CANTEEN_CLOCK": now().isoformat()}
        with (tree / f"log-{len(started)}").open("wb") as log:
            started.append(
                subprocess.Popen(
                    [sys.executable, "-m", "tools.run"], cwd=tree, env={**os.environ, **chosen},
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                )
            )  # fmt: skip
        return started[-1]

    yield begin
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def taken() -> Iterator[int]:
    """Hold a port that has free ones above it."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def living(tree: Path) -> list[str]:
    """List the processes that work in the folder, whatever group they went into."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (process / "cwd").readlink() == tree:
                found.append((process / "cmdline").read_text())
    return found


def test_a_start_gives_way_to_a_taken_port_and_an_interrupt_ends_all_it_began(
    tree: Path, start: Start, taken: int
) -> None:
    kept = (tree / "var" / "canteen.db").stat().st_ino
    process = start(taken)
    offered = ports.choose("pages", taken, host="127.0.0.1", not_these=frozenset({taken + 1}))
    assert answers(f"http://127.0.0.1:{offered}/healthz", within=PATIENCE_SECONDS), (tree / "log-0").read_text()
    assert len(living(tree)) > len({"web", "worker", "simulator"})
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(PATIENCE_SECONDS) == 0
    assert living(tree) == []
    said = (tree / "log-0").read_text()
    assert f"Port {taken} for the pages is taken; using {offered}." in said
    assert "Stopped." in said
    assert "Traceback" not in said
    assert "demonstration data" not in said
    assert (tree / "var" / "canteen.db").stat().st_ino == kept


def test_whoever_ends_the_service_ends_all_of_it(tree: Path, start: Start, taken: int) -> None:
    process = start(taken + 10)
    assert answers(f"http://127.0.0.1:{taken + 10}/healthz", within=PATIENCE_SECONDS)
    process.terminate()
    assert process.wait(PATIENCE_SECONDS) == 0
    assert living(tree) == []


@pytest.mark.parametrize(
    ("typed", "begin"), [("\n", "took "), ("n\n", "Nothing was started. Free port "), ("no port\n", "took ")]
)
def test_at_a_terminal_another_port_is_offered(taken: int, typed: str, begin: str) -> None:
    keyboard, terminal = os.openpty()
    ask = f"from tools import ports; print('took', ports.choose('pages', {taken}, host='127.0.0.1'))"
    with subprocess.Popen(
        [sys.executable, "-c", ask], cwd=ROOT, stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as asked:
        os.write(keyboard, typed.encode())
        said = asked.communicate(timeout=PATIENCE_SECONDS)[0].decode()
    os.close(keyboard)
    os.close(terminal)
    assert f"Port {taken} for the pages is taken. Use " in said
    assert begin in said
    assert ("took" in said) == (begin == "took ")
