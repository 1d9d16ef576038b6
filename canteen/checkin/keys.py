"""Hold the keys that codes and cards are signed with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Keys:
    """Hold the keys of codes and of cards, by id, the newest first."""

    code: Mapping[str, bytes] = field(repr=False)
    card: Mapping[str, bytes] = field(repr=False)
