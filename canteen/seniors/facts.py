"""State dated facts about people; correct them by superseding, never by overwriting.

The facts that count are those that no later one names. Of residence, household registration, residence permit, housing,
death and exit a person has at most one on any day; of one category or other scheme likewise. Each write locks the
person and lets the revision grow, so that a price prepared before it is noticed; the person's region follows the
residence.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import places
from canteen.foundation.clock import service_day
from canteen.foundation.errors import Conflict, NotFound, Refused
from canteen.seniors.lookup import locked, person_by_id
from canteen.seniors.registry import record
from canteen.seniors.statements import Origin, holds, overlap, standing, stated_fact
from canteen.seniors.tables import Fact, Person

_PLACES = ("hukou", "residence")
_SEVERAL = ("category", "scheme")


def facts_of(session: Session, *, person_id: int) -> Sequence[Fact]:
    """List the facts that count, whenever they hold, in the order of kind and first day."""
    person_by_id(session, person_id=person_id)
    return _standing(session, person_id)


def facts_on(session: Session, *, person_id: int, day: date) -> Sequence[Fact]:
    """List the facts that hold on a day."""
    return [fact for fact in facts_of(session, person_id=person_id) if holds(fact, day)]


def values_on(session: Session, *, person_id: int, kind: str, day: date) -> tuple[str, ...]:
    """Return what holds of one kind on a day: the categories, or the one place of residence."""
    return tuple(fact.value for fact in facts_on(session, person_id=person_id, day=day) if fact.kind == kind)


def history_of(session: Session, *, person_id: int) -> Sequence[Fact]:
    """List every fact ever entered, superseded and withdrawn ones too, in the order of entry."""
    person_by_id(session, person_id=person_id)
    return session.scalars(select(Fact).where(Fact.person_id == person_id).order_by(Fact.id)).all()


def add_fact(
    session: Session,
    *,
    person_id: int,
    kind: str,
    value: str,
    valid_from: date,
    valid_until: date | None = None,
    evidence: str,
    source: str,
    actor: str,
    at: datetime,
) -> Fact:
    """State a new fact; ``seniors.fact_overlaps`` where a standing one already speaks for some of the days."""
    person = locked(session, person_id=person_id)
    origin = Origin(evidence, source, actor, at)
    fact = stated_fact(person_id, kind=kind, value=value, valid_from=valid_from, valid_until=valid_until, origin=origin)
    return _enter(session, person, fact, "fact_added")


def supersede_fact(
    session: Session,
    *,
    fact_id: int,
    value: str | None = None,
    valid_from: date | None = None,
    valid_until: date | None,
    evidence: str,
    source: str,
    actor: str,
    at: datetime,
) -> Fact:
    """Put a fact in the place of another; the value and the first day stay unless given, the end is always stated.

    So a fact is ended by superseding it with a ``valid_until``. Refuses ``seniors.fact_superseded`` where somebody was
    quicker.
    """
    person, old = _standing_fact(session, fact_id)
    fact = stated_fact(
        person.id,
        kind=old.kind,
        value=value or old.value,
        valid_from=valid_from or old.valid_from,
        valid_until=valid_until,
        origin=Origin(evidence, source, actor, at),
    )
    fact.supersedes_id = old.id
    return _enter(session, person, fact, "fact_superseded")


def withdraw_fact(session: Session, *, fact_id: int, evidence: str, source: str, actor: str, at: datetime) -> Fact:
    """State that a fact never held; ``seniors.fact_superseded`` where it counts no more."""
    person, old = _standing_fact(session, fact_id)
    fact = stated_fact(
        person.id,
        kind=old.kind,
        value=old.value,
        valid_from=old.valid_from,
        valid_until=old.valid_until,
        origin=Origin(evidence, source, actor, at),
    )
    fact.supersedes_id, fact.withdrawn = old.id, True
    return _enter(session, person, fact, "fact_withdrawn")


def replace_from(
    session: Session,
    *,
    person_id: int,
    kind: str,
    value: str,
    since: date,
    evidence: str,
    source: str,
    actor: str,
    at: datetime,
) -> Fact:
    """Let a residence, household registration or housing change on a day: the old one ends, the new one begins.

    A fact that would begin on that day or later is withdrawn: the later word counts.
    """
    for old in facts_of(session, person_id=person_id):
        if old.kind != kind or (old.valid_until is not None and old.valid_until <= since):
            continue
        if old.valid_from < since:
            supersede_fact(
                session, fact_id=old.id, valid_until=since, evidence=evidence, source=source, actor=actor, at=at
            )
        else:
            withdraw_fact(session, fact_id=old.id, evidence=evidence, source=source, actor=actor, at=at)
    return add_fact(
        session,
        person_id=person_id,
        kind=kind,
        value=value,
        valid_from=since,
        evidence=evidence,
        source=source,
        actor=actor,
        at=at,
    )


def follow_residences(session: Session, *, on: date) -> int:
    """Bring the region of people up to a day on which a stated move takes effect, and return how many moved.

    For a nightly job: a move entered ahead of time takes effect without anybody writing.
    """
    wanted = select(Fact, Person).join(Person, Person.id == Fact.person_id).where(*standing())
    rows = session.execute(wanted.where(Fact.kind == "residence", Fact.value != Person.region_code)).all()
    moved = [(fact, person) for fact, person in rows if holds(fact, on)]
    for fact, person in moved:
        person.region_code = fact.value
        person.revision += 1
    session.flush()
    return len(moved)


def _enter(session: Session, person: Person, fact: Fact, action: str) -> Fact:
    if not fact.withdrawn:
        _refuse_overlap(session, fact)
    session.add(fact)
    person.revision += 1
    session.flush()
    if fact.kind == "residence":
        _follow(session, person, service_day(fact.entered_at))
    record(session, person, action, actor=fact.entered_by, at=fact.entered_at, fact=fact.id, kind=fact.kind)
    return fact


def _refuse_overlap(session: Session, fact: Fact) -> None:
    if fact.kind in _PLACES:
        places.region(session, code=fact.value)
    for other in _standing(session, fact.person_id):
        same = other.kind == fact.kind and (fact.kind not in _SEVERAL or other.value == fact.value)
        if same and other.id != fact.supersedes_id and overlap(other, fact):
            raise Refused("seniors.fact_overlaps", kind=fact.kind, value=other.value)


def _follow(session: Session, person: Person, day: date) -> None:
    for fact in _standing(session, person.id):
        if fact.kind == "residence" and holds(fact, day):
            person.region_code = fact.value
    session.flush()


def _standing(session: Session, person_id: int) -> Sequence[Fact]:
    wanted = select(Fact).where(Fact.person_id == person_id, *standing())
    return session.scalars(wanted.order_by(Fact.kind, Fact.valid_from, Fact.id)).all()


def _standing_fact(session: Session, fact_id: int) -> tuple[Person, Fact]:
    fact = session.get(Fact, fact_id)
    if fact is None:
        raise NotFound("seniors.fact_unknown")
    person = locked(session, person_id=fact.person_id)
    if fact.withdrawn or session.scalar(select(Fact.id).where(Fact.supersedes_id == fact_id)) is not None:
        raise Conflict("seniors.fact_superseded")
    return person, fact
