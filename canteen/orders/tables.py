"""Store orders, their lines and their history.

The history is written by a trigger (`guards`) whenever the state of an order is set, so that no writer can forget it.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from canteen.foundation.columns import Day, Fen, Instant, Json, Key, Line, Prose, Word, one_of
from canteen.foundation.db import Base, OfCanteen

STATES = (
    "placed",
    "locked",
    "served",
    "delivered",
    "no_show",
    "undeliverable",
    "cancelled",
    "cancelled_late",
    "cancelled_by_kitchen",
)
LIVE = text("state IN ('placed', 'locked', 'served', 'delivered')")
CHANNELS = ("wechat", "api", "staff", "phone", "walk_in", "standing")


class Order(OfCanteen, Base):
    """Hold one meal that somebody asked for; a person has at most one live order per meal of a day.

    The price is that of ordering: dishes, fee and portions stay as agreed. ``quote`` is what was read back then;
    what is charged is decided at the counter on the facts of the service day. The diner is kept masked, so that the
    kitchen's lists need no look into the register.
    """

    __tablename__ = "orders"
    __table_args__ = (
        one_of("state", *STATES),
        one_of("mode", "dine_in", "pickup", "delivery"),
        one_of("meal", "breakfast", "lunch", "dinner", "snack"),
        one_of("channel", *CHANNELS),
        CheckConstraint("price_fen >= 0 AND delivery_fee_fen >= 0", name="price"),
        Index(
            "uq_orders_one_live", "person_id", "service_date", "meal", unique=True,
            sqlite_where=LIVE, postgresql_where=LIVE,
        ),
        UniqueConstraint("key"),
        Index("ix_orders_canteen_id_service_date", "canteen_id", "service_date", "meal", "state"),
        Index("ix_orders_person_id_service_date", "person_id", "service_date"),
    )  # fmt: skip

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    key: Mapped[Line | None]
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    diner_masked: Mapped[Word]
    menu_id: Mapped[int | None] = mapped_column(ForeignKey("day_menus.id"))
    service_date: Mapped[Day]
    meal: Mapped[Word]
    mode: Mapped[Word]
    state: Mapped[Word] = mapped_column(default="placed")
    state_at: Mapped[Instant]
    state_by: Mapped[Line]
    channel: Mapped[Word]
    state_channel: Mapped[Word]
    price_fen: Mapped[Fen]
    delivery_fee_fen: Mapped[Fen] = mapped_column(default=0)
    quote: Mapped[Prose] = mapped_column(default="")
    own_fen: Mapped[Fen] = mapped_column(default=0)
    dishes: Mapped[Line]
    flags: Mapped[Json] = mapped_column(default=list)
    allergens: Mapped[Json] = mapped_column(default=list)
    note: Mapped[Line] = mapped_column(default="")
    placed_at: Mapped[Instant]
    in_time: Mapped[bool] = mapped_column(default=True, server_default=true())
    diet: Mapped[Word] = mapped_column(default="", server_default=text("''"))
    lines: Mapped[list[OrderLine]] = relationship(back_populates="order", order_by="OrderLine.id")


class OrderLine(Base):
    """Hold one dish of an order at the price it was ordered for."""

    __tablename__ = "order_lines"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("menu_items.id"))
    dish_name: Mapped[Line]
    quantity: Mapped[int]
    price_fen: Mapped[Fen]
    order: Mapped[Order] = relationship(back_populates="lines")


class OrderEvent(Base):
    """Hold one change of state of an order: when, by whom, through which door; append only."""

    __tablename__ = "order_events"

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    state: Mapped[Word]
    at: Mapped[Instant]
    actor: Mapped[Line]
    channel: Mapped[Word]
