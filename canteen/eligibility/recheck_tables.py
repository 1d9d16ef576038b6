"""Store lists of other offices that were taken over, what each would change, and who decided.

Nothing here is ever changed: a decision and a withdrawal are rows of their own, and the database asks for a second
person where a list ends more than one in twenty.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import Day, Instant, Key, Line, Word, one_of
from canteen.foundation.db import Base, OfRegion

KINDS = ("category", "scheme", "death")
OUTCOMES = ("new", "renewed", "ended", "died", "missing")
VERDICTS = ("done", "kept", "moved")


class Recheck(OfRegion, Base):
    """Hold one list of relief, police or social security that was taken over for a region.

    ``value`` is the category or scheme that the list speaks of. A full list names everybody whom it holds for.
    ``standing_count`` is how many the register had before, ``ending_count`` how many would hold no more.
    """

    __tablename__ = "rechecks"
    __table_args__ = (
        one_of("kind", *KINDS),
        CheckConstraint("kind <> 'death' OR NOT is_full", name="full"),
        CheckConstraint("standing_count >= 0 AND ending_count >= 0", name="counts"),
    )

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    region_code: Mapped[Word] = mapped_column(ForeignKey("regions.code"), index=True)
    kind: Mapped[Word]
    value: Mapped[Line]
    is_full: Mapped[bool]
    list_day: Mapped[Day]
    file_name: Mapped[Line]
    content_digest: Mapped[Line]
    row_count: Mapped[int]
    unchanged_count: Mapped[int]
    unknown_count: Mapped[int]
    wrong_count: Mapped[int]
    standing_count: Mapped[int]
    ending_count: Mapped[int]
    taken_at: Mapped[Instant]
    taken_by: Mapped[Line]


class RecheckLine(Base):
    """State what a list changes about one person; ``row`` is nought where the list is silent about them.

    ``fact_id`` is the fact that would be superseded. Of a missing person ``valid_until`` is open until somebody
    decides.
    """

    __tablename__ = "recheck_lines"
    __table_args__ = (
        one_of("outcome", *OUTCOMES),
        CheckConstraint("(outcome IN ('new', 'died')) = (fact_id IS NULL)", name="fact"),
        Index("ix_recheck_lines_person_id", "person_id"),
    )

    recheck_id: Mapped[int] = mapped_column(ForeignKey("rechecks.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    row: Mapped[int]
    outcome: Mapped[Word]
    valid_from: Mapped[Day]
    valid_until: Mapped[Day | None]
    fact_id: Mapped[int | None] = mapped_column(ForeignKey("facts.id"))


class RecheckDecision(Base):
    """State what was decided about one line: done, kept as it was, or moved on meanwhile.

    ``revision`` is that of the person right after, so that a record that moved on is not taken back.
    """

    __tablename__ = "recheck_decisions"
    __table_args__ = (one_of("verdict", *VERDICTS),)

    recheck_id: Mapped[int] = mapped_column(ForeignKey("rechecks.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    verdict: Mapped[Word]
    reason: Mapped[Line]
    revision: Mapped[int]
    actor: Mapped[Line]
    at: Mapped[Instant]


class RecheckWithdrawal(Base):
    """State that a list was taken back as a whole."""

    __tablename__ = "recheck_withdrawals"

    recheck_id: Mapped[int] = mapped_column(ForeignKey("rechecks.id"), primary_key=True)
    actor: Mapped[Line]
    at: Mapped[Instant]
