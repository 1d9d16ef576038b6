"""Say how long to look for a better plan."""

from __future__ import annotations

from dataclasses import dataclass

BY_SIZE = ((30, 0.3), (80, 1.0), (200, 5.0))
LARGEST = 15.0
# Where several ways are open: all of them for a share of the budget, the best three for another, the best for the rest.
STAGES = ((None, 0.3), (3, 0.3), (1, 0.4))
PATIENCE = 20_000  # Rounds without a better plan after which more are waste.


@dataclass(frozen=True, slots=True)
class Budget:
    """Bound the search by seconds or, where the same answer must come out again, by iterations."""

    seconds: float | None = None
    iterations: tuple[int, ...] | None = None

    def stages(self, ways: int) -> list[list[Budget]]:
        """Return stage by stage what each way that is still open may use; a single way has it all.

        As many steps as the stages have places are taken one by one, as a plan tells them.
        """
        if ways == 1:
            return [[self if self.iterations is None else Budget(iterations=self.iterations[-1:])]]
        counts = [min(most or ways, ways) for most, _ in STAGES]
        told = iter(self.iterations or ())
        if self.iterations is not None and len(self.iterations) == sum(counts):
            return [[Budget(iterations=(next(told),)) for _ in range(count)] for count in counts]
        return [[self._part(share / count)] * count for count, (_, share) in zip(counts, STAGES, strict=True)]

    def _part(self, share: float) -> Budget:
        if self.iterations is not None:
            return Budget(iterations=(max(1, round(self.iterations[0] * share)),))
        return Budget(seconds=(self.seconds or LARGEST) * share)


def budget_for(orders: int) -> Budget:
    """Return the seconds that a plan of this size is worth."""
    return Budget(seconds=next((seconds for most, seconds in BY_SIZE if orders <= most), LARGEST))
