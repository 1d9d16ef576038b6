"""Work out what a class gets for a meal: exact first, made whole once at the end.

Every amount is limited to what is still to pay; the limit never goes below zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from canteen.foundation import money
from canteen.subsidy.answers import Rounding
from canteen.subsidy.conditions import word_of
from canteen.subsidy.situation import Situation

Exact = Fraction | int
COINS = {"fen": 1, "jiao": 10, "yuan": 100}


class Amount(Protocol):
    """Work out an exact amount of fen for a situation."""

    def exact(self, s: Situation, base_fen: int) -> Exact:
        """Give the amount before rounding; ``base_fen`` is what is still to pay."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """Give the same amount for every meal."""

    fen: int

    def exact(self, s: Situation, base_fen: int) -> Exact:
        """Give it, whatever the price."""
        return self.fen


@dataclass(frozen=True, slots=True)
class Percent:
    """Give a share of the price, of what is to pay, of the standard set or of a fixed amount.

    Only of what lies ``above_fen``, where the policy says so.
    """

    share: Fraction
    of: str
    of_fen: int = 0
    above_fen: int = 0

    def exact(self, s: Situation, base_fen: int) -> Exact:
        """Take the share of its base; an unknown standard set gives nothing."""
        if self.of == "to_pay":
            base = base_fen
        elif self.of == "price":
            base = s.meal.price_fen
        elif self.of == "standard_set":
            base = s.standard_set_fen or 0
        else:
            base = self.of_fen
        whole, rest = divmod(self.share.numerator * max(0, base - self.above_fen), self.share.denominator)
        return whole + Fraction(rest, self.share.denominator) if rest else whole


@dataclass(frozen=True, slots=True)
class PersonPays:
    """Give all but the fixed price for the person.

    Nothing where the meal is cheaper than that.
    """

    fen: int

    def exact(self, s: Situation, base_fen: int) -> Exact:
        """Subtract the fixed price."""
        return max(0, base_fen - self.fen)


@dataclass(frozen=True, slots=True)
class Capped:
    """Give an amount up to a ceiling."""

    amount: Amount
    ceiling_fen: int

    def exact(self, s: Situation, base_fen: int) -> Exact:
        """Take the smaller of the two."""
        return min(self.amount.exact(s, base_fen), self.ceiling_fen)


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Give an amount, but never less than a stated sum."""

    amount: Amount
    least_fen: int

    def exact(self, s: Situation, base_fen: int) -> Exact:
        """Take the larger of the two."""
        return max(self.amount.exact(s, base_fen), self.least_fen)


@dataclass(frozen=True, slots=True)
class By:
    """Give another amount by meal period, mode, diet set or grade of the site; none where not listed."""

    fact: str
    choices: Mapping[str, Amount]
    otherwise: Amount | None

    def exact(self, s: Situation, base_fen: int) -> Exact:
        """Choose by the fact."""
        chosen = self.choices.get(word_of(self.fact, s) or "", self.otherwise)
        return 0 if chosen is None else chosen.exact(s, base_fen)


def whole_fen(amount: Amount, s: Situation, rounding: Rounding, *, base_fen: int, available_fen: int) -> int:
    """Round an amount as the policy says and limit it to what is available.

    Rounding "of the payment" rounds what the person keeps to pay and gives the rest.
    """
    exact = min(amount.exact(s, base_fen), available_fen)
    if isinstance(exact, int) and rounding.to == "fen":
        return max(0, exact)
    if rounding.of == "payment":
        return max(0, min(available_fen, base_fen - rounded(base_fen - exact, rounding)))
    return max(0, min(available_fen, rounded(exact, rounding)))


def rounded(exact: Exact, rounding: Rounding) -> int:
    """Round to the coin the policy names."""
    coin = COINS[rounding.to]
    round_it = money.round_half_up if rounding.how == "half_up" else money.round_down
    return round_it(Fraction(exact) / coin) * coin
