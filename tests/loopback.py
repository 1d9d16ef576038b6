"""Keep tests from talking to anything but this machine."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

INSIDE = {"localhost", ""}


class OutsideError(OSError):
    """Say that a test tried to leave the machine."""


def keep_inside() -> None:
    """Refuse every connection that is neither to loopback nor to a Unix socket."""
    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, _guard(getattr(socket.socket, name)))


def _guard(original: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX and not is_inside(str(address[0])):
            raise OutsideError(f"a test may not connect to {address[0]}")
        return original(self, address)

    return guarded


def is_inside(host: str) -> bool:
    """Tell whether a host is this machine itself."""
    if host in INSIDE:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
