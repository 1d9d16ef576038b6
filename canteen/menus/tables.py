"""Store dishes and what a canteen offers on a day."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from canteen.foundation.columns import Day, Fen, Instant, Json, Key, Line, Word, one_of
from canteen.foundation.db import Base, OfCanteen


class Dish(OfCanteen, Base):
    """Describe a dish of a canteen, with what is in it that harms some people, and what one portion gives.

    ``allergens_stated`` says that somebody looked: then no allergens means that there are none.
    """

    __tablename__ = "dishes"
    __table_args__ = (UniqueConstraint("canteen_id", "name"), CheckConstraint("price_fen >= 0", name="price"))

    id: Mapped[Key]
    name: Mapped[Line]
    aliases: Mapped[Json] = mapped_column(default=list)
    allergens: Mapped[Json] = mapped_column(default=list)
    diets: Mapped[Json] = mapped_column(default=list)
    price_fen: Mapped[Fen]
    is_set_meal: Mapped[bool] = mapped_column(default=False)
    allergens_stated: Mapped[bool] = mapped_column(default=False, server_default=false())
    energy_kcal: Mapped[int | None]
    protein_g: Mapped[int | None]
    ended_at: Mapped[Instant | None]


class DayMenu(OfCanteen, Base):
    """Offer a meal on a day: the row that is locked when a portion is taken.

    ``ordered`` counts the live orders; the database refuses more than ``capacity``.
    """

    __tablename__ = "day_menus"
    __table_args__ = (
        UniqueConstraint("canteen_id", "service_date", "meal"),
        one_of("meal", "breakfast", "lunch", "dinner", "snack"),
        CheckConstraint("ordered >= 0 AND ordered <= capacity", name="capacity"),
    )

    id: Mapped[Key]
    service_date: Mapped[Day]
    meal: Mapped[Word]
    capacity: Mapped[int]
    ordered: Mapped[int] = mapped_column(default=0)
    items: Mapped[list[MenuItem]] = relationship(order_by="MenuItem.position", back_populates="menu")


class MenuItem(Base):
    """Offer a dish on a day menu at that day's price, in a number of portions.

    While ``sold_out_at`` is set nobody orders it, whatever portions are left: the kitchen says that there is no more.
    """

    __tablename__ = "menu_items"
    __table_args__ = (
        UniqueConstraint("menu_id", "dish_id"),
        CheckConstraint("sold >= 0 AND sold <= portions", name="portions"),
        CheckConstraint("price_fen >= 0", name="price"),
    )

    id: Mapped[Key]
    menu_id: Mapped[int] = mapped_column(ForeignKey("day_menus.id"), index=True)
    dish_id: Mapped[int] = mapped_column(ForeignKey("dishes.id"))
    position: Mapped[int]
    price_fen: Mapped[Fen]
    portions: Mapped[int]
    sold: Mapped[int] = mapped_column(default=0)
    sold_out_at: Mapped[Instant | None]
    menu: Mapped[DayMenu] = relationship(back_populates="items")
    dish: Mapped[Dish] = relationship(lazy="joined")
