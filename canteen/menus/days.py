"""Offer dishes on a day, and show what is offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from canteen.foundation.errors import Invalid, Refused
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
    menu = session.scalars(
        select(DayMenu)
        .where(DayMenu.canteen_id == canteen_id, DayMenu.service_date == service_date, DayMenu.meal == meal)
        .options(selectinload(DayMenu.items))
        .execution_options(populate_existing=True)
    ).one_or_none()
    return None if menu is None else _view(menu)


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


def _view(menu: DayMenu) -> DayView:
    items = tuple(
        ItemView(
            item_id=item.id,
            dish_id=item.dish_id,
            name=item.dish.name,
            aliases=tuple(item.dish.aliases),
            price_fen=item.price_fen,
            remaining=item.portions - item.sold,
            allergens=tuple(item.dish.allergens),
            diets=tuple(item.dish.diets),
            is_set_meal=item.dish.is_set_meal,
            portions=item.portions,
        )
        for item in menu.items
    )
    return DayView(
        menu_id=menu.id,
        canteen_id=menu.canteen_id,
        service_date=menu.service_date,
        meal=menu.meal,
        capacity=menu.capacity,
        remaining=menu.capacity - menu.ordered,
        items=items,
    )
