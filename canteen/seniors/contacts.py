"""Know whom to call for a person: next of kin, guardian, neighbour, community worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.foundation.db import vault_of
from canteen.foundation.errors import Invalid, NotFound
from canteen.foundation.secrecy import Vault, masked_name
from canteen.seniors import phones
from canteen.seniors.lookup import person_by_id
from canteen.seniors.names import read_name
from canteen.seniors.registry import record
from canteen.seniors.tables import Contact

KINDS = ("kin", "guardian", "neighbour", "community_worker")


@dataclass(frozen=True)
class ContactView:
    """Show a contact with name and number masked."""

    contact_id: int
    kind: str
    relation: str
    name: str
    phone: str
    is_emergency: bool


def add_contact(
    session: Session,
    *,
    person_id: int,
    kind: str,
    name: str,
    phone: str,
    actor: str,
    at: datetime,
    relation: str = "",
    is_emergency: bool = False,
) -> Contact:
    """Enter somebody to call; ``seniors.contact_kind``, and the refusals of names and telephone numbers."""
    if kind not in KINDS:
        raise Invalid("seniors.contact_kind", kind=kind)
    person = person_by_id(session, person_id=person_id)
    row = contact_row(vault_of(session), person_id, name=name, phone=phone, kind=kind, relation=relation)
    added = Contact(**row, is_emergency=is_emergency)
    session.add(added)
    record(session, person, "contact_added", actor=actor, at=at, kind=kind)
    return added


def contact_row(
    vault: Vault, person_id: int, *, name: str, phone: str, kind: str = "kin", relation: str = ""
) -> dict[str, Any]:
    """Build a contact as plain columns, the number sealed; refusals as for `add_contact`."""
    number = phones.read_phone(phone)
    return {
        "person_id": person_id,
        "kind": kind,
        "relation": relation,
        "name": read_name(name),
        "phone_sealed": vault.seal(number),
        "phone_tail": phones.tail(number),
    }


def end_contact(session: Session, *, contact_id: int, actor: str, at: datetime) -> None:
    """End a contact that is out of date; ``seniors.contact_unknown`` where it is not there."""
    contact = _live(session, contact_id)
    contact.ended_at = at
    record(session, person_by_id(session, person_id=contact.person_id), "contact_ended", actor=actor, at=at)


def contacts_of(session: Session, *, person_id: int) -> list[ContactView]:
    """List whom to call, the emergency contacts first, masked."""
    return [_view(contact) for contact in _contacts(session, person_id)]


def open_contact(session: Session, *, contact_id: int, actor: str, at: datetime) -> str:
    """Show a contact's number in full, and record who looked."""
    contact = _live(session, contact_id)
    person = person_by_id(session, person_id=contact.person_id)
    record(session, person, "contact_opened", actor=actor, at=at, contact=contact_id)
    return vault_of(session).open(contact.phone_sealed)


def whom_to_call(session: Session, *, person_id: int, actor: str, at: datetime) -> list[tuple[str, str]]:
    """Return name and number of every contact for an emergency, the first to call first, and record the look."""
    person = person_by_id(session, person_id=person_id)
    vault = vault_of(session)
    listed = [(contact.name, vault.open(contact.phone_sealed)) for contact in _contacts(session, person_id)]
    record(session, person, "contacts_opened", actor=actor, at=at)
    return listed


def _contacts(session: Session, person_id: int) -> Sequence[Contact]:
    wanted = select(Contact).where(Contact.person_id == person_id, Contact.ended_at.is_(None))
    return session.scalars(wanted.order_by(Contact.is_emergency.desc(), Contact.id)).all()


def _live(session: Session, contact_id: int) -> Contact:
    contact = session.get(Contact, contact_id)
    if contact is None or contact.ended_at is not None:
        raise NotFound("seniors.contact_unknown")
    person_by_id(session, person_id=contact.person_id)  # Refuses a contact of somebody out of scope.
    return contact


def _view(contact: Contact) -> ContactView:
    return ContactView(
        contact_id=contact.id,
        kind=contact.kind,
        relation=contact.relation,
        name=masked_name(contact.name),
        phone="*" * 7 + contact.phone_tail,
        is_emergency=contact.is_emergency,
    )
