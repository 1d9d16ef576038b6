"""Store what shows that the food was safe: samples, temperatures, checks, certificates, inspections.

Everything is append only: what was noted wrongly is noted again, and the later row counts.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import Day, Instant, Json, Key, Line, Prose, Word, one_of
from canteen.foundation.db import Base, OfCanteen
from canteen.places.tables import MEALS

POINTS = ("fridge", "freezer", "hot_holding", "core", "sterilizer")
CHECKS = ("hands", "clothes", "raw_cooked", "surfaces", "waste", "pests", "water", "gas")
RESULTS = ("passed", "rectify", "failed")


class FoodSample(OfCanteen, Base):
    """Keep a sample of a dish of a meal: at least 125 g, kept cold for 48 hours."""

    __tablename__ = "food_samples"
    __table_args__ = (
        UniqueConstraint("canteen_id", "service_date", "meal", "dish"),
        one_of("meal", *MEALS),
        CheckConstraint("grams >= 125", name="grams"),
    )

    id: Mapped[Key]
    service_date: Mapped[Day]
    meal: Mapped[Word]
    dish: Mapped[Line]
    grams: Mapped[int]
    place: Mapped[Word]
    kept_at: Mapped[Instant]
    kept_by: Mapped[Line]


class SampleDiscard(OfCanteen, Base):
    """Say that a sample was thrown away, once, and not before its time."""

    __tablename__ = "sample_discards"
    __table_args__ = (CheckConstraint("may_from <= at", name="not_early"),)

    sample_id: Mapped[int] = mapped_column(ForeignKey("food_samples.id"), primary_key=True)
    may_from: Mapped[Instant]
    at: Mapped[Instant]
    actor: Mapped[Line]


class TemperatureReading(OfCanteen, Base):
    """Note a temperature in tenths of a degree; what is out of its range says what was done."""

    __tablename__ = "temperature_readings"
    __table_args__ = (
        one_of("point", *POINTS),
        CheckConstraint("is_fine OR measure <> ''", name="measure"),
        Index("ix_temperature_readings_canteen_id_at", "canteen_id", "at"),
    )

    id: Mapped[Key]
    point: Mapped[Word]
    place: Mapped[Word]
    celsius_tenths: Mapped[int]
    is_fine: Mapped[bool]
    measure: Mapped[Line] = mapped_column(default="")
    at: Mapped[Instant]
    actor: Mapped[Line]


class DailyCheck(OfCanteen, Base):
    """Note one point of the daily check; the last note of a day counts, what is not in order says what was done."""

    __tablename__ = "daily_checks"
    __table_args__ = (
        one_of("point", *CHECKS),
        CheckConstraint("is_fine OR measure <> ''", name="measure"),
        Index("ix_daily_checks_canteen_id_day", "canteen_id", "day"),
    )

    id: Mapped[Key]
    day: Mapped[Day]
    point: Mapped[Word]
    is_fine: Mapped[bool]
    measure: Mapped[Line] = mapped_column(default="")
    at: Mapped[Instant]
    actor: Mapped[Line]


class HealthCertificate(OfCanteen, Base):
    """Keep until when somebody may handle food; a later row of the same holder takes its place.

    A holder who left has a last row without a day.
    """

    __tablename__ = "health_certificates"

    id: Mapped[Key]
    holder: Mapped[Word]
    number_tail: Mapped[Word]
    valid_until: Mapped[Day | None]
    entered_at: Mapped[Instant]
    entered_by: Mapped[Line]


class InspectionDraw(Base):
    """Keep a random draw of canteens: whoever has seed and list can draw again and must find the same.

    ``region_code`` is the office that drew; the list and what was drawn are references of canteens.
    """

    __tablename__ = "inspection_draws"
    __table_args__ = (
        CheckConstraint("first_inspector <> second_inspector AND second_inspector <> ''", name="two_inspectors"),
    )

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    region_code: Mapped[Word] = mapped_column(ForeignKey("regions.code"), index=True)
    seed: Mapped[Line]
    candidates: Mapped[Json]
    drawn: Mapped[Json]
    first_inspector: Mapped[Word]
    second_inspector: Mapped[Word]
    at: Mapped[Instant]
    actor: Mapped[Line]


class Inspection(OfCanteen, Base):
    """State what two inspectors found at a canteen that was drawn, once for each draw; published with the result."""

    __tablename__ = "inspections"
    __table_args__ = (UniqueConstraint("draw_id", "canteen_id"), one_of("result", *RESULTS))

    id: Mapped[Key]
    draw_id: Mapped[int] = mapped_column(ForeignKey("inspection_draws.id"))
    day: Mapped[Day]
    result: Mapped[Word]
    summary: Mapped[Prose]
    at: Mapped[Instant]
    actor: Mapped[Line]


class InspectionFinding(OfCanteen, Base):
    """Name one thing that has to be put right, and until when."""

    __tablename__ = "inspection_findings"
    __table_args__ = (UniqueConstraint("inspection_id", "number"),)

    id: Mapped[Key]
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"))
    number: Mapped[int]
    text: Mapped[Line]
    due_on: Mapped[Day]


class Rectification(OfCanteen, Base):
    """Say how a finding was put right, once."""

    __tablename__ = "rectifications"

    finding_id: Mapped[int] = mapped_column(ForeignKey("inspection_findings.id"), primary_key=True)
    measure: Mapped[Line]
    at: Mapped[Instant]
    actor: Mapped[Line]
