"""Draw the public numbers of things from a seed while a month is simulated, so that a seed gives the same books."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

from canteen.foundation import references


class Drawn:
    """Stand where `secrets` stood: what `references` asks for comes from a seed that is set anew before every act."""

    def __init__(self) -> None:
        self.begin()

    def begin(self, *of: object, again_after: int = 0) -> None:
        """Draw from now on what belongs to this act; ``again_after`` so many letters the same, for one that races."""
        self._seed, self._again_after, self._count = ":".join(map(str, of)), again_after, 0
        self._random = random.Random(self._seed)

    def choice(self, letters: str) -> str:
        """Draw one letter."""
        if self._again_after and self._count == self._again_after:
            self.begin(self._seed, again_after=self._again_after)
        self._count += 1
        return self._random.choice(letters)


@contextmanager
def drawn() -> Iterator[Drawn]:
    """Let references be drawn from a seed as long as this lasts."""
    kept, stand_in = references.secrets, Drawn()
    references.secrets = stand_in  # type: ignore[assignment]
    try:
        yield stand_in
    finally:
        references.secrets = kept
