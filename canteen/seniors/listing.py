"""List people page by page, by whatever somebody at a desk knows of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import Session

from canteen.seniors.lookup import find_by_document, find_by_phone, on_the_register
from canteen.seniors.statements import standing
from canteen.seniors.tables import Fact, Person

_TAIL = 4
_LEAST = 2


@dataclass(frozen=True)
class Listed:
    """Show one person of a list with the facts that count."""

    person: Person
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Found:
    """Show one page of a list, and how many people the whole list has."""

    people: tuple[Listed, ...]
    count: int


def search(session: Session, *, text: str = "", offset: int = 0, limit: int = 20) -> Found:
    """List people by the beginning of the name or of its initials, by a number, or by its last four characters.

    Without a text everybody in scope is listed. Records that were merged into others or taken back are
    left out.
    """
    wanted = text.strip()
    exact = _by_number(session, wanted)
    if exact:
        return Found(_listed(session, exact[offset : offset + limit]), len(exact))
    which = (*on_the_register(), *_criteria(wanted))
    count = session.scalar(select(func.count(Person.id)).where(*which)) or 0
    page = select(Person).where(*which).order_by(Person.initials, Person.id).offset(offset).limit(limit)
    return Found(_listed(session, session.scalars(page).all()), count)


def recognise(session: Session, *, text: str, limit: int = 20) -> Sequence[Person]:
    """List the people whom somebody at a counter may mean, by what `search` goes by, without their facts.

    A text that would list half a street finds nobody: it takes two characters of a name, two initials, the last four
    of a number, or a number in full.
    """
    wanted = text.strip()
    if len(wanted) < _LEAST:
        return []
    exact = _by_number(session, wanted)
    if exact:
        return exact[:limit]
    which = select(Person).where(*on_the_register(), *_criteria(wanted))
    return session.scalars(which.order_by(Person.initials, Person.id).limit(limit)).all()


def _by_number(session: Session, text: str) -> Sequence[Person]:
    if sum(character.isdigit() for character in text) <= _TAIL:
        return []
    found = find_by_document(session, document=text)
    return [found] if found is not None else find_by_phone(session, phone=text)


def _criteria(text: str) -> tuple[ColumnElement[bool], ...]:
    if not text:
        return ()
    if any(character.isdigit() for character in text):
        tail = text.upper() if len(text) == _TAIL else None
        return (or_(Person.phone_tail == tail, Person.document_tail == tail) if tail else false(),)
    if text.isascii() and text.isalpha():
        return (Person.initials.startswith(text.lower()),)
    return (Person.name.startswith(text, autoescape=True),)


def _listed(session: Session, people: Sequence[Person]) -> tuple[Listed, ...]:
    facts: dict[int, list[Fact]] = defaultdict(list)
    wanted = select(Fact).where(Fact.person_id.in_([person.id for person in people]), *standing())
    for fact in session.scalars(wanted.order_by(Fact.kind, Fact.valid_from, Fact.id)):
        facts[fact.person_id].append(fact)
    return tuple(Listed(person, tuple(facts[person.id])) for person in people)
