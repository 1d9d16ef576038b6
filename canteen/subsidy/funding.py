"""Say whose money a subsidy is.

Fixed parts with one residual payer, ratios, conditions, pots that run dry.
The parts are asked in their order: each gives at most its limit, what is left and (for a pot) its
balance; the payer of the rest gives what remains. Shares are split by systematic rounding with the key
of the meal. A part under a condition that fails is either *lost* (the person pays it) or *skipped* (the
others bear it).
"""

from __future__ import annotations

from dataclasses import dataclass

from canteen.foundation import money
from canteen.subsidy.conditions import Condition
from canteen.subsidy.quotes import Parts
from canteen.subsidy.situation import Situation

LOST = "lost"


@dataclass(frozen=True, slots=True)
class Payer:
    """Describe one payer's part: a fixed limit, a share (weight) or the rest."""

    code: str
    limit_fen: int | None = None
    share: int | None = None
    when: Condition | None = None
    otherwise: str = LOST
    pot: bool = False

    def lapses(self, s: Situation) -> bool:
        """Ask whether the part's condition fails."""
        return self.when is not None and not self.when.holds(s)


def fund(total_fen: int, payers: tuple[Payer, ...], s: Situation) -> Parts:
    """Split a total among its payers; parts that are lost are left out.

    So the sum may be smaller.
    """
    if len(payers) == 1 and payers[0].when is None and not payers[0].pot:
        return ((payers[0].code, total_fen),)
    asked = [payer for payer in payers if payer.otherwise == LOST or not payer.lapses(s)]
    parts = _shares(total_fen, asked, s) if asked and asked[0].share is not None else _caps(total_fen, asked, s)
    kept = {payer.code: 0 for payer in payers}
    for payer, part in zip(asked, parts, strict=True):
        if not payer.lapses(s):
            kept[payer.code] += part
    return tuple(kept.items())


def _shares(total_fen: int, asked: list[Payer], s: Situation) -> list[int]:
    return money.share_each_time(total_fen, [payer.share or 0 for payer in asked], s.meal.key)


def _caps(total_fen: int, asked: list[Payer], s: Situation) -> list[int]:
    parts, left = [], total_fen
    balances = dict(s.meal.pots)
    for payer in asked:
        part = left if payer.limit_fen is None else min(payer.limit_fen, left)
        if payer.pot:
            part = min(part, max(0, balances.get(payer.code, 0)))
        parts.append(part)
        left -= part
    return parts


def merged(*splits: Parts) -> Parts:
    """Add splits up by payer, in the order of their first appearance."""
    total: dict[str, int] = {}
    for split in splits:
        for code, fen in split:
            total[code] = total.get(code, 0) + fen
    return tuple(total.items())
