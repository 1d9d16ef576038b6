"""Store who may need somebody to look, what was tried, and who was visited when."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import Day, Instant, Key, Line, Sealed, Word, one_of
from canteen.foundation.db import Base, OfRegion

KINDS = ("no_answer", "not_come", "missing", "confused")
OUTCOMES = ("safe", "came", "away", "hospital", "moved", "died", "other_canteen", "handed_on")
STEPS = ("opened", "again", "taken", "tried", "escalated", "closed")
_OPEN = text("closed_at IS NULL")


class WelfareTask(Base):
    """Ask somebody to look after a person; one task of a kind is open for a person at a time.

    ``rung`` says who looks now (`rules.LADDER`), ``due_at`` when the next is asked; it belongs to a canteen and to the
    region where the person lives, and whoever sees either sees it.
    """

    __tablename__ = "welfare_tasks"
    __table_args__ = (
        one_of("kind", *KINDS),
        CheckConstraint("outcome IN ('', " + ", ".join(f"'{one}'" for one in OUTCOMES) + ")", name="outcome"),
        CheckConstraint("(closed_at IS NULL) = (outcome = '')", name="closed"),
        UniqueConstraint("key"),
        Index(
            "uq_welfare_tasks_one_open", "person_id", "kind", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
        Index("ix_welfare_tasks_region_code", "region_code", "closed_at"),
        Index("ix_welfare_tasks_canteen_id", "canteen_id", "closed_at"),
    )  # fmt: skip

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    key: Mapped[Line]
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    person_masked: Mapped[Word]
    region_code: Mapped[Word]
    canteen_id: Mapped[int | None] = mapped_column(ForeignKey("canteens.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    kind: Mapped[Word]
    since: Mapped[Day | None]
    opened_at: Mapped[Instant]
    rung: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[Instant | None] = mapped_column(index=True)
    taken_by: Mapped[Line | None]
    closed_at: Mapped[Instant | None]
    closed_by: Mapped[Line | None]
    outcome: Mapped[Word] = mapped_column(default="")


class WelfareStep(Base):
    """Keep one thing that was done about a task; append only."""

    __tablename__ = "welfare_steps"
    __table_args__ = (one_of("step", *STEPS), UniqueConstraint("task_id", "number"))

    id: Mapped[Key]
    task_id: Mapped[int] = mapped_column(ForeignKey("welfare_tasks.id"))
    number: Mapped[int]
    step: Mapped[Word]
    rung: Mapped[int]
    at: Mapped[Instant]
    actor: Mapped[Line]
    note_sealed: Mapped[Sealed | None]


class Visit(OfRegion, Base):
    """Keep that somebody was seen: in person, on the telephone; append only.

    The reference is made by the visitor's telephone, so that the same visit twice is one.
    """

    __tablename__ = "welfare_visits"
    __table_args__ = (
        one_of("means", "in_person", "phone"),
        one_of("proof", "card", "signature", "told"),
        Index("ix_welfare_visits_person_id", "person_id", "visited_at"),
        Index("ix_welfare_visits_region_code", "region_code"),
    )

    event_id: Mapped[Word] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    visited_at: Mapped[Instant]
    received_at: Mapped[Instant]
    visitor: Mapped[Line]
    means: Mapped[Word]
    proof: Mapped[Word]
    note_sealed: Mapped[Sealed | None]


class WelfareTerms(OfRegion, Base):
    """Keep how a county or city watches over its people; the nearest region above decides."""

    __tablename__ = "welfare_terms"
    __table_args__ = (
        CheckConstraint("alpha_millionths BETWEEN 1 AND 500000 AND least_days BETWEEN 1 AND 30", name="watch"),
    )

    region_code: Mapped[Word] = mapped_column(ForeignKey("regions.code"), primary_key=True)
    alpha_millionths: Mapped[int]
    least_days: Mapped[int]
    meal_counts_as_seen: Mapped[bool]
    set_at: Mapped[Instant]
    set_by: Mapped[Line]
