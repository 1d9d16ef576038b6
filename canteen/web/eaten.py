"""Show what a person ordered and ate lately, what it cost and who paid."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from canteen import seniors, tables
from canteen.http import words

_MOST = 20
_DONE = {"served", "delivered"}


def of(session: Session, found: seniors.Person) -> list[dict[str, Any]]:
    """List the latest orders with the meals that came of them, within what the asker may see."""
    order = tables.orders.Order
    wanted = select(order).where(order.person_id.in_(seniors.records_of(session, person_id=found.id)))
    latest = session.scalars(wanted.order_by(order.service_date.desc(), order.id.desc()).limit(_MOST)).all()
    meals = _meals(session, [one.id for one in latest])
    return [_row(one, meals.get(one.id)) for one in latest]


def _meals(session: Session, order_ids: list[int]) -> dict[int, Any]:
    meal, undo = tables.checkin.Redemption, tables.checkin.RedemptionUndo
    stands = ~exists().where(undo.redemption_ref == meal.ref)
    found = session.scalars(select(meal).where(meal.order_id.in_(order_ids), stands))
    return {one.order_id: one for one in found if one.order_id is not None}


def _row(order: Any, meal: Any | None) -> dict[str, Any]:
    paid = meal or order
    return {
        "day": order.service_date.isoformat(),
        "meal": words.value("meal", order.meal),
        "dishes": order.dishes,
        "mode": words.value("mode", order.mode),
        "price_fen": paid.price_fen + paid.delivery_fee_fen,
        "subsidy_fen": meal.subsidy_fen + meal.delivery_subsidy_fen if meal else None,
        "discount_fen": meal.discount_fen if meal else None,
        "own_fen": paid.own_fen,
        "status": words.value("state", order.state),
        "tone": "ok" if order.state in _DONE else "info" if order.state in {"placed", "locked"} else "",
    }
