"""Add up what was booked beside what a draft would give: by category, canteen, payer, month and person; pure.

Sums of parts are merged in any order to the same whole, so that several processes may share the work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from canteen.subsidy import Parts, Quote

BY = ("category", "canteen", "month")
# The columns of a row: how many meals at which price, then what was booked, then what the draft gives.
MEASURES = ("subsidised", "subsidy", "discount", "own", "operator")
WIDTH = 2 + 2 * len(MEASURES)
Sums: TypeAlias = dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Side:
    """Hold the money of one meal on one side: as booked, or under the draft."""

    policy: str
    category: str
    discount_fen: int
    subsidy_fen: int
    own_fen: int
    operator_fen: int
    split: Parts
    operator_policy: str
    operator_split: Parts

    @property
    def measures(self) -> tuple[int, ...]:
        """Return the figures in the order of `MEASURES`; help with delivery counts as subsidy."""
        return int(self.subsidy_fen > 0), self.subsidy_fen, self.discount_fen, self.own_fen, self.operator_fen


def side_of(quote: Quote, operator: Quote | None = None) -> Side:
    """Take the money out of a quote; the operator's may stand by another one."""
    by = operator or quote
    return Side(
        quote.policy, quote.category, quote.discount_fen, quote.subsidy_fen + quote.delivery_subsidy_fen,
        quote.own_fen, by.operator_fen, (*quote.split, *quote.delivery_split), by.policy, by.operator_split,
    )  # fmt: skip


def side_from(stored: Mapping[str, Any]) -> Side:
    """Take the money out of a stored quote without reading the words around it."""
    split = (*map(tuple, stored["split"]), *map(tuple, stored["delivery_split"]))
    return Side(
        stored["policy"], stored["category"], stored["discount_fen"],
        stored["subsidy_fen"] + stored["delivery_subsidy_fen"], stored["own_fen"], stored["operator_fen"], split,
        stored["policy"], tuple(map(tuple, stored["operator_split"])),
    )  # fmt: skip


@dataclass(slots=True)
class Tally:
    """Collect the sums of some people's meals."""

    meals: int = 0
    rows: dict[str, Sums] = field(default_factory=lambda: {by: {} for by in BY})
    payers: Sums = field(default_factory=dict)
    people: dict[str, list[int]] = field(default_factory=dict)

    def add(self, keys: tuple[str, str], person: str, price_fen: int, booked: Side, drafted: Side) -> None:
        """Add one meal at a canteen in a month; its category may be another on each side."""
        self.meals += 1
        before, after = booked.measures, drafted.measures
        whole = (1, price_fen, *before, *after)
        for by, key in zip(("canteen", "month"), keys, strict=True):
            _add(self.rows[by], key, whole)
        _add(self.rows["category"], booked.category, (1, price_fen, *before, *([0] * len(after))))
        _add(self.rows["category"], drafted.category, (0, 0, *([0] * len(before)), *after))
        self._add_payers(booked, 0)
        self._add_payers(drafted, 1)
        _add(self.people, person, (1, booked.own_fen, drafted.own_fen))

    def merge(self, other: Tally) -> None:
        """Take over the sums of others."""
        self.meals += other.meals
        for by in BY:
            for key, sums in other.rows[by].items():
                _add(self.rows[by], key, sums)
        for key, sums in other.payers.items():
            _add(self.payers, key, sums)
        for key, sums in other.people.items():
            _add(self.people, key, sums)

    def _add_payers(self, side: Side, at: int) -> None:
        for place, policy, split in (
            (at, side.policy, side.split),
            (2 + at, side.operator_policy, side.operator_split),
        ):
            for payer, fen in split:
                if fen:
                    sums = [0, 0, 0, 0]
                    sums[place] = fen
                    _add(self.payers, f"{policy}|{payer}", sums)


def total(rows: Iterable[list[int]]) -> list[int]:
    """Add up rows."""
    sums = [0] * WIDTH
    for row in rows:
        for at, amount in enumerate(row):
            sums[at] += amount
    return sums


def by_funder(payers: Sums, codes: Mapping[str, str]) -> Sums:
    """Add payers of several policies up by funder; ``codes`` names the region of each policy."""
    found: Sums = defaultdict(lambda: [0, 0, 0, 0])
    for key, sums in payers.items():
        policy, _, payer = key.partition("|")
        _add(found, f"{codes.get(policy, policy)}:{payer}", sums)
    return dict(found)


def _add(sums: Sums, key: str, amounts: Iterable[int]) -> None:
    row = sums.get(key)
    if row is None:
        sums[key] = list(amounts)
        return
    for at, amount in enumerate(amounts):
        row[at] += amount
