"""Store statements: frozen versions with their digest, and the entries that each of them covers."""

from __future__ import annotations

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import Fen, Instant, Key, Line, Prose, WideInteger, Word, one_of
from canteen.foundation.db import Base, OfCanteen
from canteen.settlement.proposal_tables import (
    AdjustmentCause,
    AdjustmentDecision,
    AdjustmentProposal,
    SiteFact,
    WhatIfProgress,
    WhatIfResult,
    WhatIfRun,
)

__all__ = [
    "AdjustmentCause",
    "AdjustmentDecision",
    "AdjustmentProposal",
    "SiteFact",
    "StatedEntry",
    "Statement",
    "WhatIfProgress",
    "WhatIfResult",
    "WhatIfRun",
]


class Statement(OfCanteen, Base):
    """Hold one frozen version of a canteen's month; content never changes.

    ``content`` is canonical JSON, ``digest`` its SHA-256; the workbook is kept as it was handed out, the totals beside
    it for lists. Only ``state`` moves on.
    """

    __tablename__ = "statements"
    __table_args__ = (
        one_of("state", "frozen", "superseded"),
        UniqueConstraint("canteen_id", "month", "part", "version"),
    )

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    month: Mapped[Word]
    part: Mapped[int]
    version: Mapped[int]
    state: Mapped[Word]
    from_seq: Mapped[int]
    up_to_seq: Mapped[int]
    meal_count: Mapped[int]
    due_fen: Mapped[Fen]
    own_fen: Mapped[Fen]
    content: Mapped[Prose]
    digest: Mapped[Line]
    recipe: Mapped[Word]
    workbook: Mapped[bytes] = mapped_column(LargeBinary)
    workbook_digest: Mapped[Line]
    frozen_at: Mapped[Instant]
    frozen_by: Mapped[Line]


class StatedEntry(Base):
    """Say which statement covers an entry; an entry is in at most one that is not superseded."""

    __tablename__ = "stated_entries"
    __table_args__ = (
        ForeignKeyConstraint(
            ["book_id", "seq"], ["journal_entries.book_id", "journal_entries.seq"], name="fk_stated_entries_entry"
        ),
        Index(
            "uq_stated_entries_live", "book_id", "seq", unique=True,
            sqlite_where=text("is_live"), postgresql_where=text("is_live"),
        ),
    )  # fmt: skip

    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"), primary_key=True)
    book_id: Mapped[int] = mapped_column(WideInteger, primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    is_live: Mapped[bool] = mapped_column(default=True)
