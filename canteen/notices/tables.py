"""Store what is to be said to whom, until it was said."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import Instant, Key, Line, Sealed, Word, one_of
from canteen.foundation.db import Base


class Notice(Base):
    """Hold one thing to say; ``key`` makes it be said once.

    What is to be said is sealed, for it has names and codes in it, and wiped when it was said.
    """

    __tablename__ = "notices"
    __table_args__ = (
        one_of("state", "waiting", "sent", "dead"),
        Index("ix_notices_state_due_at", "state", "due_at"),
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
