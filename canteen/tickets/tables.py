"""Store calls for a person at the desk, with what was said before."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import Instant, Key, Line, Sealed, Word, one_of
from canteen.foundation.db import Base

KINDS = ("human", "emergency", "complaint", "praise")


class Ticket(Base):
    """Ask the desk to speak with somebody who wants a person, is in danger, or is not content; or pass praise on.

    Without a canteen it is for whoever sees a whole region. ``due_at`` is the instant by which somebody should have
    dealt with it.
    """

    __tablename__ = "help_tickets"
    __table_args__ = (one_of("kind", *KINDS),)

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    account: Mapped[Line]
    person_id: Mapped[int | None]
    canteen_id: Mapped[int | None] = mapped_column(index=True)
    kind: Mapped[Word]
    opened_at: Mapped[Instant]
    due_at: Mapped[Instant | None]
    taken_by: Mapped[Line | None]
    taken_at: Mapped[Instant | None]
    closed_by: Mapped[Line | None]
    closed_at: Mapped[Instant | None]
    note: Mapped[Line | None]


class Utterance(Base):
    """Keep a sentence of the talk that led to a ticket, sealed."""

    __tablename__ = "utterances"

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("help_tickets.id"), index=True)
    speaker: Mapped[Word]
    text_sealed: Mapped[Sealed]
    at: Mapped[Instant]


class Recording(Base):
    """Keep a voice message that nothing could make out, sealed, for the desk to hear; wiped at its end of life.

    ``waiting`` to be fetched, ``kept``, or ``gone``: heard long enough ago, or never to be had.
    """

    __tablename__ = "recordings"
    __table_args__ = (
        one_of("state", "waiting", "kept", "gone"),
        CheckConstraint("(state = 'kept') = (sound_sealed <> '')", name="sound"),
        UniqueConstraint("media_id"),
        Index("ix_recordings_state", "state", "ends_at"),
    )

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("help_tickets.id"), index=True)
    number: Mapped[int]
    media_id: Mapped[Line]
    state: Mapped[Word] = mapped_column(default="waiting")
    sound_sealed: Mapped[Sealed] = mapped_column(default="")
    spoken_at: Mapped[Instant]
    kept_at: Mapped[Instant | None]
    ends_at: Mapped[Instant]
