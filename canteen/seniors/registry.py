"""Register people and keep their records; each look at an identity number leaves a trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen import audit, places
from canteen.foundation.clock import service_day
from canteen.foundation.db import scope_of, vault_of
from canteen.foundation.errors import Denied, Invalid, NotFound, Refused
from canteen.foundation.references import new_reference
from canteen.foundation.secrecy import Vault
from canteen.seniors import phones
from canteen.seniors.idcard import Document
from canteen.seniors.lookup import document_index, document_indexes, find_by_index, locked, person_by_id
from canteen.seniors.names import initials, read_name
from canteen.seniors.statements import Origin, stated_fact
from canteen.seniors.tables import Person


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Say what is to change; None leaves a thing as it is, an empty text or list clears it."""

    name: str | None = None
    phone: str | None = None
    address: str | None = None
    home_canteen_id: int | None = None
    diet: Sequence[str] | None = None
    allergies: Sequence[str] | None = None


def register(
    session: Session,
    *,
    name: str,
    document: Document | None,
    region_code: str,
    actor: str,
    at: datetime,
    hukou_code: str | None = None,
    diner: str = "senior",
    birth_on: date | None = None,
    sex: str | None = None,
    phone: str = "",
    address: str = "",
    home_canteen_id: int | None = None,
    diet: Sequence[str] = (),
    allergies: Sequence[str] = (),
    lives_since: date | None = None,
    evidence: str = "",
    source: str = "office",
) -> Person:
    """Enter a person with the facts of residence and household registration.

    Without a document the person eats unsubsidised until one is confirmed. Refuses ``seniors.already_registered`` (with
    the reference), ``seniors.registered_elsewhere`` (without: the record is not the asker's to see),
    ``seniors.outside_scope``, ``seniors.born_later``.
    """
    require_region(session, region_code)
    vault = vault_of(session)
    entered = new_person(vault, name=name, document=document, phone=phone, address=address, at=at)
    entered.region_code, entered.diner, entered.home_canteen_id = region_code, diner, home_canteen_id
    entered.birth_on, entered.sex = entered.birth_on or birth_on, entered.sex or sex
    entered.diet, entered.allergies = list(diet), list(allergies)
    _insert(session, entered, document)
    since, origin = lives_since or service_day(at), Origin(evidence, source, actor, at)
    for kind, value in (("residence", region_code), ("hukou", hukou_code)):
        if value is not None:
            places.region(session, code=value)
            session.add(
                stated_fact(entered.id, kind=kind, value=value, valid_from=since, valid_until=None, origin=origin)
            )
    record(session, entered, "person_registered", actor=actor, at=at, document_kind=entered.document_kind)
    return entered


def new_person(vault: Vault, *, name: str, document: Document | None, phone: str, address: str, at: datetime) -> Person:
    """Build a record with everything sealed, still without a region; ``seniors.born_later`` than the entry."""
    plain = read_name(name)
    made = Person(ref=new_reference("P"), name=plain, initials=initials(plain), revision=1, registered_at=at)
    if document is None:
        made.document_kind = "none_yet"
    else:
        seal_document(vault, made, document, at)
    if phone:
        seal_phone(vault, made, phone)
    if address:
        made.address_sealed = vault.seal(address)
    return made


def seal_document(vault: Vault, person: Person, document: Document, at: datetime) -> None:
    """Put an identity number into a record, with the birth and sex that it proves."""
    if document.birth_on is not None and document.birth_on > service_day(at):
        raise Invalid("seniors.born_later")
    person.document_kind = document.kind
    person.document_sealed = vault.seal(document.number)
    person.document_index = document_index(vault, document)
    person.document_tail = document.tail
    if document.birth_on is not None:
        person.birth_on, person.sex = document.birth_on, document.sex


def seal_phone(vault: Vault, person: Person, phone: str) -> None:
    """Put a telephone number into a record; an empty one takes it out."""
    number = phones.read_phone(phone) if phone else ""
    person.phone_sealed = vault.seal(number) if number else None
    person.phone_index = vault.index("phone", number) if number else None
    person.phone_tail = phones.tail(number)


