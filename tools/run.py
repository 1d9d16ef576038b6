"""Serve everything with one command: pages, worker and the simulated WeChat.

Runs inside ``.venv``. The database is brought up to date and the demonstration data are loaded when migrations or
database changed since the last start. When one process ends, all end.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import NoReturn

from honcho.manager import Manager
from honcho.printer import Message, Printer

from tools import ports
from tools.screen import clear_line, count_up, give_up, say, step

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
VAR = ROOT / "var"
PREPARED = VAR / "prepared"
LOGINS = VAR / "logins.txt"
CLOCK = VAR / "shown-clock"
MOVED_CLOCK = VAR / "demo-clock.json"
PATIENCE = 60

Environment = dict[str, str]


def main() -> None:
    """Prepare what is missing, start all processes, tell the addresses."""
    os.chdir(ROOT)
    VAR.mkdir(exist_ok=True)
    environment = {**read_settings(ROOT / ".env"), **os.environ}
    environment = with_defaults(environment)
    say("Starting the canteen")
    prepare(environment)
    environment.setdefault("CANTEEN_CLOCK", demo_clock(environment))
    # A tour begins at the stated instant each time, however far the clock was moved in the last one.
    MOVED_CLOCK.unlink(missing_ok=True)
    sys.exit(serve(environment))


def read_settings(path: Path) -> Environment:
    """Read ``NAME=value`` lines; quotes around a value and lines with # are dropped."""
    settings: Environment = {}
    if not path.exists():
        return settings
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.strip().removeprefix("export ")
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        if not equals:
            raise give_up(f"{path.name}, line {number}: expected NAME=value.")
        settings[name.strip()] = value.strip().strip("'\"")
    return settings


def with_defaults(environment: Environment) -> Environment:
    """Choose the ports and fill in what a demonstration needs."""
    host = environment.get("HOST", "127.0.0.1")
    wanted, beside = _number(environment, "PORT", 8000), _number(environment, "SIMULATOR_PORT", 8001)
    port = ports.choose("pages", wanted, host=host, not_these=frozenset({beside}))
    simulator = ports.choose("simulator", beside, host="127.0.0.1", not_these=frozenset({port}))
    defaults = {
        "CANTEEN_ENV": "development",
        "FLASK_APP": "wsgi",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "WX_API_ROOT": f"http://127.0.0.1:{simulator}/",
        "WX_OPEN_ROOT": f"http://127.0.0.1:{simulator}/connect/",
    }
    chosen = {"HOST": host, "PORT": str(port), "SIMULATOR_PORT": str(simulator), "PYTHONUNBUFFERED": "1"}
    path = f"{BIN}{os.pathsep}{environment.get('PATH', os.defpath)}"
    return {**defaults, **environment, **chosen, "PATH": path}


