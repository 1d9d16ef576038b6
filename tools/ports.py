"""Find a port to listen on, and name the one that is taken."""

from __future__ import annotations

import errno
import socket
import sys

from tools.screen import give_up, say

TRIES = 50


def choose(name: str, wanted: int, *, host: str, not_these: frozenset[int] = frozenset()) -> int:
    """Take the wanted port if it is free; otherwise ask, or take the next free one and say so."""
    if wanted not in not_these and _is_free(wanted, host):
        return wanted
    offer = next(
        (port for port in range(wanted + 1, wanted + TRIES) if port not in not_these and _is_free(port, host)),
        None,
    )
    if offer is None:
        raise give_up(f"Port {wanted} for the {name} is taken, and so are the next {TRIES}.")
    if not sys.stdin.isatty():
        say(f"  Port {wanted} for the {name} is taken; using {offer}.")
        return offer
    return _ask(name, wanted, offer, host=host, not_these=not_these)


def _ask(name: str, wanted: int, offer: int, *, host: str, not_these: frozenset[int]) -> int:
    answer = input(f"  Port {wanted} for the {name} is taken. Use {offer}? [Enter, another number, or n] ").strip()
    if answer.lower() in {"n", "no"}:
        raise give_up(f"Nothing was started. Free port {wanted}, or set {_setting(name)} to another one.")
    if not answer.isdecimal():
        return offer
    return choose(name, int(answer), host=host, not_these=not_these)


def _setting(name: str) -> str:
    return "SIMULATOR_PORT" if name == "simulator" else "PORT"


def _is_free(port: int, host: str) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in {errno.EADDRINUSE, errno.EACCES}:
                return False
            raise give_up(f"Cannot listen on {host}: {error.strerror}.") from None
        except OverflowError:
            return False
    return True
