"""Find people, within what the asker may see, and show little of them.

A record that was merged into another leads to that other one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from canteen.foundation.db import vault_of
from canteen.foundation.errors import CanteenError, NotFound
from canteen.foundation.secrecy import Vault, masked_name
from canteen.seniors.idcard import Document, read_document
from canteen.seniors.phones import read_phone
from canteen.seniors.tables import Person


@dataclass(frozen=True)
class PersonView:
    """Show a person to staff: the name and numbers are masked."""

    ref: str
    name: str
    document_kind: str
    document: str
    phone: str
    birth_on: date | None
    sex: str | None
    diner: str
    region_code: str
    revision: int


def person(session: Session, *, ref: str) -> Person:
    """Find a person by the public reference; ``seniors.unknown`` where there is none, or not in scope."""
    found = session.scalar(select(Person).where(Person.ref == ref))
    if found is None:
        raise NotFound("seniors.unknown", ref=ref)
    return surviving(session, found)


def person_by_id(session: Session, *, person_id: int) -> Person:
    """Find a person by key, merged or not; ``seniors.unknown`` where there is none, or not in scope."""
    found = session.scalar(select(Person).where(Person.id == person_id))
    if found is None:
        raise NotFound("seniors.unknown")
    return found


def locked(session: Session, *, person_id: int) -> Person:
    """Find a person and hold the row until the end of the act, so that changes follow one another."""
    wanted = select(Person).where(Person.id == person_id).with_for_update().execution_options(populate_existing=True)
    found = session.scalar(wanted)
    if found is None:
        raise NotFound("seniors.unknown")
    return found


def find_by_document(session: Session, *, document: str) -> Person | None:
    """Find the person of an identity number, in either form of it; a text that is none finds nobody."""
    try:
        proven = [read_document(document)]
    except CanteenError:
        proven = [read_document(document, "passport")] if _may_be_passport(document) else []
    for read in proven:
        found = find_by_index(session, indexes=document_indexes(vault_of(session), read))
        if found is not None:
            return found
    return None


def find_by_index(session: Session, *, indexes: Sequence[str]) -> Person | None:
    """Find the person of a blind index, in whichever of its forms it is kept."""
    found = session.scalar(select(Person).where(Person.document_index.in_(indexes)))
    return None if found is None else surviving(session, found)


def find_by_phone(session: Session, *, phone: str) -> Sequence[Person]:
    """List the people of a telephone number; couples share one, and a text that is none finds nobody."""
    try:
        number = read_phone(phone)
    except CanteenError:
        return []
    wanted = select(Person).where(Person.phone_index.in_(vault_of(session).indexes("phone", number)))
    standing = [surviving(session, found) for found in session.scalars(wanted.order_by(Person.id))]
    return list({found.id: found for found in standing}.values())


def find_by_initials(session: Session, *, initials: str, limit: int = 20) -> Sequence[Person]:
    """List people whose name sounds begin with these letters: ``cxy`` finds 陈秀英."""
    letters = initials.strip().lower()
    if not (letters.isascii() and letters.isalpha()):
        return []
    wanted = select(Person).where(Person.initials.startswith(letters), *on_the_register())
    return session.scalars(wanted.order_by(Person.initials, Person.id).limit(limit)).all()


def find_by_name(session: Session, *, name: str, limit: int = 20) -> Sequence[Person]:
    """List people whose name begins with these characters."""
    wanted = select(Person).where(Person.name.startswith(name, autoescape=True), *on_the_register())
    return session.scalars(wanted.order_by(Person.name, Person.id).limit(limit)).all()


def on_the_register() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the conditions that a record counts: neither merged into another nor taken back with its list."""
    return Person.merged_into_id.is_(None), Person.withdrawn_at.is_(None)


def surviving(session: Session, found: Person) -> Person:
    """Follow merges to the record that stands."""
    while found.merged_into_id is not None:
        found = person_by_id(session, person_id=found.merged_into_id)
    return found


def view(found: Person) -> PersonView:
    """Show a person with everything masked that is nobody's business."""
    return PersonView(
        ref=found.ref,
        name=masked_name(found.name),
        document_kind=found.document_kind,
        document="*" * 6 + found.document_tail if found.document_tail else "",
        phone="*" * 7 + found.phone_tail if found.phone_tail else "",
        birth_on=found.birth_on,
        sex=found.sex,
        diner=found.diner,
        region_code=found.region_code,
        revision=found.revision,
    )


def document_index(vault: Vault, document: Document) -> str:
    """Return the blind index under which an identity number is unique."""
    return vault.index(f"document:{document.family}", document.number)


def document_indexes(vault: Vault, document: Document) -> tuple[str, ...]:
    """Return every form in which that index may be kept, while keys are changed."""
    return vault.indexes(f"document:{document.family}", document.number)


def _may_be_passport(text: str) -> bool:
    try:
        read_document(text, "passport")
    except CanteenError:
        return False
    return True
