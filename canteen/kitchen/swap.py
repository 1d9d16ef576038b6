"""Cook another dish than was ordered: exchange it, tell everybody, and name whom to ask first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import audit, menus, notices, orders, places
from canteen.foundation.clock import end_of_day
from canteen.foundation.errors import Invalid, NotFound
from canteen.foundation.money import spoken_yuan
from canteen.kitchen.calls import diners
from canteen.kitchen.values import Meal
from canteen.orders.tables import Order, OrderLine


@dataclass(frozen=True)
class Swapped:
    """Say which orders have the new dish, and which diners have to be asked since it would harm them."""

    done: tuple[str, ...]
    to_ask: tuple[str, ...]


def orders_with(session: Session, *, item_id: int) -> list[str]:
    """List the open orders that hold a dish of a menu: whom a change of it concerns."""
    return list(
        session.scalars(
            select(Order.ref)
            .join(OrderLine, OrderLine.order_id == Order.id)
            .where(OrderLine.item_id == item_id, Order.state.in_(orders.OPEN_STATES))
            .order_by(Order.id)
        )
    )


def swap(session: Session, *, of: Meal, item_id: int, by: int, actor: str, at: datetime) -> Swapped:
    """Put the item ``by`` of the same menu in the place of one in every open order, never at a higher price.

    The old dish is sold out from now on. Who must not eat the new one keeps the order as it is and is told that the
    canteen calls. It looks into the register, so it needs a session that may see the diners. Refuses
    ``menus.no_such_item`` and ``kitchen.same_dish``.
    """
    view = menus.day(session, canteen_id=of.canteen_id, service_date=of.service_date, meal=of.meal)
    old, new = (view.item(item_id), view.item(by)) if view else (None, None)
    if view is None or old is None or new is None:
        raise NotFound("menus.no_such_item")
    if old == new:
        raise Invalid("kitchen.same_dish")
    by_ref = _exchanged(session, item_id, view, by, known={})
    # An order is locked before the dishes of its menu, as a cancellation does; who was quicker comes in a second pass.
    menus.sell_out(session, canteen_id=of.canteen_id, item_id=item_id, is_out=True, actor=actor, at=at)
    by_ref = _exchanged(session, item_id, view, by, known=by_ref)
    found = list(by_ref.values())
    _tell(session, of, old.name, new.name, by_ref, at)
    canteen = places.canteen_by_id(session, canteen_id=of.canteen_id)
    audit.record(
        session, chain=f"canteen:{canteen.ref}", at=at, actor=actor, action="dish_swapped",
        subject=of.service_date.isoformat(), meal=of.meal, dish=old.name, by=new.name,
        count=sum(not one.harm for one in found), asked=sum(bool(one.harm) for one in found),
    )  # fmt: skip
    return Swapped(
        done=tuple(one.order.ref for one in found if not one.harm),
        to_ask=tuple(one.order.ref for one in found if one.harm),
    )


def _exchanged(
    session: Session, item_id: int, view: menus.DayView, by: int, *, known: dict[str, orders.Exchanged]
) -> dict[str, orders.Exchanged]:
    fresh = [ref for ref in orders_with(session, item_id=item_id) if ref not in known]
    return known | {ref: orders.exchange(session, ref=ref, item_id=item_id, view=view, by=by) for ref in fresh}


def _tell(session: Session, of: Meal, old: str, new: str, found: dict[str, orders.Exchanged], at: datetime) -> None:
    phone = places.canteen_by_id(session, canteen_id=of.canteen_id).phone
    for ref, person_id, name in diners(session, order_refs=found):
        one = found[ref]
        cheaper = one.order.own_fen != one.own_before_fen
        kind = "dish_to_ask" if one.harm else "dish_swapped_own" if cheaper else "dish_swapped"
        content = {
            "name": name,
            "day": of.service_date.isoformat(),
            "meal": of.meal,
            "old": old,
            "new": new,
            "harm": "、".join(one.harm),
            "own": spoken_yuan(one.order.own_fen),
            "phone": phone,
        }
        notices.tell(
            session, person_id=person_id, canteen_id=of.canteen_id, matter=f"swap:{ref}:{old}", kind=kind,
            content=content, at=at, until=end_of_day(of.service_date),
        )  # fmt: skip
