"""Keep who agreed to what, in which wording, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.foundation.errors import Invalid, NotFound
from canteen.seniors.lookup import person_by_id
from canteen.seniors.registry import record
from canteen.seniors.tables import CONSENTS, Consent


def give_consent(
    session: Session, *, person_id: int, kind: str, text_version: str, given_by: str, at: datetime
) -> Consent:
    """Keep an agreement; the same one by the same giver is kept once."""
    if kind not in CONSENTS:
        raise Invalid("seniors.consent_kind", kind=kind)
    person = person_by_id(session, person_id=person_id)
    for held in consents_of(session, person_id=person_id):
        if (held.kind, held.text_version, held.given_by) == (kind, text_version, given_by):
            return held
    given = Consent(person_id=person_id, kind=kind, text_version=text_version, given_by=given_by, given_at=at)
    session.add(given)
    record(session, person, "consent_given", actor=given_by, at=at, kind=kind, text_version=text_version)
    return given


def withdraw_consent(session: Session, *, person_id: int, kind: str, actor: str, at: datetime) -> None:
    """Take agreements of one kind back; ``seniors.no_consent`` where there are none."""
    person = person_by_id(session, person_id=person_id)
    held = [one for one in consents_of(session, person_id=person_id) if one.kind == kind]
    if not held:
        raise NotFound("seniors.no_consent", kind=kind)
    for one in held:
        one.withdrawn_at = at
    record(session, person, "consent_withdrawn", actor=actor, at=at, kind=kind)


def consents_of(session: Session, *, person_id: int) -> Sequence[Consent]:
    """List the agreements that stand, in the order of giving."""
    wanted = select(Consent).where(Consent.person_id == person_id, Consent.withdrawn_at.is_(None))
    return session.scalars(wanted.order_by(Consent.id)).all()


def has_consent(session: Session, *, person_id: int, kind: str, text_version: str | None = None) -> bool:
    """Tell whether somebody agreed, to that wording where one is named."""
    standing = consents_of(session, person_id=person_id)
    return any(one.kind == kind and text_version in (None, one.text_version) for one in standing)
