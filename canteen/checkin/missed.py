"""Notice that a meal is over and somebody who had ordered never came, and tell the family that wants to know."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import notices, orders, places
from canteen.checkin.tables import Redemption, RedemptionUndo
from canteen.foundation.clock import service_day
from canteen.orders.tables import Order
from canteen.places.tables import MealService
from canteen.seniors.tables import FamilyLink, Person

# How long after a meal it is still worth telling; a worker that was away longer stays silent.
WITHIN = timedelta(hours=3)


def tell_missed(session: Session, *, at: datetime) -> int:
    """Tell of ordered meals that are over and were not taken, each once; return how many were told.

    A meal that is brought is told of by whoever brings it. A later scan needs no word: the family hears that it was
    taken. No order changes: whether it is a no-show is decided elsewhere.
    """
    day = service_day(at)
    over = [
        (service.canteen_id, service.meal, ends_at)
        for service in session.scalars(select(MealService).where(*places.holding(day)))
        if (ends_at := orders.serves_until(orders.hours(service), day)) <= at < ends_at + WITHIN
    ]
    return sum(_tell(session, canteen_id, meal, at) for canteen_id, meal, _ in over)


def _tell(session: Session, canteen_id: int, meal: str, at: datetime) -> int:
    taken = (
        select(Redemption.id)
        .outerjoin(RedemptionUndo, RedemptionUndo.redemption_ref == Redemption.ref)
        .where(
            Redemption.person_id == Order.person_id,
            Redemption.service_date == Order.service_date,
            Redemption.meal == Order.meal,
            RedemptionUndo.redemption_ref.is_(None),
        )
    )
    wanted = (
        select(Order.ref, Order.meal, Order.person_id, Person.name, FamilyLink.account)
        .join(Person, Person.id == Order.person_id)
        .join(FamilyLink, FamilyLink.person_id == Order.person_id)
        .where(
            Order.canteen_id == canteen_id,
            Order.service_date == service_day(at),
            Order.meal == meal,
            Order.mode != "delivery",
            Order.state.in_(orders.OPEN_STATES),
            FamilyLink.ended_at.is_(None),
            FamilyLink.told_missed,
            ~taken.exists(),
        )
    )
    phone = places.canteen_by_id(session, canteen_id=canteen_id).phone
    rows = session.execute(wanted).all()
    for row in rows:
        content = {"name": row.name, "meal": row.meal, "phone": phone}
        about = notices.About(row.person_id, canteen_id, f"missed:{row.ref}")
        notices.enqueue(
            session, key=f"missed:{row.ref}:{row.account}", account=row.account, kind="meal_missed", content=content,
            at=at, about=about,
        )  # fmt: skip
    return len(rows)
