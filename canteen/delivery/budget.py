"""Say how long to look for a better plan."""

from __future__ import annotations

from dataclasses import dataclass

BY_SIZE = ((30, 0.3), (80, 1.0), (200, 5.0))
LARGEST = 15.0
FIRST_LOOK = 0.5  # Of the budget, where several ways are tried before one is chosen.
PATIENCE = 20_000  # Rounds without a better plan after which more are waste.


@dataclass(frozen=True, slots=True)
class Budget:
    """Bound the search by seconds or, where the same answer must come out again, by iterations."""

    seconds: float | None = None
    iterations: tuple[int, ...] | None = None

    def first_look(self, ways: int, way: int) -> Budget:
        """Return what one of several ways may use before one of them is chosen."""
        if self.iterations is not None and len(self.iterations) > 1:
            return Budget(iterations=(self.iterations[way],))
        if self.iterations is not None:
            return Budget(iterations=(max(1, round(self.iterations[0] * FIRST_LOOK / ways)),))
        return Budget(seconds=(self.seconds or LARGEST) * FIRST_LOOK / ways)

    def rest(self, ways: int) -> Budget:
        """Return what the chosen way may use."""
        if self.iterations is not None and (len(self.iterations) > 1 or ways == 1):
            return Budget(iterations=self.iterations[-1:])
        if self.iterations is not None:
            return Budget(iterations=(max(1, round(self.iterations[0] * (1 - FIRST_LOOK))),))
        return Budget(seconds=(self.seconds or LARGEST) * (1 if ways == 1 else 1 - FIRST_LOOK))


def budget_for(orders: int) -> Budget:
    """Return the seconds that a plan of this size is worth."""
    return Budget(seconds=next((seconds for most, seconds in BY_SIZE if orders <= most), LARGEST))
