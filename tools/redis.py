"""Find a Redis server for the tests of what REDIS_URL switches, or install Debian's."""

from __future__ import annotations

import os
import shutil

from tools import debian

# Debian keeps servers out of the path of ordinary accounts.
_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/bin"])


def find() -> str | None:
    """Return the path of a server: the one named by REDIS_SERVER, else the first at hand."""
    return shutil.which(os.environ.get("REDIS_SERVER") or "redis-server", path=_PATH)


def ensure() -> str | None:
    """Return the path of a server, installing one where this account may."""
    if find() is None:
        debian.install("redis-server")
    return find()
