"""Keep voice messages that nothing could make out, for the desk to hear, and forget them again.

The message names its sound; whoever speaks to the platform fetches it after the act. It is kept sealed for a week, or
for a day after its ticket was closed. The platform itself keeps it for three days: what was not fetched then is gone.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from canteen.foundation.db import EVERYWHERE, Database, vault_of
from canteen.foundation.errors import NotFound
from canteen.tickets.desk import find, record
from canteen.tickets.tables import Recording, Ticket

KEPT = timedelta(days=7)
KEPT_AFTER_CLOSING = timedelta(days=1)
FETCHED_WITHIN = timedelta(days=3)
_AWAITED = "tickets.recording_awaited"
_log = structlog.get_logger("canteen.tickets")

Fetch = Callable[[str], bytes | None]


@dataclass(frozen=True)
class Spoken:
    """Show a recording of a ticket: its number there, whether it can be heard, since and until when."""

    number: int
    state: str
    spoken_at: datetime
    ends_at: datetime


def await_recording(session: Session, *, ticket_id: int, media_id: str, at: datetime) -> None:
    """Note that a sound is to be fetched and kept with a ticket; a known one changes nothing."""
    if session.scalar(select(Recording.id).where(Recording.media_id == media_id)) is not None:
        return
    last = session.scalar(select(func.max(Recording.number)).where(Recording.ticket_id == ticket_id)) or 0
    session.add(Recording(ticket_id=ticket_id, number=last + 1, media_id=media_id, spoken_at=at, ends_at=at + KEPT))
    session.flush()
    session.info[_AWAITED] = True


def is_recording_awaited(session: Session) -> bool:
    """Tell whether this act waits for a sound: then let the worker fetch it after the commit."""
    return bool(session.info.get(_AWAITED))


def awaited(session: Session) -> list[str]:
    """List the sounds that are to be fetched, the oldest first."""
    wanted = select(Recording.media_id).where(Recording.state == "waiting")
    return list(session.scalars(wanted.order_by(Recording.id)))


def fetch_awaited(database: Database, *, fetch: Fetch, at: datetime) -> int:
    """Fetch what is awaited, outside of any transaction, and keep it; answers how many were tried.

    ``fetch`` answers None for what is not to be had any more, and raises for what may be had later.
    """
    with database.reading(EVERYWHERE) as session:
        waiting = awaited(session)
    for media_id in waiting:
        try:
            sound = fetch(media_id)
        except Exception:  # A guest may raise anything; the next minute tries again.
            _log.warning("a recording is not to be had now", exc_info=True)
            continue
        with database.transaction(EVERYWHERE) as session:
            keep_sound(session, media_id=media_id, sound=sound, at=at)
    return len(waiting)


def keep_sound(session: Session, *, media_id: str, sound: bytes | None, at: datetime) -> None:
    """Keep a sound that was fetched, sealed; None where it is not to be had any more."""
    held = session.scalar(
        select(Recording).where(Recording.media_id == media_id, Recording.state == "waiting").with_for_update()
    )
    if held is None:
        return
    if sound:
        held.state, held.kept_at = "kept", at
        held.sound_sealed = vault_of(session).seal(base64.b64encode(sound).decode("ascii"))
    else:
        held.state = "gone"
    session.flush()


def recordings(session: Session, *, ref: str) -> list[Spoken]:
    """List the recordings of a ticket in reach."""
    ticket = find(session, ref=ref)
    rows = session.scalars(select(Recording).where(Recording.ticket_id == ticket.id).order_by(Recording.number))
    return [Spoken(row.number, row.state, row.spoken_at, row.ends_at) for row in rows]


def hear_recording(session: Session, *, ref: str, number: int, actor: str, at: datetime) -> bytes:
    """Return a sound of a ticket in reach, and keep who heard it; ``tickets.no_sound`` where there is none."""
    ticket = find(session, ref=ref)
    held = session.scalar(
        select(Recording).where(Recording.ticket_id == ticket.id, Recording.number == number, Recording.state == "kept")
    )
    if held is None or held.ends_at <= at:
        raise NotFound("tickets.no_sound")
    record(session, ticket, "recording_heard", actor, at)
    return base64.b64decode(vault_of(session).open(held.sound_sealed))


def forget_recordings(session: Session, *, at: datetime) -> None:
    """Wipe what is at its end of life, what belongs to a ticket long closed, and what can be fetched no more."""
    closed = select(Ticket.id).where(Ticket.closed_at <= at - KEPT_AFTER_CLOSING)
    for over in (
        Recording.ends_at <= at,
        Recording.ticket_id.in_(closed),
        (Recording.state == "waiting") & (Recording.spoken_at <= at - FETCHED_WITHIN),
    ):
        session.execute(update(Recording).where(over, Recording.state != "gone").values(state="gone", sound_sealed=""))
