"""Say on the terminal what is going on, step by step."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(text: str = "") -> None:
    """Print a line at once, also where the output is a pipe."""
    print(text, flush=True)


def give_up(text: str) -> SystemExit:
    """Make the exception that ends a command with one plain sentence."""
    return SystemExit(f"\n{text}")


@contextmanager
def step(text: str) -> Iterator[None]:
    """Announce a step and, when it succeeds, how long it took."""
    started = time.monotonic()
    say(f"  {text} …")
    yield
    seconds = time.monotonic() - started
    if seconds >= 1:
        say(f"  {text}: done in {seconds:.0f} s")


def count_up(text: str, count: int) -> None:
    """Show a running count and what is being done: in place on a terminal, every tenth in a log."""
    if sys.stdout.isatty():
        print(f"\r\033[K    {count:3d}  {text[:60]}", end="", flush=True)
    elif count % 10 == 0:
        say(f"    {count:3d}  {text[:60]}")


def clear_line() -> None:
    """Wipe the running count off a terminal."""
    if sys.stdout.isatty():
        print("\r\033[K", end="", flush=True)
