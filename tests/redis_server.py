"""Run a Redis of the test's own on loopback, with a folder of its own and nothing kept."""

from __future__ import annotations

import socket
import subprocess
import time
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from tools import redis

TRIES = 5
PATIENCE = 60


class RedisServer:
    """Hold the address of a running server; it can be stopped in the middle of a test."""

    def __init__(self, folder: Path) -> None:
        path = redis.find()
        if path is None:
            pytest.fail("no redis-server: install Debian's, or name one in REDIS_SERVER")
        for _ in range(TRIES):
            self._start(path, folder)
            if self._answers():
                return
        pytest.fail(f"redis-server did not start: {(folder / 'redis.log').read_text()}")

    def _start(self, path: str, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        self.url = f"redis://127.0.0.1:{port}/0"
        words = ["--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), "--save", "", "--appendonly", "no"]
        with (folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen([path, *words], cwd=folder, stdout=log, stderr=log)

    def _answers(self) -> bool:
        """Wait for this very process; another program may have taken the port meanwhile."""
        until = time.monotonic() + PATIENCE
        with Redis.from_url(self.url) as client:
            while self._process.poll() is None and time.monotonic() < until:
                try:
                    return client.info("server")["process_id"] == self._process.pid
                except (RedisError, OSError):
                    time.sleep(0.02)
        return False

    def stop(self) -> None:
        """End the server; a second time does nothing."""
        self._process.terminate()
        self._process.wait(timeout=PATIENCE)
