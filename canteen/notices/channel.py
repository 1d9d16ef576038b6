"""Describe the way out of the house; whoever speaks to people brings one along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

Then = Literal["sent", "again", "never"]


@dataclass(frozen=True)
class Try:
    """Note one attempt by one way: what came of it, and the number that the other side gave its message."""

    way: str
    outcome: str
    number: str = ""


@dataclass(frozen=True)
class Outcome:
    """Say what became of a notice: said, to be tried again (not before an instant), or never; and each attempt."""

    then: Then
    code: str
    tries: tuple[Try, ...] = ()
    not_before: datetime | None = None


class Channel(Protocol):
    """Say one thing to one account by the ways it knows, one after the other."""

    def send(self, account: str, kind: str, content: dict[str, Any], *, at: datetime) -> Outcome:
        """Say it now."""
        ...
