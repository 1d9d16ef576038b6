"""Describe the way out of the house; whoever speaks to people brings one along."""

from __future__ import annotations

from typing import Any, Protocol


class Channel(Protocol):
    """Say one thing to one account.

    Raises `canteen.foundation.errors.Unavailable` where trying later may help, any other refusal where it never will.
    """

    def send(self, account: str, kind: str, content: dict[str, Any]) -> None:
        """Say it now."""
        ...