def confirm_document(session: Session, *, person_id: int, document: Document, actor: str, at: datetime) -> Person:
    """Give a person the number that was missing or wrong; refusals as for `register`."""
    person = locked(session, person_id=person_id)
    _refuse_taken(session, document_indexes(vault_of(session), document), but=person)
    try:
        with session.begin_nested():
            seal_document(vault_of(session), person, document, at)
            person.revision += 1
    except IntegrityError:
        raise Refused("seniors.registered_elsewhere") from None
    record(session, person, "document_confirmed", actor=actor, at=at, document_kind=document.kind)
    return person


def change(session: Session, *, person_id: int, changes: Changes, actor: str, at: datetime) -> Person:
    """Change what is not a dated fact; the revision grows."""
    person = locked(session, person_id=person_id)
    vault = vault_of(session)
    if changes.name is not None:
        person.name = read_name(changes.name)
        person.initials = initials(person.name)
    if changes.phone is not None:
        seal_phone(vault, person, changes.phone)
    if changes.address is not None:
        person.address_sealed = vault.seal(changes.address) if changes.address else None
    if changes.home_canteen_id is not None:
        person.home_canteen_id = places.canteen_by_id(session, canteen_id=changes.home_canteen_id).id
    if changes.diet is not None:
        person.diet = list(changes.diet)
    if changes.allergies is not None:
        person.allergies = list(changes.allergies)
    person.revision += 1
    named = [name for name in Changes.__dataclass_fields__ if getattr(changes, name) is not None]
    record(session, person, "person_changed", actor=actor, at=at, fields=named)
    return person


def open_document(session: Session, *, person_id: int, actor: str, at: datetime) -> str:
    """Show an identity number in full, and record who looked; ``seniors.no_document`` where there is none."""
    person = person_by_id(session, person_id=person_id)
    if person.document_sealed is None:
        raise NotFound("seniors.no_document", ref=person.ref)
    record(session, person, "document_opened", actor=actor, at=at)
    return vault_of(session).open(person.document_sealed)


def open_phone(session: Session, *, person_id: int, actor: str, at: datetime) -> str:
    """Show a telephone number in full, and record who looked; ``seniors.no_phone`` where there is none."""
    person = person_by_id(session, person_id=person_id)
    if person.phone_sealed is None:
        raise NotFound("seniors.no_phone", ref=person.ref)
    record(session, person, "phone_opened", actor=actor, at=at)
    return vault_of(session).open(person.phone_sealed)


def open_address(session: Session, *, person_id: int, actor: str, at: datetime) -> str:
    """Show where a person lives, and record who looked; empty where it is not known."""
    person = person_by_id(session, person_id=person_id)
    record(session, person, "address_opened", actor=actor, at=at)
    return vault_of(session).open(person.address_sealed) if person.address_sealed else ""


def record(session: Session, person: Person, action: str, *, actor: str, at: datetime, **detail: object) -> None:
    """Append an act on a person to the chain of the person's district; references only."""
    session.flush()
    chain = f"region:{person.region_code[:6]}"
    audit.record(session, chain=chain, at=at, actor=actor, action=action, subject=person.ref, **detail)


def require_region(session: Session, region_code: str) -> None:
    """Refuse a place that is unknown, or beyond what the asker may see (``seniors.outside_scope``)."""
    places.region(session, code=region_code)
    scope = scope_of(session)
    if not scope.everywhere and not region_code.startswith(scope.region_prefixes):
        raise Denied("seniors.outside_scope", region=region_code)


def _insert(session: Session, person: Person, document: Document | None) -> None:
    if document is not None:
        _refuse_taken(session, document_indexes(vault_of(session), document), but=None)
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError:
        raise Refused("seniors.registered_elsewhere") from None


def _refuse_taken(session: Session, indexes: Sequence[str], *, but: Person | None) -> None:
    held = find_by_index(session, indexes=indexes)
    if held is not None and held is not but:
        raise Refused("seniors.already_registered", ref=held.ref)
