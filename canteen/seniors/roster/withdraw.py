"""Take an imported list back as a whole.

Whoever was not touched since is as before; the others are named with a reason.

Facts are never erased: what a list stated is superseded, by what stood before it or by the word that it never held.
People whom the list brought in stay as an empty record without number, so that nothing that names them hangs loose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from canteen import audit
from canteen.foundation.db import vault_of
from canteen.foundation.errors import NotFound, Refused
from canteen.foundation.secrecy import masked_name
from canteen.seniors.family import accounts_of_person
from canteen.seniors.in_bulk import retract
from canteen.seniors.registry import seal_phone
from canteen.seniors.statements import Origin
from canteen.seniors.tables import Contact, Person, RosterImport, RosterPerson


@dataclass(frozen=True)
class KeptPerson:
    """Name somebody whom a withdrawal left alone.

    The reason is ``eaten``, ``ordered``, ``carded``, ``bound`` or ``changed``.
    """

    ref: str
    name: str
    reason: str


@dataclass(frozen=True)
class Withdrawn:
    """Tell what a withdrawal did."""

    done: int
    kept: tuple[KeptPerson, ...]


def imports(session: Session, *, limit: int = 20) -> Sequence[RosterImport]:
    """List the lists that were taken over in reach, the newest first."""
    return session.scalars(select(RosterImport).order_by(RosterImport.id.desc()).limit(limit)).all()


def imported(session: Session, *, import_id: int) -> RosterImport:
    """Find an import in reach; ``seniors.no_such_import`` otherwise."""
    found = session.scalar(select(RosterImport).where(RosterImport.id == import_id))
    if found is None:
        raise NotFound("seniors.no_such_import")
    return found


def people_of_import(session: Session, *, import_id: int) -> Sequence[int]:
    """List the keys of the people whom a list entered or changed."""
    wanted = select(RosterPerson.person_id).where(RosterPerson.import_id == import_id)
    return session.scalars(wanted.order_by(RosterPerson.person_id)).all()


def withdraw(session: Session, *, import_id: int, used: Mapping[int, str], actor: str, at: datetime) -> Withdrawn:
    """Take a list back for everybody but those in use, who are left as they are with a reason.

    ``used`` says why people above this capability count as in use. Refuses ``seniors.import_withdrawn`` for one that
    was taken back already, in whole or in part.
    """
    taken = imported(session, import_id=import_id)
    session.refresh(taken, with_for_update=True)
    if taken.withdrawn_at is not None:
        raise Refused("seniors.import_withdrawn")
    kept, done = [], 0
    rows = select(RosterPerson).where(RosterPerson.import_id == import_id).order_by(RosterPerson.person_id)
    for row in session.scalars(rows).all():
        person = session.get_one(Person, row.person_id, with_for_update=True, populate_existing=True)
        reason = _reason(session, row, person, used)
        if reason:
            kept.append(KeptPerson(person.ref, masked_name(person.name), reason))
            continue
        _take_back(
            session, taken, row, person, Origin("整批撤回", taken.source.replace("roster:", "withdrawal:"), actor, at)
        )
        row.withdrawn_at = at
        done += 1
    taken.withdrawn_at, taken.withdrawn_by = at, actor
    session.flush()
    audit.record(
        session, chain=f"region:{taken.region_code[:6]}", at=at, actor=actor, action="roster_withdrawn",
        subject=taken.region_code, source=taken.source, done=done, kept=[[one.ref, one.reason] for one in kept],
    )  # fmt: skip
    return Withdrawn(done, tuple(kept))


def _reason(session: Session, row: RosterPerson, person: Person, used: Mapping[int, str]) -> str:
    if person.id in used and (row.is_new or used[person.id] == "eaten"):
        return used[person.id]
    if person.revision != row.revision or person.merged_into_id is not None:
        return "changed"
    return "bound" if row.is_new and accounts_of_person(session, person_id=person.id) else ""


def _take_back(session: Session, taken: RosterImport, row: RosterPerson, person: Person, origin: Origin) -> None:
    retract(session, person_ids=[person.id], source=taken.source, origin=origin)
    live = (Contact.person_id == person.id, Contact.ended_at.is_(None))
    if row.is_new:
        _empty(person, origin.at)
        session.execute(update(Contact).where(*live).values(ended_at=origin.at))
    else:
        _restore(session, row, person)
    person.revision += 1
    session.flush()


def _restore(session: Session, row: RosterPerson, person: Person) -> None:
    vault = vault_of(session)
    if row.changes_phone:
        seal_phone(vault, person, vault.open(row.phone_before_sealed) if row.phone_before_sealed else "")
    if row.changes_address:
        person.address_sealed = row.address_before_sealed
    if row.region_before is not None:
        person.region_code = row.region_before


def _empty(person: Person, at: datetime) -> None:
    """Leave a record without a number: who comes to eat under it is fed, and not subsidised."""
    person.withdrawn_at = at
    person.document_kind, person.document_sealed, person.document_index, person.document_tail = (
        "none_yet",
        None,
        None,
        "",
    )
    person.phone_sealed, person.phone_index, person.phone_tail, person.address_sealed = None, None, "", None
