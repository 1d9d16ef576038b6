"""Cook for the demonstration: the dishes of every canteen, and menus for every day of the story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen import menus, tables
from canteen.demo.sites import Food, Site, sites
from canteen.foundation.clock import service_day

AHEAD = 14
_PORTIONS = 300
_MAINS = 3


@dataclass(frozen=True)
class Kitchen:
    """Hold a canteen's key and its dishes by name; holding them spares the session from reading them again."""

    site: Site
    canteen_id: int
    dishes: dict[str, tables.menus.Dish]


def add_dishes(session: Session, *, canteen_id: int, site: Site) -> None:
    """Add every dish that a canteen cooks for any meal, once."""
    foods = {food.name: food for meal in site.foods.values() for food in meal}
    for food in foods.values():
        menus.add_dish(
            session,
            canteen_id=canteen_id,
            name=food.name,
            price_fen=food.price_fen,
            aliases=food.aliases,
            allergens=food.allergens,
            diets=food.diets,
            is_set_meal=food.is_set_meal,
            allergens_stated=True,
        )


def kitchens(session: Session) -> list[Kitchen]:
    """Return the canteens of the demonstration that cook for guests."""
    ids = {row.name: row.id for row in session.execute(select(tables.places.Canteen.name, tables.places.Canteen.id))}
    found: dict[int, dict[str, tables.menus.Dish]] = {}
    for dish in session.scalars(select(tables.menus.Dish)):
        found.setdefault(dish.canteen_id, {})[dish.name] = dish
    return [
        Kitchen(site, ids[site.name], found[ids[site.name]])
        for site in sites()
        if site.terms and ids.get(site.name) in found
    ]


def fill(session: Session, kitchen: Kitchen, *, first: date, last: date) -> int:
    """Offer menus from a day to another, both included, and return how many."""
    count = 0
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        for meal, terms in kitchen.site.terms.items():
            if str(day.isoweekday()) not in terms.weekdays:
                continue
            menus.offer(
                session,
                canteen_id=kitchen.canteen_id,
                service_date=day,
                meal=meal,
                capacity=terms.capacity,
                items=list(_items(kitchen, kitchen.site.foods[meal], day)),
            )
            count += 1
    return count


def extend_menus(session: Session, *, at: datetime) -> int:
    """Offer menus for the two weeks to come where they are missing, and return how many.

    So there is something to order however far the clock of the demonstration is moved ahead; called again it does
    nothing until a new day begins.
    """
    today = service_day(at)
    menu = tables.menus.DayMenu
    newest = session.execute(select(menu.canteen_id, func.max(menu.service_date)).group_by(menu.canteen_id))
    known = {row[0]: row[1] for row in newest}
    count = 0
    for kitchen in kitchens(session):
        after = known.get(kitchen.canteen_id, today - timedelta(days=1)) + timedelta(days=1)
        count += fill(session, kitchen, first=max(today, after), last=today + timedelta(days=AHEAD))
    return count


def _items(kitchen: Kitchen, foods: Sequence[Food], day: date) -> Iterator[tuple[int, int, int]]:
    """Choose what is cooked: the set meals and the cheap dishes always, of the dear ones the first and two in turn."""
    mains = [food for food in foods if not food.is_set_meal and food.price_fen >= 500]
    turn = day.toordinal() % max(1, len(mains) - 1)
    cooked = mains[:1] + (mains[1:] + mains[1:])[turn : turn + _MAINS - 1] if len(mains) > _MAINS else mains
    chosen = {food.name for food in cooked}
    for food in foods:
        if food.name in chosen or food not in mains:
            yield kitchen.dishes[food.name].id, food.price_fen, _PORTIONS
