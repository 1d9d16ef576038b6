"""Offer dishes on a day, and show what is offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, bindparam, exists, select
from sqlalchemy.orm import Session

from canteen.foundation.errors import Invalid, Refused
from canteen.foundation.narrowed import Narrowed
from canteen.menus.tables import DayMenu, Dish, MenuItem


@dataclass(frozen=True)
class ItemView:
    """Show one dish on offer."""

    item_id: int
    dish_id: int
    name: str
    aliases: tuple[str, ...]
    price_fen: int
    remaining: int
    allergens: tuple[str, ...]
    diets: tuple[str, ...]
    is_set_meal: bool
    portions: int = 0
    is_sold_out: bool = False
    allergens_stated: bool = False
    energy_kcal: int | None = None
    protein_g: int | None = None


@dataclass(frozen=True)
class DayView:
    """Show what a canteen offers for one meal of a day."""

    menu_id: int
    canteen_id: int
    service_date: date
    meal: str
    capacity: int
    remaining: int
    items: tuple[ItemView, ...]

    def item(self, item_id: int) -> ItemView | None:
        """Return the item of that key, if it is on this menu."""
        return next((item for item in self.items if item.item_id == item_id), None)


def day(session: Session, *, canteen_id: int, service_date: date, meal: str) -> DayView | None:
    """Return what is offered, or None where nothing is."""
    rows = _MENU.all(session, {"canteen_id": canteen_id, "day": service_date, "meal": meal})
    return _view(rows) if rows else None


def offered(session: Session, *, canteen_id: int, first: date, last: date) -> frozenset[tuple[date, str]]:
    """Return on which days, of these and between, which meals have dishes on offer."""
    rows = _OFFERED.all(session, {"canteen_id": canteen_id, "first": first, "last": last})
    return frozenset((row.service_date, row.meal) for row in rows)


def offer(
    session: Session,
    *,
    canteen_id: int,
    service_date: date,
    meal: str,
    capacity: int,
    items: Sequence[tuple[int, int, int]],
) -> DayMenu:
    """Put dishes on a day menu as (dish id, price in fen, portions); an existing menu gains or changes items.

    Portions and capacity never go below what is ordered already (``menus.below_ordered``).
    """
    if capacity < 0 or any(price < 0 or portions < 0 for _, price, portions in items):
        raise Invalid("menus.bad_menu")
    menu = session.scalars(
        select(DayMenu)
        .where(DayMenu.canteen_id == canteen_id, DayMenu.service_date == service_date, DayMenu.meal == meal)
        .with_for_update()
    ).one_or_none()
    if menu is None:
        menu = DayMenu(canteen_id=canteen_id, service_date=service_date, meal=meal, capacity=capacity, ordered=0)
        session.add(menu)
        session.flush()
    if capacity < menu.ordered:
        raise Refused("menus.below_ordered", ordered=menu.ordered)
    menu.capacity = capacity
    held = {item.dish_id: item for item in session.scalars(select(MenuItem).where(MenuItem.menu_id == menu.id))}
    for position, wanted in enumerate(items, start=1):
        _put(session, menu, held.get(wanted[0]), position, wanted)
    session.flush()
    return menu


def _put(session: Session, menu: DayMenu, item: MenuItem | None, position: int, wanted: tuple[int, int, int]) -> None:
    dish_id, price_fen, portions = wanted
    if item is None:
        if session.get(Dish, dish_id) is None:
            raise Invalid("menus.unknown_dish", dish_id=dish_id)
        item = MenuItem(menu_id=menu.id, dish_id=dish_id, position=position, sold=0)
        session.add(item)
    if portions < item.sold:
        raise Refused("menus.below_ordered", ordered=item.sold)
    item.position, item.price_fen, item.portions = position, price_fen, portions


_MENU = Narrowed(
    select(
        DayMenu.id.label("menu_id"), DayMenu.canteen_id, DayMenu.service_date, DayMenu.meal, DayMenu.capacity,
        (DayMenu.capacity - DayMenu.ordered).label("places"),
        MenuItem.id.label("item_id"), MenuItem.dish_id, MenuItem.price_fen, MenuItem.portions, MenuItem.sold,
        MenuItem.sold_out_at,
        Dish.name, Dish.aliases, Dish.allergens, Dish.diets, Dish.is_set_meal,
        Dish.allergens_stated, Dish.energy_kcal, Dish.protein_g,
    )
    .outerjoin(MenuItem, MenuItem.menu_id == DayMenu.id)
    .outerjoin(Dish, Dish.id == MenuItem.dish_id)
    .where(
        DayMenu.canteen_id == bindparam("canteen_id"),
        DayMenu.service_date == bindparam("day", type_=Date),
        DayMenu.meal == bindparam("meal"),
    )
    .order_by(MenuItem.position)
)  # fmt: skip
_OFFERED = Narrowed(
    select(DayMenu.service_date, DayMenu.meal).where(
        DayMenu.canteen_id == bindparam("canteen_id"),
        DayMenu.service_date.between(bindparam("first", type_=Date), bindparam("last", type_=Date)),
        exists().where(MenuItem.menu_id == DayMenu.id),
    )
)


def _view(rows: Sequence[Any]) -> DayView:
    menu = rows[0]
    return DayView(
        menu_id=menu.menu_id,
        canteen_id=menu.canteen_id,
        service_date=menu.service_date,
        meal=menu.meal,
        capacity=menu.capacity,
        remaining=menu.places,
        items=tuple(_item(row) for row in rows if row.item_id is not None),
    )


def _item(row: Any) -> ItemView:
    return ItemView(
        item_id=row.item_id,
        dish_id=row.dish_id,
        name=row.name,
        aliases=tuple(row.aliases),
        price_fen=row.price_fen,
        remaining=0 if row.sold_out_at is not None else row.portions - row.sold,
        allergens=tuple(row.allergens),
        diets=tuple(row.diets),
        is_set_meal=row.is_set_meal,
        portions=row.portions,
        is_sold_out=row.sold_out_at is not None,
        allergens_stated=row.allergens_stated,
        energy_kcal=row.energy_kcal,
        protein_g=row.protein_g,
    )
