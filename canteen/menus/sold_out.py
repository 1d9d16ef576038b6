"""Say that there is no more of a dish, and take it back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import audit, places
from canteen.foundation.errors import NotFound
from canteen.menus.tables import DayMenu, MenuItem


def sell_out(session: Session, *, canteen_id: int, item_id: int, is_out: bool, actor: str, at: datetime) -> MenuItem:
    """Let nobody order a dish of this canteen any more, or again; saying it twice changes nothing.

    Refuses ``menus.no_such_item``.
    """
    found = session.execute(
        select(MenuItem, DayMenu)
        .join(DayMenu, DayMenu.id == MenuItem.menu_id)
        .where(MenuItem.id == item_id, DayMenu.canteen_id == canteen_id)
        .with_for_update(of=MenuItem)
    ).one_or_none()
    if found is None:
        raise NotFound("menus.no_such_item")
    item, menu = found
    if (item.sold_out_at is not None) != is_out:
        item.sold_out_at = at if is_out else None
        session.flush()
        canteen = places.canteen_by_id(session, canteen_id=canteen_id)
        audit.record(
            session, chain=f"canteen:{canteen.ref}", at=at, actor=actor,
            action="dish_sold_out" if is_out else "dish_back", subject=menu.service_date.isoformat(),
            meal=menu.meal, dish=item.dish.name,
        )  # fmt: skip
    return item
