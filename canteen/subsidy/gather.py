"""Read what a price depends on: one person's facts and the chances already used, in one statement.

Core, since every scan passes here; the caller hands in the person it found. The rows become the frozen values of the
rules.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Connection,
    Date,
    Integer,
    String,
    bindparam,
    cast,
    exists,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from canteen.foundation.prepared import Prepared
from canteen.seniors.tables import Fact
from canteen.subsidy.places import Place
from canteen.subsidy.published import Published
from canteen.subsidy.tables import Claim, ClaimRelease
from canteen.subsidy.values import Category, Facts, Usage, UsedChance

MEAL_COUNTER = "meal"
_OF_PLACES = ("hukou", "residence", "permit")
_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Diner:
    """Hold the columns of a person that a price depends on."""

    id: int
    ref: str
    birth_on: date | None
    document_kind: str
    region_code: str
    diner: str = "senior"


@dataclass(frozen=True, slots=True)
class HeldChance:
    """Hold one claim of the person: which chance, in which round, and whether it was given back."""

    counter: str
    window: str
    ordinal: int
    round: int
    is_released: bool


@dataclass(frozen=True, slots=True)
class Dossier:
    """Hold what is known of a person around a day."""

    facts: Facts
    usage: Usage
    chances: tuple[HeldChance, ...]

    def has_eaten_on_subsidy(self, service_date: date, meal: str) -> bool:
        """Tell whether the one subsidised meal of that day and period is used."""
        window = meal_window(service_date, meal)
        return any(
            held.counter == MEAL_COUNTER and held.window == window and not held.is_released for held in self.chances
        )


def meal_window(service_date: date, meal: str) -> str:
    """Name the window of the rule that holds everywhere: one subsidised meal per day and period."""
    return f"{service_date.isoformat()}/{meal}"


def read_dossier(connection: Connection, published: Published, diner: Diner, on: date) -> Dossier:
    """Read a person's facts and the chances of the months and weeks around a day; of the year, where one is counted."""
    first, last = on.replace(day=1) - timedelta(days=7), on + timedelta(days=38)
    if published.counts_years:
        first, last = on - _YEAR, on + _YEAR
    rows = _DOSSIER.all(connection, {"person_id": diner.id, "first": first, "last": last})
    facts = [row for row in rows if row.arm == "fact"]
    claims = [row for row in rows if row.arm == "claim"]
    return Dossier(
        facts=facts_from(diner, facts, on, published.named_places(connection, codes_of(diner, facts), on)),
        usage=Usage(tuple(chance for row in claims if row.n3 == 0 and row.text for chance in used_of(row.text))),
        chances=tuple(HeldChance(row.a, row.b, row.n1, row.n2, bool(row.n3)) for row in claims),
    )


def codes_of(diner: Diner, facts: Sequence[Any]) -> set[str]:
    """Return the regions that a person's facts name."""
    return {row.b for row in facts if row.a in _OF_PLACES} | {diner.region_code}


def facts_from(diner: Diner, rows: Sequence[Any], on: date, places: Mapping[str, Place]) -> Facts:
    """Turn the rows of a person's facts into what holds on a day."""
    held = {row.a: row for row in rows if _holds(row, on)}
    categories = [row for row in rows if row.a == "category"]
    residence = held["residence"].b if "residence" in held else diner.region_code
    return Facts(
        person_ref=diner.ref,
        birth=diner.birth_on,
        hukou=places[held["hukou"].b] if "hukou" in held else None,
        lives=places[residence],
        housing="institution" if "housing" in held and held["housing"].b == "institution" else "home",
        categories=tuple(Category(row.b, row.first, row.until, row.text) for row in categories),
        deceased_on=held["death"].first if "death" in held else None,
        confirmed=diner.document_kind != "none_yet",
        permit=places[held["permit"].b] if "permit" in held else None,
        schemes=tuple(sorted(row.b for row in rows if row.a == "scheme" and _holds(row, on))),
        exited_on=held["exit"].first if "exit" in held else None,
    )


def _holds(row: Any, on: date) -> bool:
    return bool(row.first <= on and (row.until is None or on < row.until))


@lru_cache(maxsize=4096)
def used_of(text: str) -> tuple[UsedChance, ...]:
    """Read back what later meals must count of a meal."""
    return tuple(
        UsedChance(**{**item, "service_date": date.fromisoformat(item["service_date"])}) for item in json.loads(text)
    )


_later = aliased(Fact)
_PERSON = bindparam("person_id", type_=Integer)

_FACTS = select(
    literal("fact").label("arm"),
    Fact.kind.label("a"),
    Fact.value.label("b"),
    Fact.valid_from.label("first"),
    Fact.valid_until.label("until"),
    literal(0).label("n1"),
    literal(0).label("n2"),
    literal(0).label("n3"),
    Fact.evidence.label("text"),
).where(
    Fact.person_id == _PERSON,
    Fact.withdrawn.is_(False),
    ~exists().where(_later.supersedes_id == Fact.id),
)

_CLAIMS = (
    select(
        literal("claim"),
        Claim.counter,
        cast(Claim.window, String),
        cast(null(), Date),
        cast(null(), Date),
        Claim.ordinal,
        Claim.round,
        cast(ClaimRelease.claim_id.is_not(None), Integer),
        Claim.used,
    )
    .outerjoin(ClaimRelease, ClaimRelease.claim_id == Claim.id)
    .where(
        Claim.person_id == _PERSON,
        Claim.service_date.between(bindparam("first", type_=Date), bindparam("last", type_=Date)),
    )
)

_DOSSIER = Prepared(union_all(_FACTS, _CLAIMS))
