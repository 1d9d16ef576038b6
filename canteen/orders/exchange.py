"""Put another dish in the place of one that the kitchen cannot cook, in an order that is still open."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from canteen import menus, seniors
from canteen.foundation.errors import Invalid, Refused
from canteen.orders.find import OPEN_STATES, find
from canteen.orders.offers import reprice
from canteen.orders.tables import Order, OrderLine


@dataclass(frozen=True)
class Exchanged:
    """Say what became of an order; ``harm`` names what in the new dish its diner must not eat: nothing was changed."""

    order: Order
    own_before_fen: int
    harm: tuple[str, ...] = ()


def exchange(session: Session, *, ref: str, item_id: int, view: menus.DayView, by: int) -> Exchanged:
    """Give the diner the item ``by`` of the menu ``view`` for the item of the order, never at a higher price.

    Where the new dish would harm the diner, the order stays as it is. Refuses ``orders.not_cancellable`` once it was
    served, and ``orders.empty`` where it has no such dish.
    """
    order, new = find(session, ref=ref, to_change=True), view.item(by)
    line = next((line for line in order.lines if line.item_id == item_id), None)
    if order.state not in OPEN_STATES:
        raise Refused("orders.not_cancellable", state=order.state)
    if line is None or new is None:
        raise Invalid("orders.empty", most=0)
    person, before = seniors.person_by_id(session, person_id=order.person_id), order.own_fen
    harm = tuple(sorted(set(new.allergens) & set(person.allergies)))
    if harm:
        return Exchanged(order, before, harm)
    menus.exchange(session, old=item_id, new=by, quantity=line.quantity)
    price = min(line.price_fen, new.price_fen)
    line.item_id, line.dish_name, line.price_fen = by, new.name, price
    _write(order, view)
    reprice(session, order)
    session.flush()
    return Exchanged(order, before)


def _write(order: Order, view: menus.DayView) -> None:
    """Say in the order what its lines add up to."""
    items = [item for item in (view.item(line.item_id or 0) for line in order.lines) if item is not None]
    order.dishes = " ".join(_named(line) for line in order.lines)
    order.price_fen = sum(line.price_fen * line.quantity for line in order.lines)
    order.allergens = sorted({allergen for item in items for allergen in item.allergens})
    order.diet = next((item.diets[0] for item in items if item.is_set_meal and item.diets), "")


def _named(line: OrderLine) -> str:
    return line.dish_name if line.quantity == 1 else f"{line.dish_name}×{line.quantity}"
