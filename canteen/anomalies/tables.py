"""Store what rules found, how it was worked, and the thresholds of regions; append only."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import Day, Fen, Instant, Json, Key, Line, WideInteger, Word, one_of
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


class SpotSample(Base):
    """Hold a random draw of meals of some days, to be asked about by telephone.

    Whoever knows the seed and the meals draws the same again.
    """

    __tablename__ = "spot_samples"
    __table_args__ = (CheckConstraint("first_day < until_day AND population > 0", name="days"),)

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    first_day: Mapped[Day]
    until_day: Mapped[Day]
    seed: Mapped[Line]
    population: Mapped[int]
    actor: Mapped[Line]
    at: Mapped[Instant]


class SpotMeal(OfCanteen, Base):
    """Name a meal that was drawn."""

    __tablename__ = "spot_meals"

    sample_id: Mapped[int] = mapped_column(ForeignKey("spot_samples.id"), primary_key=True)
    redemption_ref: Mapped[Word] = mapped_column(ForeignKey("redemptions.ref"), primary_key=True)


class SpotAnswer(Base):
    """Keep what the person said, once: the meal was had as booked, it was not, unclear, or nobody was reached."""

    __tablename__ = "spot_answers"
    __table_args__ = (
        one_of("answer", "right", "wrong", "unclear", "unreached"),
        ForeignKeyConstraint(
            ["sample_id", "redemption_ref"], ["spot_meals.sample_id", "spot_meals.redemption_ref"],
            name="fk_spot_answers_call",
        ),
    )  # fmt: skip

    sample_id: Mapped[int] = mapped_column(WideInteger, primary_key=True)
    redemption_ref: Mapped[Word] = mapped_column(primary_key=True)
    answer: Mapped[Word]
    note: Mapped[Line]
    actor: Mapped[Line]
    at: Mapped[Instant]
