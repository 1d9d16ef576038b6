"""Read from the orders what a meal consists of now, and what in it has to stay away from whom."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from canteen.kitchen.values import Meal, Portion
from canteen.orders import OPEN_STATES, SERVED_STATES
from canteen.orders.tables import Order
from canteen.seniors.tables import Person

_COOKED = frozenset((*OPEN_STATES, *SERVED_STATES, "no_show", "undeliverable"))


@dataclass(frozen=True, slots=True)
class Allergy:
    """Say what must not come near one diner's tray; ``clash`` is what of it is in the dishes all the same."""

    number: int
    diner_masked: str
    dishes: str
    allergens: tuple[str, ...]
    clash: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cooked:
    """Hold the portions that were ordered, and how many people came without an order."""

    portions: tuple[Portion, ...]
    walk_in_count: int


def cooked(session: Session, *, of: Meal) -> Cooked:
    """Return what is to be cooked as of now.

    An order keeps its number for good: its place among all orders of the meal, also those that were cancelled.
    """
    rows = session.scalars(
        select(Order)
        .where(Order.canteen_id == of.canteen_id, Order.service_date == of.service_date, Order.meal == of.meal)
        .options(selectinload(Order.lines))
        .order_by(Order.id)
    ).all()
    live = [(number, order) for number, order in enumerate(rows, 1) if order.state in _COOKED]
    return Cooked(
        portions=tuple(_portion(number, order) for number, order in live if order.channel != "walk_in"),
        walk_in_count=sum(order.channel == "walk_in" for _, order in live),
    )


def allergies(session: Session, *, of: Meal, portions: tuple[Portion, ...]) -> tuple[Allergy, ...]:
    """List the diners whom something harms, those first whose meal contains it; only of meals not yet handed over.

    It looks into the register, so it needs a session that may see the diners.
    """
    known = {one.ref: one for one in portions}
    rows = session.execute(
        select(Order.ref, Order.allergens, Person.allergies)
        .join(Person, Person.id == Order.person_id)
        .where(
            Order.canteen_id == of.canteen_id,
            Order.service_date == of.service_date,
            Order.meal == of.meal,
            Order.state.in_(OPEN_STATES),
        )
    )
    found = [
        Allergy(
            number=known[ref].number,
            diner_masked=known[ref].diner_masked,
            dishes=known[ref].text,
            allergens=tuple(harmful),
            clash=tuple(sorted(set(contained) & set(harmful))),
        )
        for ref, contained, harmful in rows
        if harmful and ref in known
    ]
    return tuple(sorted(found, key=lambda one: (not one.clash, one.number)))


def _portion(number: int, order: Order) -> Portion:
    return Portion(
        ref=order.ref,
        number=number,
        diner_masked=order.diner_masked,
        dishes=tuple((line.dish_name, line.quantity) for line in order.lines),
        wishes=tuple(order.flags),
        mode=order.mode,
    )
