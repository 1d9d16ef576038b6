"""Store codes, cards, every attempt to check in and the meals served.

Everything but the typed numbers, the links and the cards' revocation is append only.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import Day, Fen, Instant, Key, Line, Prose, Sealed, Word, one_of
from canteen.foundation.db import Base, OfCanteen

MEANS = ("gun", "camera", "typed", "manual", "courier", "paper")


class TypedNumber(Base):
    """Bind the eight digits under a code to one person and meal for the code's life.

    The row of an expired number may be taken over by a new code.
    """

    __tablename__ = "typed_numbers"

    number: Mapped[Word] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    service_date: Mapped[Day]
    meal: Mapped[Word]
    expires_at: Mapped[Instant]


class Card(Base):
    """Hold a printed card; a lost one is revoked, its serial never used again."""

    __tablename__ = "cards"

    serial: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    ref: Mapped[Word] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    issued_at: Mapped[Instant]
    issued_by: Mapped[Line]
    revoked_at: Mapped[Instant | None]
    revoked_by: Mapped[Line | None]
    revoked_reason: Mapped[Word | None]


class CodeLink(Base):
    """Let the holder of an address see one person's code for one meal, until the meal is over.

    The address holds a random token of 128 bits; here is only its digest.
    """

    __tablename__ = "code_links"

    token_digest: Mapped[Line] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    service_date: Mapped[Day]
    meal: Mapped[Word]
    issued_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)


class ScanAttempt(OfCanteen, Base):
    """Hold one attempt to check in and its answer; the same scan id gives the same answer again."""

    __tablename__ = "scan_attempts"
    __table_args__ = (
        one_of("verdict", "ok", "warn", "bad"),
        one_of("means", *MEANS),
        Index("ix_scan_attempts_canteen_id_received_at", "canteen_id", "received_at"),
        Index("ix_scan_attempts_device_reason", "device", "reason", "received_at"),
    )

    scan_id: Mapped[Word] = mapped_column(primary_key=True)
    verdict: Mapped[Word]
    reason: Mapped[Word]
    means: Mapped[Word]
    device: Mapped[Word]
    actor: Mapped[Line]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    service_date: Mapped[Day]
    meal: Mapped[Word]
    happened_at: Mapped[Instant]
    received_at: Mapped[Instant]
    redemption_ref: Mapped[Word | None]
    answer: Mapped[Prose]


class Redemption(OfCanteen, Base):
    """Hold one meal handed over: its price, who pays which part, and why.

    ``trace`` is the canonical JSON of the quote (rule, version, document, facts, counters); price + delivery fee =
    subsidy + discount + delivery subsidy + own share, always. Only a guest at full price, ``public``, has no order.
    """

    __tablename__ = "redemptions"
    __table_args__ = (
        one_of("mode", "dine_in", "pickup", "delivery"),
        one_of("kind", "meal", "extra", "public"),
        CheckConstraint("(kind = 'public') = (order_id IS NULL)", name="order"),
        one_of("tender", "cash", "own_code", "tab", "free"),
        CheckConstraint(
            "price_fen + delivery_fee_fen = subsidy_fen + discount_fen + delivery_subsidy_fen + own_fen",
            name="parts",
        ),
        CheckConstraint(
            "subsidy_fen >= 0 AND discount_fen >= 0 AND delivery_subsidy_fen >= 0 AND own_fen >= 0"
            " AND operator_fen >= 0",
            name="signs",
        ),
        Index("ix_redemptions_canteen_id_service_date", "canteen_id", "service_date"),
        Index("ix_redemptions_person_id_service_date", "person_id", "service_date", "meal"),
    )

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    scan_id: Mapped[Word] = mapped_column(unique=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    service_date: Mapped[Day]
    meal: Mapped[Word]
    mode: Mapped[Word]
    kind: Mapped[Word]
    means: Mapped[Word]
    tender: Mapped[Word]
    category: Mapped[Line] = mapped_column(default="")
    price_fen: Mapped[Fen]
    delivery_fee_fen: Mapped[Fen]
    discount_fen: Mapped[Fen]
    subsidy_fen: Mapped[Fen]
    delivery_subsidy_fen: Mapped[Fen]
    own_fen: Mapped[Fen]
    operator_fen: Mapped[Fen]
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("published_policies.id"))
    trace: Mapped[Prose]
    happened_at: Mapped[Instant]
    served_by: Mapped[Line]


class RedemptionUndo(OfCanteen, Base):
    """Take a served meal back, at most once; append only."""

    __tablename__ = "redemption_undos"

    redemption_ref: Mapped[Word] = mapped_column(ForeignKey("redemptions.ref"), primary_key=True)
    scan_id: Mapped[Word] = mapped_column(unique=True)
    at: Mapped[Instant]
    actor: Mapped[Line]
    reason: Mapped[Line]


class TenderChange(OfCanteen, Base):
    """Say that a meal was paid in another way than first noted; append only, the last one counts."""

    __tablename__ = "tender_changes"
    __table_args__ = (
        one_of("tender", "cash", "own_code", "tab", "free"),
        UniqueConstraint("redemption_ref", "ordinal"),
    )

    id: Mapped[Key]
    redemption_ref: Mapped[Word] = mapped_column(ForeignKey("redemptions.ref"))
    ordinal: Mapped[int]
    tender: Mapped[Word]
    at: Mapped[Instant]
    actor: Mapped[Line]


class Device(OfCanteen, Base):
    """Hold a device that a manager enrolled; it uploads under a credential of its own, never under a log-in.

    ``browser`` is the name by which the same browser is known when it scans online, so that an undo stays with it.
    """

    __tablename__ = "devices"

    ref: Mapped[Word] = mapped_column(primary_key=True)
    name: Mapped[Line]
    browser: Mapped[Word]
    token_digest: Mapped[Line] = mapped_column(unique=True)
    enrolled_at: Mapped[Instant]
    enrolled_by: Mapped[Line]
    revoked_at: Mapped[Instant | None]
    revoked_by: Mapped[Line | None]
    seen_at: Mapped[Instant | None]
    skew_ms: Mapped[int | None] = mapped_column(BigInteger)
    waiting: Mapped[int] = mapped_column(default=0)


class DeviceHolder(OfCanteen, Base):
    """Say that a device is the telephone of one staff member who carries meals out, not one of the counter; for good.

    It uploads what happened at doors and opens nothing else, least of all the day pack.
    """

    __tablename__ = "device_holders"

    device_ref: Mapped[Word] = mapped_column(ForeignKey("devices.ref"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)


class OfflineScan(OfCanteen, Base):
    """Hold one scan that a device answered by itself, as it reported it; the first report of an id stands.

    ``dated_at`` is when it happened by our clock, as far as the device's clock ``is_trusted``. The code is sealed:
    the digits of a card are a secret for as long as the card is valid.
    """

    __tablename__ = "offline_scans"
    __table_args__ = (
        one_of("means", *MEANS),
        one_of("verdict", "ok", "warn", "bad"),
        Index("ix_offline_scans_device_ref", "device_ref", "number"),
    )

    scan_id: Mapped[Word] = mapped_column(primary_key=True)
    device_ref: Mapped[Word] = mapped_column(ForeignKey("devices.ref"))
    number: Mapped[int] = mapped_column(BigInteger)
    code_sealed: Mapped[Sealed]
    code_tail: Mapped[Word]
    means: Mapped[Word]
    intent: Mapped[Word]
    verdict: Mapped[Word]
    reason: Mapped[Word]
    told_fen: Mapped[int | None] = mapped_column(BigInteger)
    tender: Mapped[Word]
    staff: Mapped[Line]
    happened_at: Mapped[Instant]
    sent_at: Mapped[Instant]
    received_at: Mapped[Instant]
    dated_at: Mapped[Instant]
    is_trusted: Mapped[bool]


class OfflineOutcome(OfCanteen, Base):
    """Say what became of an offline scan, once: a meal, a tray that no purse pays, or an attempt that failed."""

    __tablename__ = "offline_outcomes"
    __table_args__ = (
        one_of("outcome", "served", "fed", "failed", "noted"),
        Index("ix_offline_outcomes_redemption_ref", "redemption_ref"),
    )

    scan_id: Mapped[Word] = mapped_column(ForeignKey("offline_scans.scan_id"), primary_key=True)
    outcome: Mapped[Word]
    reason: Mapped[Word]
    redemption_ref: Mapped[Word | None]
    at: Mapped[Instant]


class ScanException(OfCanteen, Base):
    """Name something about a scan that a person should look at; never a reproach to whoever ate."""

    __tablename__ = "scan_exceptions"
    __table_args__ = (Index("ix_scan_exceptions_canteen_id_service_date", "canteen_id", "service_date"),)

    scan_id: Mapped[Word] = mapped_column(primary_key=True)
    kind: Mapped[Word] = mapped_column(primary_key=True)
    service_date: Mapped[Day]
    meal: Mapped[Word]
    redemption_ref: Mapped[Word | None]
    amount_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    note: Mapped[Line] = mapped_column(default="")
    at: Mapped[Instant]
