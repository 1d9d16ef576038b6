"""Keep the dishes of a canteen."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.foundation.errors import Invalid
from canteen.menus.tables import Dish


def add_dish(
    session: Session,
    *,
    canteen_id: int,
    name: str,
    price_fen: int,
    aliases: Sequence[str] = (),
    allergens: Sequence[str] = (),
    diets: Sequence[str] = (),
    is_set_meal: bool = False,
    allergens_stated: bool = False,
    energy_kcal: int | None = None,
    protein_g: int | None = None,
) -> Dish:
    """Add a dish to a canteen; ``menus.bad_dish`` where it has no name or a negative price."""
    if not name.strip() or price_fen < 0:
        raise Invalid("menus.bad_dish", name=name, price_fen=price_fen)
    dish = Dish(
        canteen_id=canteen_id,
        name=name.strip(),
        aliases=list(aliases),
        allergens=list(allergens),
        diets=list(diets),
        price_fen=price_fen,
        is_set_meal=is_set_meal,
        allergens_stated=allergens_stated,
        energy_kcal=energy_kcal,
        protein_g=protein_g,
    )
    session.add(dish)
    session.flush()
    return dish


def put_dish(
    session: Session,
    *,
    canteen_id: int,
    name: str,
    price_fen: int,
    allergens: Sequence[str] = (),
    diets: Sequence[str] = (),
    is_set_meal: bool = False,
    allergens_stated: bool = False,
    energy_kcal: int | None = None,
    protein_g: int | None = None,
) -> Dish:
    """Return the dish of that name, described anew, or add it; ``menus.bad_dish`` as `add_dish` says."""
    known = session.scalar(select(Dish).where(Dish.canteen_id == canteen_id, Dish.name == name.strip()))
    if known is None:
        return add_dish(
            session,
            canteen_id=canteen_id,
            name=name,
            price_fen=price_fen,
            allergens=allergens,
            diets=diets,
            is_set_meal=is_set_meal,
            allergens_stated=allergens_stated,
            energy_kcal=energy_kcal,
            protein_g=protein_g,
        )
    known.price_fen, known.is_set_meal, known.ended_at = price_fen, is_set_meal, None
    known.allergens, known.diets = list(allergens), list(diets)
    known.allergens_stated, known.energy_kcal, known.protein_g = allergens_stated, energy_kcal, protein_g
    session.flush()
    return known
