"""Note that two records are one person: links, contacts and warnings go over to the one that stands.

Facts stay with the record that they were stated of; which of them hold for the person is for the office to decide.
`checkin.merge_persons` is the whole act, with claims and orders.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from canteen.foundation.errors import Refused
from canteen.seniors.lookup import locked
from canteen.seniors.registry import record
from canteen.seniors.tables import BindingSlip, Consent, Contact, FamilyLink, Person

_FILLED = (
    ("phone_sealed", "phone_index", "phone_tail"),
    ("address_sealed",),
    ("home_canteen_id",),
    ("birth_on",),
    ("sex",),
)


def merge(session: Session, *, person_id: int, into_id: int, actor: str, at: datetime) -> Person:
    """Let the second record stand for both; nothing of the first is lost.

    What harms one harms the person: allergies and diet are put together. What the record that stands does not know
    (telephone, address, canteen, birth) is taken from the other. Refuses ``seniors.merge_with_self`` and
    ``seniors.already_merged``.
    """
    if person_id == into_id:
        raise Refused("seniors.merge_with_self")
    pair = {key: locked(session, person_id=key) for key in sorted((person_id, into_id))}
    gone, stands = pair[person_id], pair[into_id]
    if gone.merged_into_id is not None or stands.merged_into_id is not None:
        raise Refused("seniors.already_merged")
    gone.merged_into_id = stands.id
    gone.revision += 1
    stands.revision += 1
    # Whatever was merged into the first leads straight to the one that stands: a code is resolved in one step.
    session.execute(update(Person).where(Person.merged_into_id == gone.id).values(merged_into_id=stands.id))
    _fill(gone, stands)
    _move_links(session, gone.id, stands.id, at)
    for table in (Contact, BindingSlip, Consent):
        session.execute(update(table).where(table.person_id == gone.id).values(person_id=stands.id))
    record(session, gone, "person_merged", actor=actor, at=at, into=stands.ref)
    return stands


def records_of(session: Session, *, person_id: int) -> Sequence[int]:
    """Return the keys of a person's records: the one that stands, then those merged into it."""
    merged = select(Person.id).where(Person.merged_into_id == person_id).order_by(Person.id)
    return [person_id, *session.scalars(merged)]


def merged_records(session: Session, *, person_id: int) -> Sequence[Person]:
    """List the records that were merged into a person's."""
    return session.scalars(select(Person).where(Person.merged_into_id == person_id).order_by(Person.id)).all()


def _fill(gone: Person, stands: Person) -> None:
    stands.allergies = [*stands.allergies, *(one for one in gone.allergies if one not in stands.allergies)]
    stands.diet = [*stands.diet, *(one for one in gone.diet if one not in stands.diet)]
    for fields in _FILLED:
        if getattr(stands, fields[0]) is None:
            for field in fields:
                setattr(stands, field, getattr(gone, field))


def _move_links(session: Session, gone_id: int, stands_id: int, at: datetime) -> None:
    """Move what accounts may do; an account that had both keeps one, and stays itself where it was itself."""
    live = select(FamilyLink).where(FamilyLink.ended_at.is_(None))
    kept = {link.account: link for link in session.scalars(live.where(FamilyLink.person_id == stands_id))}
    for link in session.scalars(live.where(FamilyLink.person_id == gone_id)).all():
        other = kept.get(link.account)
        if other is None:
            link.person_id = stands_id
            continue
        was_self, link.is_self, link.ended_at = link.is_self, False, at
        session.flush()
        if was_self:
            other.is_self, other.relation = True, link.relation
    session.flush()
