"""Store regions, operators, canteens, their meal services and the calendar."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from canteen.foundation.columns import Day, Fen, Instant, Json, Key, Line, Sealed, Word, one_of
from canteen.foundation.db import Base, OfCanteen

OPERATORS = ("company", "nonprofit", "village", "care_home", "government")
KINDS = ("canteen", "meal_point", "central_kitchen")
TENDERS = ("cash", "own_code", "tab")
MEALS = ("breakfast", "lunch", "dinner", "snack")
ALWAYS = date(1970, 1, 1)


class Region(Base):
    """Name a node of the administrative tree by its 12-digit code.

    GB/T 2260 gives the first six digits, the national statistical codes the six for town and village. A development
    zone without a national code has a local one, marked ``is_local``.
    """

    __tablename__ = "regions"
    __table_args__ = (one_of("level", "province", "city", "district", "town", "village"),)

    code: Mapped[Word] = mapped_column(primary_key=True)
    name: Mapped[Line]
    level: Mapped[Word]
    parent_code: Mapped[Word | None] = mapped_column(ForeignKey("regions.code"), index=True)
    is_local: Mapped[bool] = mapped_column(default=False)
    retired_on: Mapped[Day | None]


class RegionChange(Base):
    """Keep what became of a region, from which day and by which document: added, renamed, retired, restored.

    ``name`` is what it was called before a renaming, else what it is called.
    """

    __tablename__ = "region_changes"
    __table_args__ = (one_of("kind", "added", "renamed", "retired", "restored"),)

    id: Mapped[Key]
    region_code: Mapped[Word] = mapped_column(ForeignKey("regions.code"), index=True)
    kind: Mapped[Word]
    name: Mapped[Line]
    new_name: Mapped[Line] = mapped_column(default="")
    effective_on: Mapped[Day]
    document: Mapped[Line]
    at: Mapped[Instant]
    actor: Mapped[Line]


class RegionPoint(Base):
    """Say where the middle of a region lies, mostly of a village, in millionths of a degree (WGS 84)."""

    __tablename__ = "region_points"
    __table_args__ = (
        CheckConstraint("latitude_e6 BETWEEN -90000000 AND 90000000", name="latitude"),
        CheckConstraint("longitude_e6 BETWEEN -180000000 AND 180000000", name="longitude"),
    )

    region_code: Mapped[Word] = mapped_column(ForeignKey("regions.code"), primary_key=True)
    latitude_e6: Mapped[int]
    longitude_e6: Mapped[int]
    source: Mapped[Line]
    entered_at: Mapped[Instant]


class Operator(Base):
    """Describe who runs canteens; contracts and price ceilings are dated rows of their own.

    ``region_code`` is the office that keeps the record: who may see that region may edit it.
    """

    __tablename__ = "operators"
    __table_args__ = (one_of("kind", *OPERATORS),)

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    name: Mapped[Line]
    kind: Mapped[Word]
    region_code: Mapped[Word | None] = mapped_column(ForeignKey("regions.code"))
    bank_name: Mapped[Line | None]
    bank_account_sealed: Mapped[Sealed | None]
    bank_account_tail: Mapped[Word | None]


class Contract(Base):
    """Keep what an operator signed: its number, and the days on which it holds; append only.

    A later row may put itself in the place of an earlier one (``supersedes_id``), as when a contract ends early.
    """

    __tablename__ = "contracts"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_from < valid_until", name="validity"),
        UniqueConstraint("supersedes_id"),
    )

    id: Mapped[Key]
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"), index=True)
    number: Mapped[Line]
    valid_from: Mapped[Day]
    valid_until: Mapped[Day | None]
    evidence: Mapped[Line]
    entered_at: Mapped[Instant]
    entered_by: Mapped[Line]
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("contracts.id"))


class PriceCeiling(Base):
    """Say from which day on an operator may ask no more than this for a dish; append only.

    In force is the row with the latest first day, and of those of one day the one entered last. A row without a price
    ends the ceiling.
    """

    __tablename__ = "price_ceilings"
    __table_args__ = (
        CheckConstraint("price_fen > 0", name="price"),
        Index("ix_price_ceilings_operator_id_valid_from", "operator_id", "valid_from"),
    )

    id: Mapped[Key]
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"))
    price_fen: Mapped[Fen | None]
    valid_from: Mapped[Day]
    evidence: Mapped[Line]
    entered_at: Mapped[Instant]
    entered_by: Mapped[Line]


class Canteen(Base):
    """Describe a place where meals are handed over."""

    __tablename__ = "canteens"
    __table_args__ = (
        one_of("kind", *KINDS),
        one_of("default_tender", *TENDERS),
    )

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    name: Mapped[Line] = mapped_column(unique=True)
    aliases: Mapped[Json] = mapped_column(default=list)
    kind: Mapped[Word]
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"))
    region_code: Mapped[Word] = mapped_column(ForeignKey("regions.code"), index=True)
    address: Mapped[Line]
    phone: Mapped[Word]
    latitude_e6: Mapped[int | None]
    longitude_e6: Mapped[int | None]
    default_tender: Mapped[Word] = mapped_column(default="cash")
    opened_on: Mapped[Day]
    closed_on: Mapped[Day | None]
    closed_reason: Mapped[Line | None]
    supplied_by_id: Mapped[int | None] = mapped_column(ForeignKey("canteens.id"))

    operator: Mapped[Operator] = relationship(lazy="joined")


class MealService(OfCanteen, Base):
    """Say when a canteen serves a meal period, until when it is ordered, and how.

    Times are minutes after local midnight; the cut-off lies ``cutoff_days`` days before the service day. A row holds
    from its first day until the one that follows it begins; terms of a day that is past are never changed.
    """

    __tablename__ = "meal_services"
    __table_args__ = (
        UniqueConstraint("canteen_id", "meal", "valid_from"),
        one_of("meal", *MEALS),
        CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name="validity"),
        CheckConstraint("opens_minute < closes_minute", name="hours"),
        CheckConstraint("cutoff_days >= 0", name="cutoff_days"),
    )

    id: Mapped[Key]
    meal: Mapped[Word]
    opens_minute: Mapped[int]
    closes_minute: Mapped[int]
    cutoff_days: Mapped[int] = mapped_column(default=0)
    cutoff_minute: Mapped[int]
    capacity: Mapped[int]
    weekdays: Mapped[Word] = mapped_column(default="1234567")
    dines_in: Mapped[bool] = mapped_column(default=True)
    packs: Mapped[bool] = mapped_column(default=True)
    delivers: Mapped[bool] = mapped_column(default=False)
    delivery_fee_fen: Mapped[Fen] = mapped_column(default=0)
    valid_from: Mapped[Day] = mapped_column(default=ALWAYS, server_default=ALWAYS.isoformat())
    valid_until: Mapped[Day | None]

    def holds_on(self, day: date) -> bool:
        """Tell whether these are the terms of a day."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


