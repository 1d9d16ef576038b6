"""Read what is known of many people at once, for looking back over meals that were served.

The counter reads one person around one day (`gather`); here a few statements serve some hundred people and every day.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, exists, select
from sqlalchemy.orm import aliased

from canteen.seniors.tables import Fact, Person
from canteen.subsidy.gather import MEAL_COUNTER, Diner, HeldChance, codes_of, facts_from, used_of
from canteen.subsidy.places import Place
from canteen.subsidy.published import Published
from canteen.subsidy.tables import Claim, ClaimRelease
from canteen.subsidy.values import Facts, UsedChance

AT_ONCE = 500

_IDS: BindParameter[list[int]] = bindparam("ids", expanding=True)
_later = aliased(Fact)
_PEOPLE = select(
    Person.id, Person.ref, Person.birth_on, Person.document_kind, Person.region_code, Person.diner
).where(Person.id.in_(_IDS))  # fmt: skip
_FACTS = (
    select(
        Fact.person_id,
        Fact.kind.label("a"),
        Fact.value.label("b"),
        Fact.valid_from.label("first"),
        Fact.valid_until.label("until"),
        Fact.evidence.label("text"),
    )
    .where(Fact.person_id.in_(_IDS), Fact.withdrawn.is_(False), ~exists().where(_later.supersedes_id == Fact.id))
    .order_by(Fact.id)
)
_CLAIMS = (
    select(Claim.person_id, Claim.redemption_ref, Claim.used)
    .outerjoin(ClaimRelease, ClaimRelease.claim_id == Claim.id)
    .where(
        Claim.person_id.in_(_IDS),
        Claim.service_date >= bindparam("first"),
        Claim.counter == MEAL_COUNTER,
        Claim.used != "",
        ClaimRelease.claim_id.is_(None),
    )
    .order_by(Claim.id)
)
_HELD = (
    select(
        Claim.id,
        Claim.counter,
        Claim.window,
        Claim.ordinal,
        Claim.round,
        Claim.redemption_ref,
        ClaimRelease.claim_id.label("released"),
    )
    .outerjoin(ClaimRelease, ClaimRelease.claim_id == Claim.id)
    .where(Claim.person_id == bindparam("person_id"), Claim.service_date >= bindparam("first"))
)


@dataclass(slots=True)
class History:
    """Hold one person with all facts that count; what holds on a day is worked out once for each stretch of days."""

    diner: Diner
    rows: Sequence[Any]
    named: Callable[[date], Mapping[str, Place]]
    renamed: Iterable[date] = ()
    chances: Sequence[tuple[str, tuple[UsedChance, ...]]] = ()
    _turns: list[date] = field(init=False)
    _known: dict[int, Facts] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Collect the days on which something begins or ends to hold."""
        turns = {day for row in self.rows for day in (row.first, row.until) if day is not None}
        self._turns = sorted(turns.union(self.renamed))

    def facts_on(self, day: date) -> Facts:
        """Return what holds on a day."""
        stretch = bisect_right(self._turns, day)
        found = self._known.get(stretch)
        if found is None:
            found = self._known[stretch] = facts_from(self.diner, self.rows, day, self.named(day))
        return found


def read_histories(
    connection: Connection, published: Published, person_ids: Sequence[int], *, since: date | None = None
) -> dict[int, History]:
    """Read people with their facts and, from a day on, the chances they hold by the meal that took them."""
    found: dict[int, History] = {}
    for start in range(0, len(person_ids), AT_ONCE):
        found |= _some(connection, published, list(person_ids[start : start + AT_ONCE]), since)
    return found


def _some(connection: Connection, published: Published, ids: list[int], since: date | None) -> dict[int, History]:
    people = connection.execute(_PEOPLE, {"ids": ids}).all()
    facts: dict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(_FACTS, {"ids": ids}):
        facts[row.person_id].append(row)
    chances: dict[int, list[tuple[str, tuple[UsedChance, ...]]]] = defaultdict(list)
    if since is not None:
        for claim in connection.execute(_CLAIMS, {"ids": ids, "first": since}):
            chances[claim.person_id].append((claim.redemption_ref, used_of(claim.used)))
    diners = {row.id: Diner(*row) for row in people}
    named = {key: _naming(connection, published, codes_of(diner, facts[key])) for key, diner in diners.items()}
    return {key: History(diner, facts[key], *named[key], chances[key]) for key, diner in diners.items()}


def _naming(
    connection: Connection, published: Published, codes: set[str]
) -> tuple[Callable[[date], Mapping[str, Place]], set[date]]:
    """Say what regions are called on a day, and on which days that changes."""
    return partial(published.named_places, connection, codes), published.renamed_on(connection, codes)


@dataclass(frozen=True, slots=True)
class HeldClaim:
    """Hold a claim with its key and the meal that took it."""

    claim_id: int
    redemption_ref: str
    chance: HeldChance


def held_claims(connection: Connection, *, person_id: int, since: date) -> list[HeldClaim]:
    """List the claims of a person from a day on, those given back too."""
    rows = connection.execute(_HELD, {"person_id": person_id, "first": since})
    return [
        HeldClaim(
            row.id,
            row.redemption_ref,
            HeldChance(row.counter, row.window, row.ordinal, row.round, row.released is not None),
        )
        for row in rows
    ]
