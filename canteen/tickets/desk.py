"""Open tickets, list them, take and close them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from canteen import audit, places
from canteen.foundation.db import scope_of, vault_of
from canteen.foundation.errors import Invalid, NotFound, Refused
from canteen.foundation.references import new_reference
from canteen.foundation.secrecy import masked_name
from canteen.tickets.tables import Ticket, Utterance

DEADLINES = {
    "emergency": timedelta(minutes=10),
    "human": timedelta(hours=2),
    "complaint": timedelta(days=1),
    "praise": timedelta(days=7),
}
_NO_CANTEEN = "office:tickets"
_LINK = re.compile(r"/m/[\w-]+")
_NUMBER = re.compile(r"\d{4} ?\d{4}|\d{7,}[0-9Xx]?")
_MARKUP = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Shown:
    """Show a ticket in a list."""

    ref: str
    kind: str
    person_id: int | None
    canteen_id: int | None
    opened_at: datetime
    taken_by: str | None
    closed_at: datetime | None
    due_at: datetime | None = None


def open_ticket(
    session: Session,
    *,
    kind: str,
    account: str,
    person_id: int | None,
    canteen_id: int | None,
    said: Sequence[tuple[str, str]],
    at: datetime,
) -> Ticket:
    """Open a ticket with what was said, as (speaker, text), the oldest first; its kind sets the deadline."""
    ticket = Ticket(
        ref=new_reference("H"), kind=kind, account=account, person_id=person_id, canteen_id=canteen_id, opened_at=at,
        due_at=at + DEADLINES[kind],
    )  # fmt: skip
    session.add(ticket)
    session.flush()
    vault = vault_of(session)
    session.add_all(
        Utterance(ticket_id=ticket.id, speaker=speaker, text_sealed=vault.seal(text), at=at) for speaker, text in said
    )
    session.flush()
    return ticket


def listed(session: Session, *, closed: bool = False, limit: int = 50) -> list[Shown]:
    """List tickets in reach: open ones with emergencies on top and praise at the end, each the newest first.

    Or what was closed.
    """
    state = Ticket.closed_at.is_not(None) if closed else Ticket.closed_at.is_(None)
    first = () if closed else ((Ticket.kind == "emergency").desc(), Ticket.kind == "praise")
    wanted = select(Ticket).where(_in_reach(session), state).order_by(*first, Ticket.opened_at.desc(), Ticket.id.desc())
    return [
        Shown(one.ref, one.kind, one.person_id, one.canteen_id, one.opened_at, one.taken_by, one.closed_at, one.due_at)
        for one in session.scalars(wanted.limit(limit))
    ]


def find(session: Session, *, ref: str) -> Ticket:
    """Find a ticket in reach; ``tickets.unknown`` otherwise."""
    found = session.scalar(select(Ticket).where(Ticket.ref == ref, _in_reach(session)))
    if found is None:
        raise NotFound("tickets.unknown", ref=ref)
    return found


def take(session: Session, *, ref: str, actor: str, at: datetime) -> None:
    """Say that somebody looks after it now, also in place of another; refuses ``tickets.closed``."""
    ticket = _open(session, ref)
    ticket.taken_by, ticket.taken_at = actor, at
    record(session, ticket, "ticket_taken", actor, at)


def close(session: Session, *, ref: str, note: str, actor: str, at: datetime) -> None:
    """Close a ticket with a note of what came of it; refuses ``tickets.closed``, ``tickets.note_missing``."""
    ticket = _open(session, ref)
    if not note.strip():
        raise Invalid("tickets.note_missing")
    ticket.taken_by, ticket.taken_at = ticket.taken_by or actor, ticket.taken_at or at
    ticket.closed_by, ticket.closed_at, ticket.note = actor, at, note.strip()
    record(session, ticket, "ticket_closed", actor, at)


def reply(session: Session, *, ref: str, text: str, actor: str, at: datetime) -> Utterance:
    """Write down what somebody of the desk answers, and take the ticket; refuses ``tickets.closed``, ``note_missing``.

    Saying it is the caller's part, after the act.
    """
    ticket = _open(session, ref)
    if not text.strip():
        raise Invalid("tickets.note_missing")
    ticket.taken_by, ticket.taken_at = ticket.taken_by or actor, ticket.taken_at or at
    said = Utterance(ticket_id=ticket.id, speaker="staff", text_sealed=vault_of(session).seal(text.strip()), at=at)
    session.add(said)
    record(session, ticket, "ticket_answered", actor, at)
    return said


def goes_on(session: Session, *, account: str, since: datetime) -> str | None:
    """Return the open ticket in which the desk has spoken with an account since an instant; None where it has not."""
    wanted = (
        select(Ticket.ref)
        .join(Utterance, Utterance.ticket_id == Ticket.id)
        .where(
            Ticket.account == account, Ticket.closed_at.is_(None), Utterance.speaker == "staff", Utterance.at > since
        )
        .order_by(Ticket.id.desc())
        .limit(1)
    )
    return session.scalar(wanted)


def waiting_of(session: Session, *, account: str, since: datetime) -> Ticket | None:
    """Return the open call for a person that an account made since an instant; None where it made none."""
    mine = (Ticket.account == account, Ticket.kind == "human", Ticket.closed_at.is_(None), Ticket.opened_at > since)
    return session.scalar(select(Ticket).where(*mine).order_by(Ticket.id.desc()).limit(1))


def hear(session: Session, *, ref: str, text: str, at: datetime) -> None:
    """Add to a ticket what its person writes to the desk."""
    ticket = _open(session, ref)
    session.add(Utterance(ticket_id=ticket.id, speaker="guest", text_sealed=vault_of(session).seal(text), at=at))
    session.flush()


def transcript(session: Session, *, ref: str, names: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Show what was said as (speaker, text), with these names, numbers and links to codes covered."""
    ticket = find(session, ref=ref)
    vault = vault_of(session)
    said = session.scalars(select(Utterance).where(Utterance.ticket_id == ticket.id).order_by(Utterance.id))
    return [(one.speaker, _covered(vault.open(one.text_sealed), names)) for one in said]


