"""Find what a walk-in gets: the standard set meal of the day, else the first dish that harms nobody."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, bindparam, select

from canteen.checkin.arrival import Arrival, KnownOrder
from canteen.foundation.clock import local
from canteen.foundation.prepared import Prepared
from canteen.menus.tables import DayMenu, Dish, MenuItem

_ITEMS = Prepared(
    select(DayMenu.id.label("menu_id"), Dish.name, Dish.allergens, Dish.diets, Dish.is_set_meal, MenuItem.price_fen)
    .join(MenuItem, MenuItem.menu_id == DayMenu.id)
    .join(Dish, Dish.id == MenuItem.dish_id)
    .where(
        DayMenu.canteen_id == bindparam("canteen"),
        DayMenu.service_date == bindparam("day"),
        DayMenu.meal == bindparam("meal"),
    )
    # What is sold out comes last: nobody is sent away for it.
    .order_by(MenuItem.sold_out_at.is_not(None), Dish.is_set_meal.desc(), MenuItem.position)
)


def standard_dish(connection: Connection, arrival: Arrival, *, meal: str, day: date) -> KnownOrder | None:
    """Return what a walk-in is served, as an order still to be written; None where nothing is on the menu."""
    rows = _ITEMS.all(connection, {"canteen": arrival.canteen_id, "day": day, "meal": meal})
    if not rows:
        return None
    harmless = [row for row in rows if not set(row.allergens) & arrival.allergies]
    chosen = (harmless or rows)[0]
    return KnownOrder(
        id=0,
        ref="",
        state="placed",
        state_at=local(day, 0),
        canteen_id=arrival.canteen_id,
        canteen_name=arrival.canteen_name,
        meal=meal,
        mode="dine_in",
        price_fen=chosen.price_fen,
        delivery_fee_fen=0,
        own_fen=0,
        dishes=chosen.name,
        flags=arrival.diet,
        allergens=frozenset(chosen.allergens),
        menu_id=chosen.menu_id,
        diet=chosen.diets[0] if chosen.is_set_meal and chosen.diets else "",
    )
