"""Follow the orders of today's plans: what was ordered late comes in, what was cancelled goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from canteen import orders, places
from canteen.foundation.clock import service_day
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import CanteenError
from canteen.rounds.changes import keep_up
from canteen.rounds.keeping import locked_round
from canteen.rounds.planning import Due
from canteen.rounds.tables import Round

_AFTER = timedelta(minutes=30)


def follow(database: Database, *, at: datetime, tell: Callable[[Due, CanteenError], None]) -> int:
    """Bring every plan up to date with its orders and return how many versions that took; each round by itself."""
    today = service_day(at)
    with database.reading(EVERYWHERE) as session:
        wanted = select(Round).where(Round.service_date >= today, Round.latest_version > 0).order_by(Round.id)
        waiting = [(one.id, Due(one.canteen_id, one.service_date, one.meal)) for one in session.scalars(wanted)]
    made = 0
    for round_id, due in waiting:
        try:
            with database.transaction(EVERYWHERE) as session:
                service = places.open_service(session, canteen_id=due.canteen_id, day=due.service_date, meal=due.meal)
                if service is None or at > orders.serves_until(orders.hours(service), due.service_date) + _AFTER:
                    continue
                held = locked_round(session, round_id=round_id)
                made += len(keep_up(session, held, actor="job:follow", at=at))
        except CanteenError as error:
            tell(due, error)
    return made
