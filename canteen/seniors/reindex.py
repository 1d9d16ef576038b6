"""Write blind indexes anew under the newest key, batch by batch, while everything goes on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from canteen.foundation.db import vault_of
from canteen.foundation.secrecy import Vault
from canteen.seniors.idcard import Document
from canteen.seniors.lookup import document_index
from canteen.seniors.tables import BindingSlip, Person


def reindex(session: Session, *, after: int, batch: int) -> int | None:
    """Index the next people anew, and return the key of the last one looked at; None at the end.

    The rows are held while they are written, so that a new number is never overwritten by the index of the old one.
    What no listed key opens is left as it is, and `flask keys status` counts it.
    """
    vault = vault_of(session)
    newest = f"{vault.names[0]}."
    is_old = or_(
        Person.document_index.is_not(None) & ~Person.document_index.startswith(newest),
        Person.phone_index.is_not(None) & ~Person.phone_index.startswith(newest),
    )
    wanted = select(Person).where(is_old, Person.id > after).order_by(Person.id).limit(batch).with_for_update()
    people = session.scalars(wanted).all()
    for person in people:
        _index(vault, person)
    session.flush()
    return people[-1].id if people else None


def slips_under_old_keys(session: Session, *, at: datetime) -> tuple[int, datetime | None]:
    """Count the slips whose typed code is known under an older key only, and tell when the last of them ends.

    A code is kept as its index alone and cannot be indexed anew: its slip works on until it ends or is printed again.
    """
    newest = f"{vault_of(session).names[0]}."
    live = (BindingSlip.used_at.is_(None), BindingSlip.expires_at > at, ~BindingSlip.code_index.startswith(newest))
    count, last = session.execute(
        select(func.count(BindingSlip.id), func.max(BindingSlip.expires_at)).where(*live)
    ).one()
    return count, last


def _index(vault: Vault, person: Person) -> None:
    try:
        if person.document_sealed:
            number = vault.open(person.document_sealed)
            person.document_index = document_index(vault, Document(person.document_kind, number))
        if person.phone_sealed:
            person.phone_index = vault.index("phone", vault.open(person.phone_sealed))
    except ValueError:
        return
