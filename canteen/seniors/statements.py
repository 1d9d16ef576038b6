"""Build a dated fact, checked by itself, before it enters the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased

from canteen.foundation.errors import Invalid
from canteen.seniors.tables import FACTS, Fact

_HOUSING = ("home", "institution")


@dataclass(frozen=True)
class Origin:
    """Say how something came to be known: evidence and source in words, by whom and when it was entered."""

    evidence: str
    source: str
    actor: str
    at: datetime


def stated_fact(
    person_id: int, *, kind: str, value: str, valid_from: date, valid_until: date | None, origin: Origin
) -> Fact:
    """Build a fact; refuses ``seniors.fact_malformed`` and ``seniors.fact_ends_early``."""
    return Fact(
        **fact_row(person_id, kind=kind, value=value, valid_from=valid_from, valid_until=valid_until, origin=origin)
    )


def fact_row(
    person_id: int,
    *,
    kind: str,
    value: str,
    valid_from: date,
    valid_until: date | None,
    origin: Origin,
    supersedes_id: int | None = None,
) -> dict[str, Any]:
    """Build a fact as plain columns, for thousands at once; refusals as for `stated_fact`."""
    if kind not in FACTS or not value.strip() or (kind == "housing" and value not in _HOUSING):
        raise Invalid("seniors.fact_malformed", kind=kind, value=value)
    if valid_until is not None and valid_until <= valid_from:
        raise Invalid("seniors.fact_ends_early", kind=kind)
    return {
        "person_id": person_id,
        "kind": kind,
        "value": value.strip(),
        "valid_from": valid_from,
        "valid_until": valid_until,
        "evidence": origin.evidence,
        "source": origin.source,
        "entered_at": origin.at,
        "entered_by": origin.actor,
        "supersedes_id": supersedes_id,
    }


def standing(fact: type[Fact] = Fact) -> tuple[ColumnElement[bool], ...]:
    """Return what picks the facts that count: not withdrawn, and named by no later one."""
    later = aliased(Fact)
    return ~fact.withdrawn, ~exists().where(later.supersedes_id == fact.id)


class Dated(Protocol):
    """Be anything that holds from a day on, until the day before another or for good."""

    @property
    def valid_from(self) -> date:
        """Name the first day."""

    @property
    def valid_until(self) -> date | None:
        """Name the first day on which it holds no more."""


def holds(fact: Dated, day: date) -> bool:
    """Tell whether a fact holds on a day; the last day is the one before ``valid_until``."""
    return fact.valid_from <= day and (fact.valid_until is None or day < fact.valid_until)


def overlap(one: Dated, other: Dated) -> bool:
    """Tell whether two facts hold on one day at least."""
    begins = other.valid_until is None or one.valid_from < other.valid_until
    return begins and (one.valid_until is None or other.valid_from < one.valid_until)
