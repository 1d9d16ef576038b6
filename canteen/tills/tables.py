"""Store what two people counted in the till at the begin and the end of a shift; append only."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import Fen, Instant, Key, Line, Word, one_of
from canteen.foundation.db import Base, OfCanteen


class TillCount(OfCanteen, Base):
    """Hold one count: odd numbers open a shift, even ones close it, and each number of a canteen is given once.

    ``expected_fen`` is what the books said lay in the drawer, ``late_fen`` what of their cash an earlier count had
    found already. ``book_seq`` is the last entry of the book that the count knows; ``banked_fen`` left the drawer.
    """

    __tablename__ = "till_counts"
    __table_args__ = (
        UniqueConstraint("canteen_id", "number"),
        one_of("kind", "opening", "closing"),
        CheckConstraint("number > 0 AND (kind = 'opening') = (number % 2 = 1)", name="number"),
        CheckConstraint("counted_fen >= 0 AND banked_fen >= 0 AND banked_fen <= counted_fen", name="amounts"),
        CheckConstraint("counted_fen = expected_fen OR explanation <> ''", name="explanation"),
        CheckConstraint("banked_fen = 0 OR bank_slip <> ''", name="bank_slip"),
        CheckConstraint("witness <> '' AND witness <> counter_name", name="two_names"),
    )

    id: Mapped[Key]
    number: Mapped[int]
    kind: Mapped[Word]
    at: Mapped[Instant]
    actor: Mapped[Line]
    counter_name: Mapped[Word]
    witness: Mapped[Word]
    counted_fen: Mapped[Fen]
    expected_fen: Mapped[Fen]
    late_fen: Mapped[Fen] = mapped_column(default=0)
    explanation: Mapped[Line] = mapped_column(default="")
    banked_fen: Mapped[Fen] = mapped_column(default=0)
    bank_slip: Mapped[Line] = mapped_column(default="")
    book_seq: Mapped[int]
