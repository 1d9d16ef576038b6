"""Hold the answer of the rules: who pays which fen of one meal, and why.

A quote is stored with the meal and must read the same years later: it turns into canonical JSON (whole
numbers, ISO dates, sorted names) and back without loss.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from canteen.foundation import canonical
from canteen.subsidy.values import Meal, UsedChance

Parts = tuple[tuple[str, int], ...]


class Step(NamedTuple):
    """Record one rule that was tried: what it asked for, what it saw, how much was missing."""

    rule: str
    passed: bool
    facts: tuple[tuple[str, str], ...] = ()
    short: str = ""
    paragraph: str = ""


@dataclass(frozen=True, slots=True)
class Chance:
    """Name one chance of one counter, so that the caller can claim it by a unique key.

    The person, ``counter``, ``window`` and ``ordinal`` (from 1 to ``limit``) make the key.
    """

    counter: str
    per: str
    window: str
    ordinal: int
    limit: int


@dataclass(frozen=True, slots=True)
class Quote:
    """Say who pays what of one meal.

    Always: price + delivery fee = subsidy + discount + delivery subsidy + own. The splits name the
    payers of the subsidy, of the delivery subsidy and of the money to the operator; each sums to its
    whole. ``category`` is the class that governed; ``reasons`` are stable codes why nothing or less was
    due. The trace is put into words only when it is read.
    """

    price_fen: int
    delivery_fee_fen: int
    discount_fen: int
    subsidy_fen: int
    delivery_subsidy_fen: int
    own_fen: int
    operator_fen: int
    split: Parts
    delivery_split: Parts
    operator_split: Parts
    policy: str
    version: str
    effective_from: date | None
    document: str
    category: str
    chances: tuple[Chance, ...]
    used: tuple[UsedChance, ...]
    reasons: tuple[str, ...]
    provisional: bool
    trace: Sequence[Step]
    service_date: date
    meal: str
    contribution_fen: int = 0

    def to_json(self) -> str:
        """Write the quote as canonical JSON."""
        data = {name: getattr(self, name) for name in self.__slots__}
        data["trace"] = [step._asdict() for step in self.trace]
        return canonical.text_of(data)

    @classmethod
    def from_json(cls, text: str) -> Quote:
        """Read a quote back as it was written."""
        data: dict[str, Any] = json.loads(text)
        for name in ("split", "delivery_split", "operator_split"):
            data[name] = tuple((payer, fen) for payer, fen in data[name])
        data["chances"] = tuple(Chance(**chance) for chance in data["chances"])
        data["used"] = tuple(_used(chance) for chance in data["used"])
        data["reasons"] = tuple(data["reasons"])
        data["trace"] = tuple(_step(step) for step in data["trace"])
        data["service_date"] = date.fromisoformat(data["service_date"])
        if data["effective_from"] is not None:
            data["effective_from"] = date.fromisoformat(data["effective_from"])
        return cls(**data)


def unsubsidised(meal: Meal, *reasons: str) -> Quote:
    """Price a meal where no policy applies: the person pays it all."""
    return Quote(
        price_fen=meal.price_fen, delivery_fee_fen=meal.delivery_fee_fen, discount_fen=0, subsidy_fen=0,
        delivery_subsidy_fen=0, own_fen=meal.price_fen + meal.delivery_fee_fen, operator_fen=0, split=(),
        delivery_split=(), operator_split=(), policy="", version="", effective_from=None, document="",
        category="", chances=(), used=(), reasons=reasons, provisional=False, trace=(),
        service_date=meal.service_date, meal=meal.meal, contribution_fen=meal.contribution_fen,
    )  # fmt: skip


def _used(data: dict[str, Any]) -> UsedChance:
    return UsedChance(**{**data, "service_date": date.fromisoformat(data["service_date"])})


def _step(data: dict[str, Any]) -> Step:
    return Step(**{**data, "facts": tuple((name, value) for name, value in data["facts"])})
