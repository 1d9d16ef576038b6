"""Do what lines of a list say, for many people in a few statements, and write down that it was done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen import seniors
from canteen.eligibility.recheck.plan import DIED, MISSING
from canteen.eligibility.recheck.terms import DEATH
from canteen.eligibility.tables import Recheck, RecheckDecision, RecheckLine
from canteen.foundation.errors import CanteenError, Conflict, Refused
from canteen.seniors import Fact

DEAD = "死亡"
DONE, KEPT, MOVED = "done", "kept", "moved"
_AT_ONCE = 1000
_Thing = TypeVar("_Thing")


@dataclass(frozen=True)
class Word:
    """Hold what somebody decided about some lines; missing people end on ``ends_on``."""

    verdict: str
    reason: str
    actor: str
    at: datetime
    ends_on: date | None = None


def source_of(taken: Recheck) -> str:
    """Name a list as the source of the facts that it stated."""
    return f"recheck:{taken.ref}"


def decide(session: Session, taken: Recheck, lines: Sequence[RecheckLine], word: Word) -> int:
    """Write decisions down, and state the facts of those that are done; return how many were overtaken meanwhile.

    The people are held first. A line whose person was given another fact since it was proposed is written down as
    moved, and nothing is stated.
    """
    people = sorted({line.person_id for line in lines})
    hold(session, people)
    moved = _overtaken(session, taken, lines) if word.verdict == DONE else set()
    doing = [line for line in lines if word.verdict == DONE and line.number not in moved]
    revisions = _revisions(session, people) | seniors.touch(session, [line.person_id for line in doing])
    rows = [
        {
            "recheck_id": taken.id, "number": line.number, "verdict": MOVED if line.number in moved else word.verdict,
            "reason": word.reason, "revision": revisions[line.person_id], "actor": word.actor, "at": word.at,
        }
        for line in lines
    ]  # fmt: skip
    _write(session, rows)
    origin = seniors.Origin("", source_of(taken), word.actor, word.at)
    seniors.state_facts(session, [_stated(taken, line, word) for line in doing], origin=origin)
    session.flush()
    return len(moved)


def _stated(taken: Recheck, line: RecheckLine, word: Word) -> seniors.Stated:
    is_death = line.outcome == DIED
    return seniors.Stated(
        person_id=line.person_id,
        kind=DEATH if is_death else taken.kind,
        value=DEAD if is_death else taken.value,
        valid_from=line.valid_from,
        valid_until=word.ends_on if line.outcome == MISSING else line.valid_until,
        evidence=word.reason or f"第 {line.row} 行",
        supersedes_id=line.fact_id,
    )


def hold(session: Session, people: Sequence[int]) -> None:
    """Hold people until the end of the act, so that nothing about them changes meanwhile."""
    for some in batched(people):
        session.execute(select(seniors.Person.id).where(seniors.Person.id.in_(some)).with_for_update())


def _revisions(session: Session, people: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for some in batched(people):
        wanted = select(seniors.Person.id, seniors.Person.revision).where(seniors.Person.id.in_(some))
        found |= {row.id: row.revision for row in session.execute(wanted)}
    return found


def _overtaken(session: Session, taken: Recheck, lines: Sequence[RecheckLine]) -> set[int]:
    """Return the numbers of the lines whose fact stands no more, or that another fact forestalled."""
    standing: set[int] = set()
    held: dict[int, list[Fact]] = {}
    for some in batched(sorted({line.person_id for line in lines})):
        wanted = select(Fact).where(Fact.person_id.in_(some), Fact.kind == taken.kind, *seniors.standing())
        for fact in session.scalars(wanted):
            standing.add(fact.id)
            held.setdefault(fact.person_id, []).append(fact)
    return {line.number for line in lines if not _is_free(line, taken, standing, held.get(line.person_id, []))}


def _is_free(line: RecheckLine, taken: Recheck, standing: set[int], held: Iterable[Fact]) -> bool:
    if line.fact_id is not None:
        return line.fact_id in standing
    if line.outcome == DIED:
        return not list(held)
    return not any(fact.value == taken.value and seniors.overlap(fact, line) for fact in held)


def _write(session: Session, rows: Sequence[dict[str, object]]) -> None:
    try:
        with session.begin_nested():
            for some in batched(rows):
                session.execute(insert(RecheckDecision), list(some))
    except IntegrityError as error:
        raise _refusal(str(error.orig)) from None


def _refusal(said: str) -> CanteenError:
    if "eligibility.recheck_second_person" in said:
        return Refused("eligibility.recheck_second_person")
    if "eligibility.recheck_withdrawn" in said:
        return Refused("eligibility.recheck_withdrawn")
    return Conflict("eligibility.moved")


def batched(things: Sequence[_Thing]) -> Iterator[Sequence[_Thing]]:
    """Yield things in portions that a database takes in one statement."""
    for start in range(0, len(things), _AT_ONCE):
        yield things[start : start + _AT_ONCE]