class ClosedDay(OfCanteen, Base):
    """Note a day (or one meal of it) on which a canteen does not serve."""

    __tablename__ = "closed_days"
    __table_args__ = (UniqueConstraint("canteen_id", "day", "meal"),)

    id: Mapped[Key]
    day: Mapped[Day]
    meal: Mapped[Word] = mapped_column(default="")
    reason: Mapped[Line]
    decided_by: Mapped[Line]
    decided_at: Mapped[Instant]


class CalendarDay(Base):
    """Mark a day of the yearly notice: a statutory holiday, a day bridged to one, or a weekend day that is worked."""

    __tablename__ = "calendar_days"
    __table_args__ = (one_of("kind", "statutory", "bridge", "workday"),)

    day: Mapped[Day] = mapped_column(primary_key=True)
    kind: Mapped[Word]
    name: Mapped[Line]
    document: Mapped[Line]
    edited_at: Mapped[Instant]


class Rating(OfCanteen, Base):
    """State a canteen's standing for a time: its grade (with stars), or its rating in per cent (100 to 125).

    A later row that names this one takes its place; ``is_withdrawn`` says that it never held.
    """

    __tablename__ = "ratings"
    __table_args__ = (
        one_of("kind", "grade", "percent"),
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="validity"),
    )

    id: Mapped[Key]
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"), index=True)
    kind: Mapped[Word]
    value: Mapped[Word]
    valid_from: Mapped[Day]
    valid_until: Mapped[Day | None]
    document: Mapped[Line]
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("ratings.id"), unique=True)
    is_withdrawn: Mapped[bool] = mapped_column(default=False)
    at: Mapped[Instant]
    actor: Mapped[Line]
