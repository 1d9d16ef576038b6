"""Measure how fast the pages answer on this machine.

Serves the application alone on a free port with the data of the demonstration, asks each page many times over a few
connections, and prints the middle and the slow end of the answers.
"""

from __future__ import annotations

import http.client
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tools import ports, run
from tools.screen import give_up, say

PATHS = ("/healthz", "/")
REQUESTS = 200
CONNECTIONS = 4


def main() -> None:
    """Print one line for each path named on the command line, or for the usual ones."""
    os.chdir(run.ROOT)
    port = ports.choose("bench", 8900, host="127.0.0.1")
    environment = run.with_defaults({**os.environ, "HOST": "127.0.0.1", "PORT": str(port)})
    run.VAR.mkdir(exist_ok=True)
    run.prepare(environment)
    environment.setdefault("CANTEEN_CLOCK", run.demo_clock(environment))
    with _served(environment):
        for path in sys.argv[1:] or PATHS:
            say(_measure(int(environment["PORT"]), path))


@contextmanager
def _served(environment: run.Environment) -> Iterator[None]:
    command = [run.BIN / "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"]
    server = subprocess.Popen(command, env=environment)
    try:
        if not run.answers(f"http://127.0.0.1:{environment['PORT']}/healthz", within=run.PATIENCE):
            raise give_up("The application does not answer.")
        yield
    finally:
        server.terminate()
        server.wait()


def _measure(port: int, path: str) -> str:
    started = time.monotonic()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        seconds = sorted(each for some in pool.map(_ask, [port] * CONNECTIONS, [path] * CONNECTIONS) for each in some)
    rate = len(seconds) / (time.monotonic() - started)
    middle, slow = statistics.median(seconds), seconds[int(len(seconds) * 0.95)]
    return f"{path:30} {rate:7.0f} a second   half within {middle * 1000:6.1f} ms   95 % within {slow * 1000:6.1f} ms"


def _ask(port: int, path: str) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    seconds = []
    for _ in range(REQUESTS // CONNECTIONS):
        started = time.monotonic()
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        if answer.status >= 400:
            raise give_up(f"{path} answers {answer.status}.")
        seconds.append(time.monotonic() - started)
    connection.close()
    return seconds


if __name__ == "__main__":
    main()
