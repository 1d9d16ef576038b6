"""Say what each purse owes each canteen and for how long; with what is not yet owed it sums to the ledger. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from canteen.foundation.clock import service_day
from canteen.treasury.batches import OpenDue

# The last day, counted from the acceptance, on which a due still is in a bucket; what is older is in the last one.
BUCKETS = (30, 90, 180)


@dataclass(frozen=True, slots=True)
class Aged:
    """Hold by age what a purse owes a canteen."""

    funder_code: str
    canteen_id: int
    fens: tuple[int, ...]

    @property
    def total_fen(self) -> int:
        """Return all of it."""
        return sum(self.fens)


def aged(dues: Iterable[OpenDue], *, on: date) -> list[Aged]:
    """Lay what is unpaid into buckets by the days since finance accepted it."""
    sums: dict[tuple[str, int], list[int]] = {}
    for one in dues:
        days = (on - service_day(one.due.at)).days
        bucket = next((at for at, most in enumerate(BUCKETS) if days <= most), len(BUCKETS))
        row = sums.setdefault((one.due.funder_code, one.due.canteen_id), [0] * (len(BUCKETS) + 1))
        row[bucket] += one.unpaid_fen
    return [Aged(funder, canteen_id, tuple(fens)) for (funder, canteen_id), fens in sorted(sums.items())]
