"""Take portions off a day menu and give them back; the last one is sold once.

A conditional update takes and locks in one step, the menu's row before its items, items in the order of their keys; the
check constraints of the tables stand behind it.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import CursorResult, Update, case, update
from sqlalchemy.orm import Session

from canteen.foundation.errors import Refused
from canteen.menus.tables import DayMenu, MenuItem


def take(session: Session, *, menu_id: int, portions: Mapping[int, int]) -> None:
    """Take one order's portions by item; refused with ``orders.full`` or ``orders.sold_out``."""
    whole = update(DayMenu).where(DayMenu.id == menu_id, DayMenu.ordered < DayMenu.capacity)
    if not _changed(session, whole.values(ordered=DayMenu.ordered + 1)):
        raise Refused("orders.full")
    for item_id, quantity in sorted(portions.items()):
        item = update(MenuItem).where(
            MenuItem.id == item_id, MenuItem.sold + quantity <= MenuItem.portions, MenuItem.sold_out_at.is_(None)
        )
        if not _changed(session, item.values(sold=MenuItem.sold + quantity)):
            raise Refused("orders.sold_out", item_id=item_id)


def give_back(session: Session, *, menu_id: int, portions: Mapping[int, int]) -> None:
    """Give an order's portions back."""
    _changed(session, update(DayMenu).where(DayMenu.id == menu_id).values(ordered=DayMenu.ordered - 1))
    for item_id, quantity in sorted(portions.items()):
        _changed(session, update(MenuItem).where(MenuItem.id == item_id).values(sold=MenuItem.sold - quantity))


def exchange(session: Session, *, old: int, new: int, quantity: int) -> None:
    """Move portions from one item to another; the kitchen cooks as many of the new one as that takes."""
    _changed(session, update(MenuItem).where(MenuItem.id == old).values(sold=MenuItem.sold - quantity))
    sold = MenuItem.sold + quantity
    portions = case((sold > MenuItem.portions, sold), else_=MenuItem.portions)
    _changed(session, update(MenuItem).where(MenuItem.id == new).values(sold=sold, portions=portions))


def _changed(session: Session, statement: Update) -> bool:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return isinstance(result, CursorResult) and result.rowcount == 1
