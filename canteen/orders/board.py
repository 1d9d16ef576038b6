"""Show the kitchen what to cook and for whom: the orders of one meal, and the dishes summed up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.orm import Session, selectinload

from canteen.foundation.prepared import Prepared
from canteen.orders.find import OPEN_STATES, SERVED_STATES
from canteen.orders.tables import Order


@dataclass(frozen=True)
class BoardLine:
    """Show one order as the kitchen and the counter need it: no category, no number of a person.

    ``number`` is the place of the order among all of the meal, also those that were cancelled: it never changes.
    """

    ref: str
    number: int
    diner_masked: str
    dishes: str
    flags: tuple[str, ...]
    mode: str
    state: str
    own_fen: int
    channel: str


@dataclass(frozen=True)
class Counts:
    """Count the trays of one meal."""

    served: int
    open: int


@dataclass(frozen=True)
class Board:
    """Show one meal of a canteen."""

    service_date: date
    meal: str
    lines: tuple[BoardLine, ...]
    dishes: tuple[tuple[str, int], ...]
    served_count: int
    open_count: int


def board(session: Session, *, canteen_id: int, service_date: date, meal: str) -> Board:
    """Return the board of one meal, in the order in which people ordered."""
    rows = session.scalars(
        select(Order)
        .where(Order.canteen_id == canteen_id, Order.service_date == service_date, Order.meal == meal)
        .options(selectinload(Order.lines))
        .order_by(Order.id)
    ).all()
    numbered = [(number, order) for number, order in enumerate(rows, 1) if not order.state.startswith("cancelled")]
    orders = [order for _, order in numbered]
    dishes = Counter[str]()
    for order in orders:
        for line in order.lines:
            dishes[line.dish_name] += line.quantity
    return Board(
        service_date=service_date,
        meal=meal,
        lines=tuple(_line(number, order) for number, order in numbered),
        dishes=tuple(dishes.most_common()),
        served_count=sum(order.state in SERVED_STATES for order in orders),
        open_count=sum(order.state in OPEN_STATES for order in orders),
    )


_COUNTS = Prepared(
    select(Order.state, func.count().label("trays"))
    .where(
        Order.canteen_id == bindparam("canteen_id"),
        Order.service_date == bindparam("service_date"),
        Order.meal == bindparam("meal"),
    )
    .group_by(Order.state)
)


def counts(connection: Connection, *, canteen_id: int, service_date: date, meal: str) -> Counts:
    """Return how many trays of a meal are handed over and how many are still to come, from an index alone.

    Every answer to a scan carries it. It goes round the scope: the canteen must be one that the asker may see.
    """
    rows = _COUNTS.all(connection, {"canteen_id": canteen_id, "service_date": service_date, "meal": meal})
    by_state = {row.state: row.trays for row in rows}
    return Counts(
        served=sum(by_state.get(state, 0) for state in SERVED_STATES),
        open=sum(by_state.get(state, 0) for state in OPEN_STATES),
    )


def _line(number: int, order: Order) -> BoardLine:
    return BoardLine(
        ref=order.ref,
        number=number,
        diner_masked=order.diner_masked,
        dishes=order.dishes,
        flags=tuple(order.flags),
        mode=order.mode,
        state=order.state,
        own_fen=order.own_fen,
        channel=order.channel,
    )
