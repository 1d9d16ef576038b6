"""Follow the orders of today's plans: what was ordered late comes in, what was cancelled goes."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import orders, places
from canteen.foundation.clock import service_day
from canteen.foundation.db import EVERYWHERE, Database
from canteen.orders.tables import Order
from canteen.places.tables import MealService
from canteen.rounds.changes import is_behind, keep_up
from canteen.rounds.due import Due
from canteen.rounds.keeping import locked_round
from canteen.rounds.planning import Tell, by_itself
from canteen.rounds.tables import DoorEvent, Round

_AFTER = timedelta(minutes=30)
_OVER = timedelta(minutes=60)


def _bring_back(database: Database, at: datetime, tell: Tell) -> None:
    """Note as undeliverable what nobody opened for, an hour after the meal; until then the courier may try again."""
    wanted = (
        select(Order, MealService)
        .join(DoorEvent, DoorEvent.order_id == Order.id)
        .join(MealService, (MealService.canteen_id == Order.canteen_id) & (MealService.meal == Order.meal))
        .where(
            DoorEvent.event.in_(("no_answer", "failed")),
            Order.state.in_(orders.OPEN_STATES),
            Order.service_date <= service_day(at),
            MealService.valid_from <= Order.service_date,
            (MealService.valid_until.is_(None)) | (MealService.valid_until > Order.service_date),
        )
    )
    with database.reading(EVERYWHERE) as session:
        over = {
            order.ref: Due(order.canteen_id, order.service_date, order.meal)
            for order, service in session.execute(wanted)
            if at >= orders.serves_until(orders.hours(service), order.service_date) + _OVER
        }
    for ref, due in sorted(over.items()):
        by_itself(database, due, partial(_give_up, database, ref, at), at=at, tell=tell)


def _give_up(database: Database, ref: str, at: datetime) -> int:
    with database.transaction(EVERYWHERE) as session:
        orders.give_up(session, ref=ref, actor="job:follow", at=at)
    return 1


def follow(database: Database, *, at: datetime, tell: Tell) -> int:
    """Bring every plan up to date with its orders and return how many versions that took; each round by itself."""
    _bring_back(database, at, tell)
    today = service_day(at)
    with database.reading(EVERYWHERE) as session:
        wanted = select(Round).where(Round.service_date >= today, Round.latest_version > 0).order_by(Round.id)
        waiting = [(one.id, Due(one.canteen_id, one.service_date, one.meal)) for one in session.scalars(wanted)]
    return sum(
        by_itself(database, due, partial(_catch_up, database, round_id, due, at), at=at, tell=tell)
        for round_id, due in waiting
    )


def _catch_up(database: Database, round_id: int, due: Due, at: datetime) -> int:
    with database.reading(EVERYWHERE) as session:
        if not _is_served(session, due, at) or not is_behind(session, session.get_one(Round, round_id)):
            return 0
    with database.transaction(EVERYWHERE) as session:
        held = locked_round(session, round_id=round_id)
        return len(keep_up(session, held, actor="job:follow", at=at))


def _is_served(session: Session, due: Due, at: datetime) -> bool:
    service = places.open_service(session, canteen_id=due.canteen_id, day=due.service_date, meal=due.meal)
    return service is not None and at <= orders.serves_until(orders.hours(service), due.service_date) + _AFTER
