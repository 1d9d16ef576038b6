"""Tell a courier and the packers to which door a meal is carried, as long as it is still to be carried."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import audit, places
from canteen.foundation.db import vault_of
from canteen.orders.find import OPEN_STATES
from canteen.orders.tables import Order
from canteen.seniors.tables import Person


def doors(
    session: Session, *, canteen_id: int, service_date: date, meal: str, actor: str, at: datetime
) -> dict[str, str]:
    """Return the address of each open delivery of a meal by order, empty where none is known; keep who looked.

    An address is gone from the list once the meal was handed over. It looks into the register, so it needs a session
    that may see the diners, and a canteen that the asker may see.
    """
    rows = session.execute(
        select(Order.ref, Person.address_sealed)
        .join(Person, Person.id == Order.person_id)
        .where(
            Order.canteen_id == canteen_id,
            Order.service_date == service_date,
            Order.meal == meal,
            Order.mode == "delivery",
            Order.state.in_(OPEN_STATES),
        )
    ).all()
    if not rows:
        return {}
    canteen = places.canteen_by_id(session, canteen_id=canteen_id)
    audit.record(
        session, chain=f"canteen:{canteen.ref}", at=at, actor=actor, action="doors_opened",
        subject=service_date.isoformat(), meal=meal, count=len(rows),
    )  # fmt: skip
    vault = vault_of(session)
    return {ref: vault.open(sealed) if sealed else "" for ref, sealed in rows}
