"""What breaks over one meal costs no other its plan, and a worker that is killed loses nothing, nor does it twice."""

from __future__ import annotations

import os
import signal
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from canteen import rounds
from canteen.foundation.db import EVERYWHERE
from canteen.rounds.tables import PlannedStop, RoundPlan
from tests import builders as make
from tests.rounds.street import CLOSED, a_street, quickly
from tests.worlds import opened


@pytest.fixture
def streets(database, town):
    """Plan for two canteens, the second without anybody in common with the first."""
    with database.transaction(EVERYWHERE) as session:
        other = make.a_canteen(session)
        items = make.a_menu(session, other)
        return [a_street(session, one, people=2, couriers=1) for one in (town, make.Town(other, *items))]


def plans(database):
    with database.reading(EVERYWHERE) as session:
        return sorted((row[0], row[1]) for row in session.execute(select(RoundPlan.canteen_id, RoundPlan.version)))


def test_what_breaks_over_one_meal_costs_no_other_its_plan_and_is_tried_again_within_a_limit(database, streets):
    broken, whole = streets
    failed = []

    def solve(case, moved):
        if broken.orders[0] in case.orders:
            raise OperationalError("SELECT 1", {}, Exception("disk I/O error"))
        return quickly(case, moved)

    def look(minutes):
        at = CLOSED + timedelta(minutes=minutes)
        return rounds.plan_due(database, at=at, tell=lambda due, error: failed.append(type(error)), solve=solve)

    assert look(0) == 1
    assert plans(database) == [(whole.due.canteen_id, 1)]
    assert [look(minutes) for minutes in range(121)] == [0] * 121
    assert failed == [OperationalError] * 6
    with database.reading(EVERYWHERE) as session:
        trouble = rounds.trouble_of(session, broken.due)
        assert (trouble.reason, trouble.tries, trouble.next_at) == ("unknown", 6, None)
        assert rounds.trouble_of(session, whole.due) is None


def test_a_worker_that_is_killed_loses_no_plan_and_makes_none_twice(database, streets):
    address = database.engine.url.render_as_string(hide_password=False)
    child = os.fork()
    if not child:
        _work_until_killed(address, streets[1].orders[0])
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert plans(database) == [(streets[0].due.canteen_id, 1)]
    for _ in range(2):
        rounds.plan_due(database, at=CLOSED, tell=lambda due, error: pytest.fail(str(error)), solve=quickly)
    assert plans(database) == [(one.due.canteen_id, 1) for one in streets]
    with database.reading(EVERYWHERE) as session:
        assert len(session.scalars(select(PlannedStop.order_id)).all()) == 4


def _work_until_killed(address, order):
    """Be a worker that is killed in the middle of its second meal."""

    def solve(case, moved):
        if order in case.orders:
            os.kill(os.getpid(), signal.SIGKILL)
        return quickly(case, moved)

    try:
        rounds.plan_due(opened(address), at=CLOSED, tell=lambda due, error: None, solve=solve)
    finally:
        os._exit(1)
