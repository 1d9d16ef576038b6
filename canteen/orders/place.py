"""Place an order, or put another in its place.

One act: portions are taken, the order and its lines are written, the quote that was read back is kept with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen import menus
from canteen.foundation.errors import Invalid, Refused
from canteen.foundation.references import new_reference
from canteen.orders.cancel import close, closing_state
from canteen.orders.find import find
from canteen.orders.offers import Offer, Request, Wish, make
from canteen.orders.tables import Order, OrderLine


def place(
    session: Session,
    *,
    person_id: int,
    canteen_id: int,
    service_date: date,
    meal: str,
    mode: str,
    wishes: Sequence[Wish],
    channel: str,
    actor: str,
    at: datetime,
    key: str | None = None,
    late_reason: str | None = None,
    diet: Sequence[str] = (),
) -> Order:
    """Place an order and return it; the same ``key`` again returns the order it made.

    Refused as `orders.offer` says, with ``orders.full`` or ``orders.sold_out`` where somebody was quicker. A late order
    needs a reason (``orders.reason_missing``) and is staff's to make.
    """
    repeated = placed_under(session, key)
    if repeated is not None:
        return repeated
    request = Request(
        person_id, canteen_id, service_date, meal, mode, tuple(wishes), is_late=_is_late(late_reason), diet=tuple(diet)
    )
    return _write(session, make(session, request, at=at), channel, actor, at, key, late_reason)


def replace(
    session: Session,
    *,
    ref: str,
    meal: str,
    mode: str,
    wishes: Sequence[Wish],
    channel: str,
    actor: str,
    at: datetime,
    key: str | None = None,
    late_reason: str | None = None,
    diet: Sequence[str] = (),
) -> Order:
    """Put another order for the same person, canteen and day in the place of one; both happen or none.

    The same ``key`` again returns the order it made. Refused as `cancel` refuses to give up the old order and as
    `place` refuses the new one.
    """
    repeated = placed_under(session, key)
    if repeated is not None:
        return repeated
    old = find(session, ref=ref, to_change=True)
    request = Request(
        old.person_id,
        old.canteen_id,
        old.service_date,
        meal,
        mode,
        tuple(wishes),
        replaces_order_id=old.id,
        is_late=_is_late(late_reason),
        diet=tuple(diet),
    )
    state = closing_state(session, old, at=at, late_reason=late_reason)
    close(session, old, state=state, channel=channel, actor=actor, at=at)
    return _write(session, make(session, request, at=at), channel, actor, at, key, late_reason)


def placed_under(session: Session, key: str | None) -> Order | None:
    """Return the order that was placed under a key, whatever became of it."""
    return None if key is None else session.scalars(select(Order).where(Order.key == key)).one_or_none()


def _is_late(late_reason: str | None) -> bool:
    if late_reason is not None and not late_reason.strip():
        raise Invalid("orders.reason_missing")
    return late_reason is not None


def _write(
    session: Session,
    offer: Offer,
    channel: str,
    actor: str,
    at: datetime,
    key: str | None,
    late_reason: str | None,
) -> Order:
    menus.take(session, menu_id=offer.menu_id, portions={line.item_id: line.quantity for line in offer.lines})
    order = _row(offer, channel, actor, at, key, late_reason)
    try:
        with session.begin_nested():
            session.add(order)
            session.flush()
    except IntegrityError as error:
        raise Refused("orders.already_ordered", meal=offer.meal, service_date=offer.service_date) from error
    return order


def _row(offer: Offer, channel: str, actor: str, at: datetime, key: str | None, late_reason: str | None) -> Order:
    return Order(
        ref=new_reference("D"),
        key=key,
        person_id=offer.person_id,
        diner_masked=offer.person_masked,
        canteen_id=offer.canteen_id,
        menu_id=offer.menu_id,
        service_date=offer.service_date,
        meal=offer.meal,
        mode=offer.mode,
        state="placed",
        state_at=at,
        state_by=actor,
        channel=channel,
        state_channel=channel,
        price_fen=offer.price_fen,
        delivery_fee_fen=offer.delivery_fee_fen,
        quote=offer.quote.to_json(),
        own_fen=offer.quote.own_fen,
        dishes=offer.dishes,
        flags=list(offer.flags),
        allergens=sorted({allergen for line in offer.lines for allergen in line.allergens}),
        note=late_reason or "",
        placed_at=at,
        in_time=offer.in_time,
        diet=offer.diet,
        lines=[
            OrderLine(item_id=line.item_id, dish_name=line.name, quantity=line.quantity, price_fen=line.price_fen)
            for line in offer.lines
        ],
    )
