from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from canteen import checkin, demo, menus, orders, places, seniors, tables
from canteen.foundation.clock import service_day
from canteen.foundation.db import EVERYWHERE
from tests import builders
from tests.demo.stories import a_story

NEWCOMERS = [
    "2026-11-23T03:00+08:00",
    "2026-11-23T09:31+08:00",
    "2026-11-23T23:50+08:00",
    "2026-11-21T15:00+08:00",
    "2026-10-01T08:00+08:00",
]


@pytest.fixture(params=NEWCOMERS)
def start(request, database):
    """Start the demonstration at odd times; answers the instant that is shown."""
    return a_story(database, people=3, days=1, at=datetime.fromisoformat(request.param)).start


def _tour(session):
    person = session.scalars(select(seniors.Person).where(seniors.Person.name == "王秀英")).one()
    assert person.home_canteen_id is not None
    return person.id, person.home_canteen_id


def _wish(session, canteen_id, day, meal):
    view = menus.day(session, canteen_id=canteen_id, service_date=day, meal=meal)
    return orders.Wish(next(item.item_id for item in view.items if item.is_set_meal))


@pytest.mark.parametrize(("meal", "ahead"), [("lunch", 0), ("lunch", 1), ("dinner", 0)])
def test_tour_senior_can_order_a_meal_whenever_it_starts(database, start, meal, ahead):
    day = service_day(start) + timedelta(days=ahead)
    with database.reading(EVERYWHERE) as session:
        person_id, canteen_id = _tour(session)
        offer = orders.offer(
            session, person_id=person_id, canteen_id=canteen_id, service_date=day, meal=meal, mode="dine_in",
            wishes=[_wish(session, canteen_id, day, meal)], at=start,
        )  # fmt: skip

    assert offer.price_fen == 1500


def test_lunch_of_the_tour_is_subsidised_and_scanned_at_once(database, start):
    day = service_day(start)
    with database.transaction(EVERYWHERE) as session:
        person_id, canteen_id = _tour(session)
        orders.place(
            session, person_id=person_id, canteen_id=canteen_id, service_date=day, meal="lunch", mode="dine_in",
            wishes=[_wish(session, canteen_id, day, "lunch")], channel="wechat", actor="wechat:1", at=start,
        )  # fmt: skip
        code = builders.a_code(session, person_id, day=day, now=start)
    scan = builders.a_scan(builders.Town(canteen_id, 0, 0), code.number, now=start + timedelta(minutes=2))
    answer = checkin.redeem(database, builders.KEYS, scan)

    assert (answer.verdict, answer.reason, answer.collect_fen) == ("ok", "served", 1000)


def test_slip_of_the_tour_binds_her_daughter(database):
    start = a_story(database, people=3, days=1).start
    with database.transaction(EVERYWHERE) as session:
        bound = seniors.bind_by_scene(session, scene="bind-demo-wang-xiu-ying", account="wechat:1", at=start)

    assert bound is not None


def test_code_of_the_slip_that_is_printed_binds_too(database):
    start = a_story(database, people=3, days=1).start
    code = next(line for line in demo.notes() if "code" in line).rpartition("code ")[2].rstrip(".")
    with database.transaction(EVERYWHERE) as session:
        bound = seniors.bind_by_code(session, code=code, account="wechat:2", at=start)

    assert isinstance(bound, seniors.Bound)


def test_something_can_be_ordered_after_the_clock_was_moved_far_ahead(database):
    later = a_story(database, people=3, days=1).start + timedelta(days=60)
    with database.transaction(EVERYWHERE) as session:
        demo.extend_menus(session, at=later)
        again = demo.extend_menus(session, at=later)
        _, canteen_id = _tour(session)
        tomorrow = service_day(later) + timedelta(days=1)

        assert again == 0
        assert places.is_open(session, canteen_id=canteen_id, day=tomorrow, meal="lunch")
        assert menus.day(session, canteen_id=canteen_id, service_date=tomorrow, meal="lunch") is not None


def test_every_canteen_with_guests_has_a_menu_for_the_days_to_come(database):
    start = a_story(database, people=3, days=1).start
    menu = tables.menus.DayMenu
    with database.reading(EVERYWHERE) as session:
        cooking = set(session.scalars(select(menu.canteen_id).where(menu.service_date > service_day(start))))
        serving = set(session.scalars(select(tables.places.MealService.canteen_id)))

    assert cooking == serving
