"""Store what rules found, how it was worked, and the thresholds of regions; append only."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import Day, Fen, Instant, Json, Key, Line, Word, one_of
from canteen.foundation.db import Base, OfCanteen

# A finding is open until somebody asked or settled it: explained is honest after all, confirmed is not.
CASE_STEPS = ("asked", "explained", "confirmed", "reopened")


class AnomalyThreshold(Base):
    """State a region's thresholds of a rule; the last row of a region and rule holds."""

    __tablename__ = "anomaly_thresholds"
    __table_args__ = (CheckConstraint("reason <> ''", name="reason"),)

    id: Mapped[Key]
    region_code: Mapped[Word] = mapped_column(ForeignKey("regions.code"))
    rule: Mapped[Word]
    limits: Mapped[Json]
    is_on: Mapped[bool]
    reason: Mapped[Line]
    actor: Mapped[Line]
    at: Mapped[Instant]


class AnomalyFinding(OfCanteen, Base):
    """Hold what a rule found, once: the meals behind it and the subsidy at stake."""

    __tablename__ = "anomaly_findings"

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    key: Mapped[Line] = mapped_column(unique=True)
    rule: Mapped[Word]
    day: Mapped[Day]
    refs: Mapped[Json]
    amount_fen: Mapped[Fen]
    at: Mapped[Instant]


class AnomalyStep(Base):
    """State a step of the work on a finding, with what was said."""

    __tablename__ = "anomaly_steps"
    __table_args__ = (one_of("step", *CASE_STEPS), CheckConstraint("note <> ''", name="note"))

    finding_id: Mapped[int] = mapped_column(ForeignKey("anomaly_findings.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[Word]
    note: Mapped[Line]
    actor: Mapped[Line]
    at: Mapped[Instant]