def emergencies(session: Session, *, canteen_id: int) -> int:
    """Count the emergencies of a canteen that nobody has closed."""
    open_ones = (Ticket.canteen_id == canteen_id, Ticket.kind == "emergency", Ticket.closed_at.is_(None))
    return session.scalar(select(func.count(Ticket.id)).where(*open_ones)) or 0


def _open(session: Session, ref: str) -> Ticket:
    ticket = find(session, ref=ref)
    session.refresh(ticket, with_for_update=True)
    if ticket.closed_at is not None:
        raise Refused("tickets.closed")
    return ticket


def _in_reach(session: Session) -> ColumnElement[bool]:
    scope = scope_of(session)
    if scope.everywhere:
        return true()
    own = Ticket.canteen_id.in_(sorted(scope.canteen_ids))
    return or_(own, Ticket.canteen_id.is_(None)) if scope.region_prefixes else own


def _covered(text: str, names: Sequence[str]) -> str:
    text = _LINK.sub("/m/***", _MARKUP.sub("", text))
    for name in names:
        text = text.replace(name, masked_name(name))
    return _NUMBER.sub(lambda found: "*" * len(found[0]), text)


def record(session: Session, ticket: Ticket, action: str, actor: str, at: datetime) -> None:
    """Append an act on a ticket to the chain of its canteen."""
    session.flush()
    chain = _NO_CANTEEN
    if ticket.canteen_id is not None:
        chain = f"canteen:{places.canteen_by_id(session, canteen_id=ticket.canteen_id).ref}"
    audit.record(session, chain=chain, at=at, actor=actor, action=action, subject=ticket.ref)
