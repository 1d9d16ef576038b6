"""An edit of the holiday calendar, and two records found to be one person, are late truths too."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from canteen import checkin, ledger, places
from canteen.foundation.clock import local
from canteen.foundation.db import EVERYWHERE, Database
from tests import builders as make
from tests.settlement import late, months
from tests.settlement.late import LATER, accept, due_of, proposed
from tests.settlement.months import World

MEAL = (ledger.BUDGET_RECEIVABLE, "440300:government")
EARLIER = LATER - timedelta(hours=1)


@pytest.fixture
def world(database: Database) -> World:
    return late.a_week(database, days=3)


def _holiday(database: Database, day: date) -> None:
    row = places.DayRow(day, "statutory", "补登的假日", "样例〔2026〕1号")
    with database.transaction(EVERYWHERE) as session:
        places.add_day(session, row=row, actor="staff:admin", at=EARLIER)


def test_a_holiday_entered_late_ends_the_subsidy_of_that_day_for_all_who_ate(database, world):
    assert proposed(database) == []
    _holiday(database, world.days[1])
    found = proposed(database)
    assert {(one.service_date, one.kind) for one in found} == {(world.days[1], "clawback")}
    assert sorted(one.difference_fen for one in found) == [-1500, -1500, -500]
    assert {group.kind for group in late.waiting(database)} == {"day"}
    before = due_of(database, world.people[0])
    accept(database, found)
    assert before[MEAL] - due_of(database, world.people[0])[MEAL] == 500
    assert proposed(database) == []


def test_a_holiday_that_a_published_calendar_brings_late_is_looked_into_like_one_typed_in(database, world):
    row = places.DayRow(world.days[1], "statutory", "补登的假日", "样例〔2026〕1号")
    ahead = places.DayRow(date(2027, 10, 1), "statutory", "国庆节", "样例〔2026〕1号")
    for _ in range(2):
        with database.transaction(EVERYWHERE) as session:
            places.load_days(session, rows=[row, ahead], actor="command", at=EARLIER)
    assert {(one.service_date, one.kind) for one in proposed(database)} == {(world.days[1], "clawback")}


def test_a_holiday_taken_back_takes_its_proposals_back(database, world):
    _holiday(database, world.days[1])
    assert len(proposed(database)) == 3
    with database.transaction(EVERYWHERE) as session:
        places.remove_day(session, day=world.days[1], actor="staff:admin", at=EARLIER + timedelta(minutes=1))
    assert proposed(database) == []


def test_a_holiday_entered_before_anybody_ate_is_no_cause(database, world):
    _holiday(database, world.days[2] + timedelta(days=30))
    assert proposed(database) == []


def test_of_two_records_joined_the_meal_eaten_later_was_one_too_many(database):
    world = months.a_world(database, days=2)
    with database.transaction(EVERYWHERE) as session:
        twin = make.a_senior(session, name="李德福")
    first = months.eat(database, world, twin)
    number = _number(database, world.people[0], world.days[0])
    later = make.a_scan(world.town, number, now=local(world.days[0], 11, 45))
    second = checkin.redeem(database, make.KEYS, later).redemption_ref
    months.eat(database, world, twin, day=world.days[1])
    with database.transaction(EVERYWHERE) as session:
        checkin.merge_persons(session, person_id=twin, into_id=world.people[0], actor="staff:1", at=EARLIER)
    found = proposed(database)
    assert first != second
    assert [(one.kind, one.difference_fen, one.subject) for one in found] == [("clawback", -500, second)]
    assert {group.kind for group in late.waiting(database)} == {"join"}
    accept(database, found)
    assert due_of(database, world.people[0]).get(MEAL, 0) == 0
    assert due_of(database, twin)[MEAL] == 1000
    assert proposed(database) == []


def test_two_records_joined_that_never_met_change_no_meal(database):
    world = months.a_world(database, days=2)
    with database.transaction(EVERYWHERE) as session:
        twin = make.a_senior(session, name="李德福")
    months.eat(database, world, twin)
    months.eat(database, world, world.people[0], day=world.days[1])
    with database.transaction(EVERYWHERE) as session:
        checkin.merge_persons(session, person_id=twin, into_id=world.people[0], actor="staff:1", at=EARLIER)
    assert proposed(database) == []


def _number(database: Database, person: int, day: date) -> str:
    with database.transaction(EVERYWHERE) as session:
        return make.a_number(session, person, day=day)
