"""Fetch what the register holds about the people of a list, in a few statements for thousands of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import places
from canteen.foundation.secrecy import Vault
from canteen.seniors.lookup import surviving
from canteen.seniors.statements import standing
from canteen.seniors.tables import Contact, Fact, Person

_AT_ONCE = 500


@dataclass(frozen=True)
class Held:
    """Hold people by the blind index of their number, with the facts that count and the contacts."""

    people: dict[str, Person]
    of_region: Sequence[Person]
    elsewhere: frozenset[str]
    facts: dict[int, list[Fact]]
    contacts: dict[int, list[Contact]]

    def address_of(self, vault: Vault, person: Person) -> str:
        """Open where a person lives; empty where it is not known."""
        return vault.open(person.address_sealed) if person.address_sealed else ""

    def contact_phones(self, vault: Vault, person: Person) -> set[str]:
        """Open the numbers of whom to call for a person."""
        return {vault.open(contact.phone_sealed) for contact in self.contacts[person.id]}


def hold(session: Session, *, indexes: Sequence[str], region_code: str, lock: bool) -> Held:
    """Fetch the people of these numbers, and the seniors of the region."""
    found = _people(session, indexes, lock)
    missing = [index for index in indexes if index not in found]
    region = select(Person).where(
        Person.region_code.startswith(places.prefix(region_code)),
        Person.merged_into_id.is_(None),
        Person.diner == "senior",
    )
    of_region = session.scalars(region.order_by(Person.id)).all()
    ids = {person.id for person in (*found.values(), *of_region)}
    return Held(
        people=found,
        of_region=of_region,
        elsewhere=registered_anywhere(session, missing),
        facts=_facts(session, ids),
        contacts=_contacts(session, {person.id for person in found.values()}),
    )


def registered_anywhere(session: Session, indexes: Sequence[str]) -> frozenset[str]:
    """Tell which numbers are in the register at all, beyond the asker's scope too; nothing else about them."""
    taken: set[str] = set()
    for some in _some(indexes):
        # Core on purpose: whether a number is taken anywhere is the one thing that scope must not hide.
        statement = select(Person.document_index).where(Person.document_index.in_(some))
        taken.update(session.connection().scalars(statement))
    return frozenset(taken)


def _people(session: Session, indexes: Sequence[str], lock: bool) -> dict[str, Person]:
    found: dict[str, Person] = {}
    for some in _some(indexes):
        wanted = select(Person).where(Person.document_index.in_(some)).order_by(Person.id)
        if lock:
            wanted = wanted.with_for_update().execution_options(populate_existing=True)
        found |= {str(person.document_index): surviving(session, person) for person in session.scalars(wanted)}
    return found


def _facts(session: Session, ids: Iterable[int]) -> dict[int, list[Fact]]:
    held: dict[int, list[Fact]] = defaultdict(list)
    for some in _some(sorted(ids)):
        wanted = select(Fact).where(Fact.person_id.in_(some), *standing())
        for fact in session.scalars(wanted.order_by(Fact.valid_from, Fact.id)):
            held[fact.person_id].append(fact)
    return held


def _contacts(session: Session, ids: Iterable[int]) -> dict[int, list[Contact]]:
    held: dict[int, list[Contact]] = defaultdict(list)
    for some in _some(sorted(ids)):
        wanted = select(Contact).where(Contact.person_id.in_(some), Contact.ended_at.is_(None))
        for contact in session.scalars(wanted.order_by(Contact.id)):
            held[contact.person_id].append(contact)
    return held


def _some(things: Sequence[str] | Sequence[int]) -> Iterator[list[str | int]]:
    for start in range(0, len(things), _AT_ONCE):
        yield list(things[start : start + _AT_ONCE])
