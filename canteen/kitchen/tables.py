"""Store what the kitchen goes by: numbered prep sheets and who hears of them, numbers called, what is sent out."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import BlindIndex, Day, Instant, Json, Key, Line, Prose, Word, one_of
from canteen.foundation.db import Base, OfCanteen
from canteen.places.tables import MEALS


class PrepSheet(OfCanteen, Base):
    """Keep a prep sheet as it was numbered; append only, and each number of a meal is given once.

    Number 1 is given at the cut-off. ``portions`` is the text of `kitchen.written`, ``digest`` its SHA-256. What may
    harm a diner is not in it: that is read anew whenever the sheet is looked at.
    """

    __tablename__ = "prep_sheets"
    __table_args__ = (
        UniqueConstraint("canteen_id", "service_date", "meal", "number"),
        one_of("meal", *MEALS),
        CheckConstraint("number > 0", name="number"),
    )

    id: Mapped[Key]
    service_date: Mapped[Day]
    meal: Mapped[Word]
    number: Mapped[int]
    locked_at: Mapped[Instant]
    locked_by: Mapped[Line]
    portions: Mapped[Prose]
    digest: Mapped[Line]


class CookSlip(OfCanteen, Base):
    """Hold a number of eight digits by which a cook's account is entered, once; only its blind index is kept."""

    __tablename__ = "cook_slips"

    id: Mapped[Key]
    code_index: Mapped[BlindIndex] = mapped_column(unique=True)
    cook: Mapped[Word]
    issued_at: Mapped[Instant]
    issued_by: Mapped[Line]
    expires_at: Mapped[Instant]
    used_at: Mapped[Instant | None]


class CookAccount(OfCanteen, Base):
    """Let an outside account, such as ``wechat:7``, hear of the prep sheets of a canteen."""

    __tablename__ = "cook_accounts"
    __table_args__ = (
        Index(
            "uq_cook_accounts_live", "canteen_id", "account", unique=True,
            sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    account: Mapped[Line]
    cook: Mapped[Word]
    slip_id: Mapped[int] = mapped_column(ForeignKey("cook_slips.id"), unique=True)
    began_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    ended_by: Mapped[Line | None]


class PickupCall(OfCanteen, Base):
    """Say that the tray of an order is ready: its number stands on the wall until it is handed over or taken back."""

    __tablename__ = "pickup_calls"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    called_at: Mapped[Instant]
    called_by: Mapped[Line]


class DispatchNote(OfCanteen, Base):
    """Keep what a central kitchen sent to a meal point, how warm; append only. ``ref`` is the batch.

    The row belongs to the kitchen; each car of a meal has a number of its own.
    """

    __tablename__ = "dispatch_notes"
    __table_args__ = (
        UniqueConstraint("site_id", "service_date", "meal", "number"),
        one_of("meal", *MEALS),
        CheckConstraint("celsius_tenths >= 600 OR measure <> ''", name="measure"),
    )

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    service_date: Mapped[Day]
    meal: Mapped[Word]
    number: Mapped[int]
    dishes: Mapped[Json]
    celsius_tenths: Mapped[int]
    measure: Mapped[Line] = mapped_column(default="")
    sent_at: Mapped[Instant]
    sent_by: Mapped[Line]


class DispatchReceipt(OfCanteen, Base):
    """Keep what came of a dispatch, once; append only. What differs, or came too cold, is explained.

    The row belongs to the meal point that received it, which alone serves and claims the meals.
    """

    __tablename__ = "dispatch_receipts"
    __table_args__ = (CheckConstraint("(is_equal AND celsius_tenths >= 600) OR explanation <> ''", name="explanation"),)

    note_id: Mapped[int] = mapped_column(ForeignKey("dispatch_notes.id"), primary_key=True)
    dishes: Mapped[Json]
    celsius_tenths: Mapped[int]
    is_equal: Mapped[bool]
    explanation: Mapped[Line] = mapped_column(default="")
    received_at: Mapped[Instant]
    received_by: Mapped[Line]