def _number(environment: Environment, name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise give_up(f"{name} must be a port number; it is {text!r}.")
    return int(text)


def prepare(environment: Environment) -> None:
    """Migrate and load the demonstration, unless neither tree nor database changed."""
    if PREPARED.exists() and PREPARED.read_text(encoding="utf-8") == _state(environment):
        return
    PREPARED.unlink(missing_ok=True)
    with step("database"):
        _flask(environment, "database", "upgrade")
    with step("demonstration data"):
        LOGINS.write_text(_flask(environment, "demo", "load"), encoding="utf-8")
    PREPARED.write_text(_state(environment), encoding="utf-8")


def _state(environment: Environment) -> str:
    revisions = sorted((ROOT / "migrations" / "versions").glob("*.py"))
    digest = hashlib.sha256()
    for path in revisions:
        digest.update(path.name.encode() + path.read_bytes())
    url = environment.get("DATABASE_URL", "")
    digest.update(url.encode())
    if not url:
        digest.update(_file_identity(VAR / "canteen.db").encode())
    return digest.hexdigest()


def _file_identity(path: Path) -> str:
    return str(path.stat().st_ino) if path.exists() else "none"


def demo_clock(environment: Environment) -> str:
    """Ask the application, once a day, which instant to show: late morning of a day on which it serves."""
    today = time.strftime("%Y-%m-%d")
    if CLOCK.exists():
        asked_on, _, instant = CLOCK.read_text(encoding="utf-8").partition(" ")
        if asked_on == today:
            return instant
    instant = _flask(environment, "demo", "clock").split()[-1]
    CLOCK.write_text(f"{today} {instant}", encoding="utf-8")
    return instant


def _flask(environment: Environment, *words: str) -> str:
    """Run a command, show as a running count what it tells on the way, and return what it answers."""
    command = subprocess.Popen(
        [BIN / "flask", *words], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    answer: list[str] = []
    reader = threading.Thread(target=lambda: answer.extend(command.stdout or ()), daemon=True)
    reader.start()
    told: list[str] = []
    for line in command.stderr or ():
        told.append(line.rstrip())
        count_up(line.strip(), len(told))
    clear_line()
    reader.join()
    if command.wait():
        tail = "\n  ".join(told[-15:])
        raise give_up(f"`flask {' '.join(words)}` failed:\n  {tail}")
    return "".join(answer)


class Processes(Manager):  # type: ignore[misc]
    """Honcho's manager, which can also be stopped while it is still starting."""

    def terminate(self) -> None:
        """End every process; one that has not told its number yet ends as soon as it has."""
        if all(process.get("pid") for process in self._processes.values()):
            super().terminate()
        else:
            threading.Timer(0.1, self.terminate).start()

    def _system_print(self, data: str) -> None:
        """Keep quiet about the numbers of processes, but not about an unexpected end."""
        if "stopped" in data and not self._terminating:
            super()._system_print(data)


class Lines(Printer):  # type: ignore[misc]
    """Print the lines of all processes; a terminal that was closed must not keep them from being ended."""

    def write(self, message: Message) -> None:
        """Print a line as long as somebody can see it."""
        with contextlib.suppress(OSError):
            super().write(message)


def serve(environment: Environment) -> int:
    """Run all processes until one of them ends or the user stops them."""
    manager = Processes(Lines(sys.stdout))
    web = "exec gunicorn -c gunicorn.conf.py"
    listen = f"--bind 127.0.0.1:{environment['SIMULATOR_PORT']}"
    manager.add_process("web", f"{web} wsgi:app", env=environment, cwd=str(ROOT))
    manager.add_process("worker", "exec flask worker", env=environment, cwd=str(ROOT))
    manager.add_process(
        "simulator",
        f"{web} {listen} --workers 1 --threads 16 'bot.simulator.app:create_app()'",
        env=environment,
        cwd=str(ROOT),
    )
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    threading.Thread(target=_announce, args=(environment,), daemon=True).start()
    manager.loop()
    stopped_by_user = manager.returncode in {128 + signal.SIGINT, 128 + signal.SIGTERM}
    with contextlib.suppress(OSError):
        say("\nStopped." if stopped_by_user else "\nOne process ended, so all were ended.")
    return 0 if stopped_by_user else manager.returncode or 1


def _announce(environment: Environment) -> None:
    address = f"http://127.0.0.1:{environment['PORT']}"
    if not answers(f"{address}/healthz", within=PATIENCE):
        say(f"  {address}/healthz has not answered for {PATIENCE} s; see the lines above.")
        return
    lines = [
        "",
        f"  Pages of the canteen   {address}/",
        f"  WeChat of its own      http://127.0.0.1:{environment['SIMULATOR_PORT']}/",
        f"  The clock shows        {environment['CANTEEN_CLOCK']}",
    ]
    if LOGINS.exists():
        lines += ["", *("  " + line for line in LOGINS.read_text(encoding="utf-8").splitlines())]
    say("\n".join([*lines, "", "  Ctrl-C stops everything; the data stay.", ""]))


def answers(url: str, *, within: int) -> bool:
    """Wait until an address answers well, and tell whether it did in time."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + within
    while time.monotonic() < end:
        with contextlib.suppress(urllib.error.URLError, OSError), opener.open(url, timeout=2) as answer:
            return bool(answer.status == 200)
        time.sleep(0.1)
    return False


def _stop() -> NoReturn:
    say("\nStopped.")
    sys.exit(0)


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, EOFError):
        _stop()
