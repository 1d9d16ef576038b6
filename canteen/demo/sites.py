"""Read which canteens the demonstration has; nothing here touches a database."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from canteen import places


@dataclass(frozen=True)
class Food:
    """Describe a dish; what it costs and what is in it."""

    name: str
    price_fen: int
    aliases: tuple[str, ...] = ()
    allergens: tuple[str, ...] = ()
    diets: tuple[str, ...] = ()
    is_set_meal: bool = False


@dataclass(frozen=True)
class Site:
    """Describe a canteen with its meals: the terms of each, and what is cooked for it."""

    key: str
    name: str
    aliases: tuple[str, ...]
    kind: str
    operator: str
    region: str
    address: str
    phone: str
    default_tender: str
    share: int
    supplied_by: str | None
    terms: Mapping[str, places.ServiceTerms]
    foods: Mapping[str, tuple[Food, ...]] = field(repr=False)

    @property
    def district(self) -> str:
        """Return the six digits that begin the identity numbers of people from here."""
        return self.region[:6]


@dataclass(frozen=True)
class Runner:
    """Describe who runs canteens."""

    key: str
    name: str
    kind: str
    region: str
    contract_number: str | None = None
    contract_until: date | None = None
    bank_name: str = ""
    bank_account: str = ""
    price_ceiling_fen: int | None = None


@cache
def sites() -> tuple[Site, ...]:
    """Return all canteens, a kitchen before those that it supplies."""
    return tuple(_site(row) for row in _data()["sites"])


@cache
def runners() -> tuple[Runner, ...]:
    """Return who runs them."""
    return tuple(Runner(**row) for row in _data()["operators"])


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("sites.toml").read_text(encoding="utf-8"))


def _site(row: dict[str, Any]) -> Site:
    meals: dict[str, dict[str, Any]] = row.get("meals", {})
    return Site(
        key=row["key"],
        name=row["name"],
        aliases=tuple(row["aliases"]),
        kind=row["kind"],
        operator=row["operator"],
        region=row["region"],
        address=row["address"],
        phone=row["phone"],
        default_tender=row["default_tender"],
        share=row["share"],
        supplied_by=row.get("supplied_by"),
        terms={meal: _terms(said) for meal, said in meals.items()},
        foods={meal: _foods(row, meal, said) for meal, said in meals.items()},
    )


def _terms(said: dict[str, Any]) -> places.ServiceTerms:
    opens, closes = said["hours"]
    return places.ServiceTerms(
        opens_minute=_minute(opens),
        closes_minute=_minute(closes),
        cutoff_minute=_minute(said["cutoff"]),
        cutoff_days=said.get("cutoff_days", 0),
        capacity=400,
        weekdays=said.get("weekdays", "1234567"),
        delivers="delivery_fee_fen" in said,
        delivery_fee_fen=said.get("delivery_fee_fen", 0),
    )


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _foods(row: dict[str, Any], meal: str, said: dict[str, Any]) -> tuple[Food, ...]:
    dishes = said.get("dishes", [])
    sets = row["set_meals"] if meal != "breakfast" else []
    sides = _data()["sides"]["names"] if dishes and meal != "breakfast" else []
    return (
        *(_food(name, price_fen, is_set_meal=True) for name, price_fen in sets),
        *(_food(name) for name in dict.fromkeys([*dishes, *sides])),
    )


def _food(name: str, price_fen: int | None = None, *, is_set_meal: bool = False) -> Food:
    known = _data()["dishes"].get(name, {})
    return Food(
        name=name,
        price_fen=known["price_fen"] if price_fen is None else price_fen,
        aliases=tuple(known.get("aliases", ())),
        allergens=tuple(known.get("allergens", ())),
        diets=tuple(known.get("diets", ())),
        is_set_meal=is_set_meal,
    )
