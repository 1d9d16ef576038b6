"""Store what is to be said to whom, until it was said: by message, else by telephone."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import Instant, Key, Line, Sealed, Word, one_of
from canteen.foundation.db import Base

MARKS = ("called", "not_reached", "told")


class Notice(Base):
    """Hold one thing to say to one account; ``key`` makes it be said once.

    What is to be said is sealed, for it has names and codes in it, and wiped when it was said. ``matter`` is what
    several accounts of one person are told of: where none of them hears it, the person is called. After ``until_at``
    it is not worth saying.
    """

    __tablename__ = "notices"
    __table_args__ = (
        one_of("state", "waiting", "sent", "dead"),
        Index("ix_notices_state_due_at", "state", "due_at"),
        Index("ix_notices_matter", "matter"),
    )

    id: Mapped[Key]
    key: Mapped[Line] = mapped_column(unique=True)
    account: Mapped[Line]
    kind: Mapped[Word]
    content_sealed: Mapped[Sealed]
    state: Mapped[Word] = mapped_column(default="waiting")
    enqueued_at: Mapped[Instant]
    due_at: Mapped[Instant]
    attempts: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[Line] = mapped_column(default="")
    person_id: Mapped[int | None]
    canteen_id: Mapped[int | None]
    matter: Mapped[Line | None]
    until_at: Mapped[Instant | None]


class NoticeTry(Base):
    """Note one attempt to say a notice, by one way, with what came of it; goes when its notice goes."""

    __tablename__ = "notice_tries"
    __table_args__ = (Index("ix_notice_tries_number", "number"),)

    id: Mapped[Key]
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"), index=True)
    way: Mapped[Word]
    outcome: Mapped[Line]
    number: Mapped[Line]
    at: Mapped[Instant]


class PhoneCall(Base):
    """Hold one thing to say to one person by telephone, since no message reaches the person.

    ``matter`` makes it be on the list once. A canteen's own people call; what has no canteen is for whoever sees a
    whole region. ``state`` is the last mark.
    """

    __tablename__ = "phone_calls"
    __table_args__ = (
        one_of("state", "waiting", *MARKS),
        Index("ix_phone_calls_state_raised_at", "state", "raised_at"),
    )

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    matter: Mapped[Line] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    canteen_id: Mapped[int | None] = mapped_column(ForeignKey("canteens.id"), index=True)
    kind: Mapped[Word]
    content_sealed: Mapped[Sealed]
    why: Mapped[Line]
    state: Mapped[Word] = mapped_column(default="waiting")
    raised_at: Mapped[Instant]
    until_at: Mapped[Instant]


class PhoneCallMark(Base):
    """Say what came of a call, one row for each time: called, not reached, told; never changed."""

    __tablename__ = "phone_call_marks"
    __table_args__ = (one_of("mark", *MARKS), UniqueConstraint("call_id", "number"))

    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(ForeignKey("phone_calls.id"))
    number: Mapped[int]
    mark: Mapped[Word]
    actor: Mapped[Line]
    at: Mapped[Instant]
