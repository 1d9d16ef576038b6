"""Store patterns that give an order every week, pauses, what came of each day, and the runs."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import Day, Instant, Json, Key, Line, Word, one_of
from canteen.foundation.db import Base, OfCanteen

STATES = ("generated", "edited", "skipped", "locked")


class StandingOrder(OfCanteen, Base):
    """Hold what somebody wants on the same days of every week.

    ``weekdays`` are ISO digits such as ``135``, ``dishes`` pairs of a name and a number, since the items of a menu
    change every day; ``fallback`` names the dish that is taken where they are not there. Of one person, meal and
    weekday only one order can come: `orders` has one live order per meal.
    """

    __tablename__ = "standing_orders"
    __table_args__ = (
        one_of("meal", "breakfast", "lunch", "dinner"),
        one_of("mode", "dine_in", "pickup", "delivery"),
        CheckConstraint("valid_until IS NULL OR valid_from < valid_until", name="validity"),
        Index("ix_standing_orders_person_id", "person_id"),
    )

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    meal: Mapped[Word]
    weekdays: Mapped[Word]
    mode: Mapped[Word]
    dishes: Mapped[Json]
    diet: Mapped[Json] = mapped_column(default=list)
    fallback: Mapped[Line] = mapped_column(default="")
    skips_holidays: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[Day]
    valid_until: Mapped[Day | None]
    made_at: Mapped[Instant]
    made_by: Mapped[Line]
    channel: Mapped[Word]
    ended_at: Mapped[Instant | None]
    ended_by: Mapped[Line | None]


class StandingPause(Base):
    """Say from which day to which a person wants nothing of what stands: a hospital, a journey."""

    __tablename__ = "standing_pauses"
    __table_args__ = (
        CheckConstraint("until_on IS NULL OR first_on < until_on", name="validity"),
        Index("ix_standing_pauses_person_id", "person_id"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    first_on: Mapped[Day]
    until_on: Mapped[Day | None]
    reason: Mapped[Line] = mapped_column(default="")
    noted_at: Mapped[Instant]
    noted_by: Mapped[Line]
    ended_at: Mapped[Instant | None]


class StandingOccurrence(OfCanteen, Base):
    """Hold what a pattern gave on one day, at most once; ``outcome`` is ``placed``, ``fallback`` or a refusal's code.

    What somebody edited or skipped is never generated again (a trigger refuses it), nor is what is locked.
    """

    __tablename__ = "standing_occurrences"
    __table_args__ = (
        one_of("state", *STATES),
        UniqueConstraint("standing_id", "service_date"),
        Index("ix_standing_occurrences_service_date", "service_date", "canteen_id"),
    )

    id: Mapped[Key]
    standing_id: Mapped[int] = mapped_column(ForeignKey("standing_orders.id"))
    service_date: Mapped[Day]
    state: Mapped[Word]
    outcome: Mapped[Line]
    order_ref: Mapped[Word | None]
    at: Mapped[Instant]
    by: Mapped[Line]


class StandingRun(Base):
    """Hold one walk over the patterns of a day: what it expected, and what came; without an end it died half-way."""

    __tablename__ = "standing_runs"
    __table_args__ = (Index("ix_standing_runs_began_at", "began_at"),)

    id: Mapped[Key]
    service_date: Mapped[Day]
    began_at: Mapped[Instant]
    expected: Mapped[int]
    placed: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    refused: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    missing: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    ended_at: Mapped[Instant | None]
