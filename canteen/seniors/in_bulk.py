"""State facts about thousands of people in a few statements, and take back what one source stated about somebody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from canteen.seniors.statements import Origin, fact_row, standing
from canteen.seniors.tables import Fact, Person

# Rows with and without an end go into one statement; left to itself the mapper begins a new one at each change.
_ONE_STATEMENT = {"render_nulls": True}
_AT_ONCE = 1000


@dataclass(frozen=True)
class Stated:
    """Hold one fact to be stated about one person, with its evidence."""

    person_id: int
    kind: str
    value: str
    valid_from: date
    valid_until: date | None
    evidence: str
    supersedes_id: int | None = None


def state_facts(session: Session, facts: Iterable[Stated], *, origin: Origin) -> None:
    """State facts that were compared with what holds while the people were locked; the evidence is each fact's own."""
    rows = [
        fact_row(
            one.person_id, kind=one.kind, value=one.value, valid_from=one.valid_from, valid_until=one.valid_until,
            origin=Origin(one.evidence, origin.source, origin.actor, origin.at), supersedes_id=one.supersedes_id,
        )
        for one in facts
    ]  # fmt: skip
    if rows:
        session.execute(insert(Fact), rows, execution_options=_ONE_STATEMENT)


def touch(session: Session, person_ids: Sequence[int]) -> dict[int, int]:
    """Let the revision of people grow, and return it by their key."""
    revisions: dict[int, int] = {}
    for start in range(0, len(person_ids), _AT_ONCE):
        some = person_ids[start : start + _AT_ONCE]
        session.execute(
            update(Person).where(Person.id.in_(some)).values(revision=Person.revision + 1),
            execution_options={"synchronize_session": False},
        )
        wanted = select(Person.id, Person.revision).where(Person.id.in_(some))
        revisions |= {row.id: row.revision for row in session.execute(wanted)}
    return revisions


def retract(session: Session, *, person_ids: Sequence[int], source: str, origin: Origin) -> int:
    """Take back what one source stated about people and still counts; return how many facts that were.

    What each superseded stands again; what superseded nothing is said never to have held.
    """
    count = 0
    for start in range(0, len(person_ids), _AT_ONCE):
        some = person_ids[start : start + _AT_ONCE]
        stated = select(Fact).where(Fact.person_id.in_(some), Fact.source == source, *standing())
        facts = session.scalars(stated.order_by(Fact.id)).all()
        superseded = [fact.supersedes_id for fact in facts if fact.supersedes_id is not None]
        before = {fact.id: fact for fact in session.scalars(select(Fact).where(Fact.id.in_(superseded)))}
        rows = [_taken_back(fact, before.get(fact.supersedes_id or 0), origin) for fact in facts]
        if rows:
            session.execute(insert(Fact), rows, execution_options=_ONE_STATEMENT)
        count += len(rows)
    return count


def _taken_back(fact: Fact, before: Fact | None, origin: Origin) -> dict[str, Any]:
    """Return the statement that takes a fact's place: the one that it superseded, or that it never held."""
    said = before or fact
    row = fact_row(
        fact.person_id, kind=said.kind, value=said.value, valid_from=said.valid_from, valid_until=said.valid_until,
        origin=origin, supersedes_id=fact.id,
    )  # fmt: skip
    return {**row, "withdrawn": before is None}
