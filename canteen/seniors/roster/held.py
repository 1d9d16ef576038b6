"""Fetch what the register holds about the people of a list, in a few statements for thousands of rows.

Only the columns that a comparison needs are fetched, as plain tuples: mapped rows would cost seconds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from canteen import places
from canteen.foundation.db import vault_of
from canteen.foundation.secrecy import Vault
from canteen.seniors.idcard import Document
from canteen.seniors.lookup import document_index, document_indexes, on_the_register, person_by_id, surviving
from canteen.seniors.statements import standing
from canteen.seniors.tables import Contact, Fact, Person

_AT_ONCE = 1000
_Thing = TypeVar("_Thing", str, int)


class KnownPerson(NamedTuple):
    """Hold what a comparison needs of a person."""

    id: int
    ref: str
    name: str
    revision: int
    document_index: str | None
    phone_index: str | None
    address_sealed: str | None
    merged_into_id: int | None


class KnownFact(NamedTuple):
    """Hold what a comparison needs of a fact that counts."""

    id: int
    person_id: int
    kind: str
    value: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True)
class Held:
    """Hold people by the blind index of their number, with the facts that count and the sealed numbers to call."""

    people: dict[str, KnownPerson]
    of_region: Sequence[KnownPerson]
    elsewhere: frozenset[str]
    facts: dict[int, list[KnownFact]]
    contacts: dict[int, list[str]]

    def address_of(self, vault: Vault, person: KnownPerson) -> str:
        """Open where a person lives; empty where it is not known."""
        return vault.open(person.address_sealed) if person.address_sealed else ""

    def contact_phones(self, vault: Vault, person: KnownPerson) -> set[str]:
        """Open the numbers of whom to call for a person."""
        return {vault.open(sealed) for sealed in self.contacts[person.id]}


def hold(session: Session, *, known_as: Mapping[str, str], region_code: str, lock: bool) -> Held:
    """Fetch the people of these numbers, and the seniors of the region.

    ``known_as`` leads from every form of an index to the one that names the number in the list.
    """
    found = _of_numbers(session, known_as, lock)
    of_region = _people(
        session,
        Person.region_code.startswith(places.prefix(region_code)),
        *on_the_register(),
        Person.diner == "senior",
    )
    listed = {person.id for person in found.values()}
    return Held(
        people=found,
        of_region=of_region,
        elsewhere=frozenset(
            known_as[form]
            for form in registered_anywhere(session, [form for form, index in known_as.items() if index not in found])
        ),
        facts=_facts(session, listed | {person.id for person in of_region}),
        contacts=_contacts(session, listed),
    )


def hold_numbers(
    session: Session, *, documents: Sequence[Document], region_code: str, lock: bool = False
) -> tuple[list[str], Held]:
    """Fetch the people of some identity numbers, and the seniors of a region; with the index of each number."""
    vault = vault_of(session)
    indexes = [document_index(vault, document) for document in documents]
    known_as = {
        form: index
        for index, document in zip(indexes, documents, strict=True)
        for form in document_indexes(vault, document)
    }
    return indexes, hold(session, known_as=known_as, region_code=region_code, lock=lock)


def registered_anywhere(session: Session, indexes: Sequence[str]) -> frozenset[str]:
    """Tell which numbers are in the register at all, beyond the asker's scope too; nothing else about them."""
    taken: set[str] = set()
    for some in batched(indexes):
        # Core on purpose: whether a number is taken anywhere is the one thing that scope must not hide.
        statement = select(Person.document_index).where(Person.document_index.in_(some))
        taken.update(str(index) for index in session.connection().scalars(statement))
    return frozenset(taken)


def _of_numbers(session: Session, known_as: Mapping[str, str], lock: bool) -> dict[str, KnownPerson]:
    found: dict[str, KnownPerson] = {}
    for some in batched(list(known_as)):
        for person in _people(session, Person.document_index.in_(some), lock=lock):
            found[known_as[str(person.document_index)]] = _survivor(session, person)
    return found


def _people(session: Session, *wanted: ColumnElement[bool], lock: bool = False) -> list[KnownPerson]:
    columns = [getattr(Person, name) for name in KnownPerson._fields]
    statement = select(*columns).where(*wanted).order_by(Person.id)
    return [KnownPerson(*row) for row in session.execute(statement.with_for_update() if lock else statement)]


def _survivor(session: Session, person: KnownPerson) -> KnownPerson:
    if person.merged_into_id is None:
        return person
    stands = surviving(session, person_by_id(session, person_id=person.id))
    return _people(session, Person.id == stands.id)[0]


def _facts(session: Session, ids: Iterable[int]) -> dict[int, list[KnownFact]]:
    held: dict[int, list[KnownFact]] = defaultdict(list)
    columns = [getattr(Fact, name) for name in KnownFact._fields]
    for some in batched(sorted(ids)):
        wanted = select(*columns).where(Fact.person_id.in_(some), *standing())
        for row in session.execute(wanted.order_by(Fact.valid_from, Fact.id)):
            held[row.person_id].append(KnownFact(*row))
    return held


def _contacts(session: Session, ids: Iterable[int]) -> dict[int, list[str]]:
    held: dict[int, list[str]] = defaultdict(list)
    for some in batched(sorted(ids)):
        wanted = select(Contact.person_id, Contact.phone_sealed)
        live = wanted.where(Contact.person_id.in_(some), Contact.ended_at.is_(None))
        for person_id, sealed in session.execute(live.order_by(Contact.id)):
            held[person_id].append(sealed)
    return held


def batched(things: Sequence[_Thing]) -> Iterator[Sequence[_Thing]]:
    """Yield things in portions that a database takes in one statement."""
    for start in range(0, len(things), _AT_ONCE):
        yield things[start : start + _AT_ONCE]
