"""Say whose money a subsidy is: fixed parts with one residual payer, ratios, conditions, pots that run dry.

The parts are asked in their order: each gives at most its limit, what is left and (for a pot) its balance; the payer
of the rest gives what remains. Shares are split by systematic rounding with the key of the meal; what a dry pot cannot
give falls to the next payer that is no pot. A part under a condition that fails is either *lost* (the person pays it)
or *skipped* (the others bear it).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from canteen.foundation import money
from canteen.subsidy.conditions import Condition
from canteen.subsidy.quotes import Parts
from canteen.subsidy.situation import Situation

LOST = "lost"


@dataclass(frozen=True, slots=True)
class Payer:
    """Describe one payer's part: a fixed limit, a share (weight), a part of the whole, or the rest."""

    code: str
    limit_fen: int | None = None
    share: int | None = None
    when: Condition | None = None
    otherwise: str = LOST
    pot: bool = False
    part: Fraction | None = None

    def lapses(self, s: Situation) -> bool:
        """Ask whether the part's condition fails."""
        return self.when is not None and not self.when.holds(s)


def fund(total_fen: int, payers: tuple[Payer, ...], s: Situation) -> Parts:
    """Split a total among its payers; parts that are lost are left out, so the sum may be smaller."""
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
    parts = money.share_each_time(total_fen, [payer.share or 0 for payer in asked], s.meal.key)
    firm = [i for i, payer in enumerate(asked) if not payer.pot]
    for i, payer in enumerate(asked):
        short = parts[i] - min(parts[i], _balance(payer, s)) if payer.pot else 0
        if short and firm:
            parts[i] -= short
            parts[next((other for other in firm if other > i), firm[-1])] += short
    return parts


def _caps(total_fen: int, asked: list[Payer], s: Situation) -> list[int]:
    parts, left = [], total_fen
    for payer in asked:
        part = left if payer.part is None else min(left, _part(total_fen, payer.part, s))
        if payer.limit_fen is not None:
            part = min(payer.limit_fen, part)
        if payer.pot:
            part = min(part, _balance(payer, s))
        parts.append(part)
        left -= part
    return parts


def _part(total_fen: int, part: Fraction, s: Situation) -> int:
    weights = [part.numerator, part.denominator - part.numerator]
    return money.share_each_time(total_fen, weights, s.meal.key)[0]


def _balance(payer: Payer, s: Situation) -> int:
    """Say what a pot still holds; an unknown balance counts as empty."""
    return max(0, dict(s.meal.pots).get(payer.code, 0))


def merged(*splits: Parts) -> Parts:
    """Add splits up by payer, in the order of their first appearance."""
    total: dict[str, int] = {}
    for split in splits:
        for code, fen in split:
            total[code] = total.get(code, 0) + fen
    return tuple(total.items())
