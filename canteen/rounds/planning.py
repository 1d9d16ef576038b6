"""Plan the meals that are due: pose, solve outside of any transaction, verify, keep one version.

The work is safe to repeat and to break off: a problem that was planned already (same hash) is not planned again, a
planner that finds a newer version than the one it began with throws its own away, and whatever was not kept is found
again by the next look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import delivery, orders, places
from canteen.foundation.clock import service_day
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import Conflict, Refused
from canteen.orders.tables import Order
from canteen.places.tables import MealService
from canteen.rounds.due import Due
from canteen.rounds.keeping import Made, begin, keep, locked_round, round_on, second, version
from canteen.rounds.posing import pose
from canteen.rounds.record import record
from canteen.rounds.troubles import is_worth_a_try, note_trouble

Solve = Callable[[delivery.Case, int], delivery.Plan]
Tell = Callable[[Due, Exception], None]
_AHEAD = 2


def plan(
    database: Database, due: Due, *, actor: str, at: datetime, solve: Solve | None = None
) -> tuple[int, bool] | None:
    """Plan a meal and return the version that stands, and whether it is new; None where nothing is to be carried.

    Refusals as `pose` has them, and ``rounds.never_planned_anew`` once a plan went out. Of two planners at once one
    version is kept.
    """
    with database.transaction(EVERYWHERE) as session:
        held = begin(session, canteen_id=due.canteen_id, service_date=due.service_date, meal=due.meal)
        if held.published_version is not None:
            raise Refused("rounds.never_planned_anew")
        round_id, after = held.id, held.latest_version
        now = max(0, second(due.service_date, at))
        posed = pose(session, canteen_id=due.canteen_id, service_date=due.service_date, meal=due.meal, now=now)
        case = delivery.read_case(posed.text)
        if after and version(session, round_id=round_id, number=after).input_hash == case.input_hash:
            return after, False
    if not case.orders and not posed.shut:
        return None
    found = (solve or _solved)(case, int(posed.document["moved"]))
    made = Made(posed.document, found, "planned", shut=posed.shut, hand=delivery.nearest_neighbour(case))
    with database.transaction(EVERYWHERE) as session:
        held = locked_round(session, round_id=round_id)
        if held.latest_version != after:
            return held.latest_version, False
        kept = keep(session, held, made, after=after, actor=actor, at=at)
        record(
            session, due.canteen_id, "round.plan", subject=held.ref, actor=actor, at=at,
            version=kept.version, count=len(case.orders),
        )  # fmt: skip
        return kept.version, True


def due_now(session: Session, *, at: datetime) -> list[Due]:
    """List the meals of today and the next days whose cut-off has passed, that are not over and have no plan yet."""
    return [
        due
        for due, service in _delivering(session, at)
        if orders.cutoff(orders.hours(service), due.service_date)
        <= at
        < orders.serves_until(orders.hours(service), due.service_date)
        and _is_unplanned(session, due)
        and _has_orders(session, due)
    ]


def is_over(session: Session, due: Due, *, at: datetime) -> bool:
    """Tell whether nobody waits for a meal any more."""
    service = places.open_service(session, canteen_id=due.canteen_id, day=due.service_date, meal=due.meal)
    return service is None or at >= orders.serves_until(orders.hours(service), due.service_date) + timedelta(hours=1)


def plan_due(database: Database, *, at: datetime, tell: Tell, solve: Solve | None = None) -> int:
    """Plan every meal that is due and return how many were.

    What one meal lacks, or what breaks over it, keeps no other from being planned; it is noted and tried again.
    """
    with database.reading(EVERYWHERE) as session:
        waiting = [due for due in due_now(session, at=at) if is_worth_a_try(session, due, at=at)]
    return sum(by_itself(database, due, partial(_plan, database, due, at, solve), at=at, tell=tell) for due in waiting)


def by_itself(database: Database, due: Due, work: Callable[[], int], *, at: datetime, tell: Tell) -> int:
    """Do the work of one meal so that whatever becomes of it, the next meal has its turn; counts what was done."""
    try:
        return work()
    except Conflict:
        return 0  # Somebody was quicker: it is done.
    except Exception as error:  # Not even a broken database may cost the others their plan.
        tell(due, error)
        failed = error
    try:
        with database.transaction(EVERYWHERE) as session:
            note_trouble(session, due, failed, at=at)
    except Exception as error:  # It is in the log; the next minute tries again.
        tell(due, error)
    return 0


def _plan(database: Database, due: Due, at: datetime, solve: Solve | None) -> int:
    return int(plan(database, due, actor="job:plan", at=at, solve=solve) is not None)


def _solved(case: delivery.Case, moved: int) -> delivery.Plan:
    return delivery.solver().solve(case, budget=delivery.budget_for(len(case.orders)), moved=moved)


def _delivering(session: Session, at: datetime) -> Iterator[tuple[Due, MealService]]:
    today = service_day(at)
    for day in (today + timedelta(days=ahead) for ahead in range(_AHEAD)):
        wanted = select(MealService).where(MealService.delivers, *places.holding(day)).order_by(MealService.id)
        for service in session.scalars(wanted):
            yield Due(service.canteen_id, day, service.meal), service


def _is_unplanned(session: Session, due: Due) -> bool:
    found = round_on(session, canteen_id=due.canteen_id, service_date=due.service_date, meal=due.meal)
    return found is None or found.latest_version == 0


def _has_orders(session: Session, due: Due) -> bool:
    wanted = select(Order.id).where(
        Order.canteen_id == due.canteen_id,
        Order.service_date == due.service_date,
        Order.meal == due.meal,
        Order.mode == "delivery",
        Order.state.in_(orders.OPEN_STATES),
    )
    return session.scalars(wanted.limit(1)).first() is not None
