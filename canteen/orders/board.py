"""Show the kitchen what to cook and for whom: the orders of one meal, and the dishes summed up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from canteen.orders.find import LIVE_STATES
from canteen.orders.tables import Order


@dataclass(frozen=True)
class BoardLine:
    """Show one order as the kitchen and the counter need it: no category, no number of a person."""

    ref: str
    diner_masked: str
    dishes: str
    flags: tuple[str, ...]
    mode: str
    state: str
    own_fen: int


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
    orders = session.scalars(
        select(Order)
        .where(
            Order.canteen_id == canteen_id,
            Order.service_date == service_date,
            Order.meal == meal,
            Order.state.in_((*LIVE_STATES, "no_show", "undeliverable")),
        )
        .options(selectinload(Order.lines))
        .order_by(Order.id)
    ).all()
    dishes = Counter[str]()
    for order in orders:
        for line in order.lines:
            dishes[line.dish_name] += line.quantity
    return Board(
        service_date=service_date,
        meal=meal,
        lines=tuple(_line(order) for order in orders),
        dishes=tuple(dishes.most_common()),
        served_count=sum(order.state in ("served", "delivered") for order in orders),
        open_count=sum(order.state in ("placed", "locked") for order in orders),
    )


def _line(order: Order) -> BoardLine:
    return BoardLine(
        order.ref, order.diner_masked, order.dishes, tuple(order.flags), order.mode, order.state, order.own_fen
    )
