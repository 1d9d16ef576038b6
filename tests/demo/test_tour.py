from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from canteen import checkin, demo, menus, orders, seniors, tables
from canteen.foundation.clock import service_day
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.secrecy import Vault, development_key
from tests import builders
from tests.demo.stories import MONDAY_NIGHT, a_story

pytestmark = pytest.mark.both
START = demo.opening(MONDAY_NIGHT)
NEWCOMERS = [
    "2026-11-23T03:00+08:00",
    pytest.param("2026-11-23T09:31+08:00", marks=pytest.mark.variation),
    pytest.param("2026-11-23T23:50+08:00", marks=pytest.mark.variation),
    pytest.param("2026-11-21T15:00+08:00", marks=pytest.mark.variation),
    pytest.param("2026-10-01T08:00+08:00", marks=pytest.mark.variation),
]


@pytest.fixture(scope="module")
def told(new_database):
    """Load once what many tests share."""
    with new_database() as url:
        opened = Database(url, Vault({"1": development_key("DATA_KEYS")}))
        a_story(opened, people=3, days=1)
        yield opened
        opened.dispose()


def _tour(session):
    person = session.scalars(select(seniors.Person).where(seniors.Person.name == "王秀英")).one()
    assert person.home_canteen_id is not None
    return person.id, person.home_canteen_id


def _meal(session, day, meal):
    """Name the set meal of a day for the senior of the tour."""
    person_id, canteen_id = _tour(session)
    view = menus.day(session, canteen_id=canteen_id, service_date=day, meal=meal)
    wish = orders.Wish(next(item.item_id for item in view.items if item.is_set_meal))
    named = {"person_id": person_id, "canteen_id": canteen_id, "service_date": day, "meal": meal}
    return {**named, "mode": "dine_in", "wishes": [wish]}


@pytest.mark.parametrize("at", NEWCOMERS)
def test_tour_senior_is_offered_lunch_and_dinner_and_eats_at_once(database, at):
    start = a_story(database, people=3, days=1, at=datetime.fromisoformat(at)).start
    today, tomorrow = service_day(start), service_day(start) + timedelta(days=1)
    with database.transaction(EVERYWHERE) as session:
        wanted = [_meal(session, today, "lunch"), _meal(session, today, "dinner"), _meal(session, tomorrow, "lunch")]
        offers = [orders.offer(session, **meal, at=start) for meal in wanted]
        orders.place(session, **wanted[0], channel="wechat", actor="wechat:1", at=start)
        code = builders.a_code(session, wanted[0]["person_id"], day=today, now=start)
    scan = builders.a_scan(builders.Town(wanted[0]["canteen_id"], 0, 0), code.number, now=start + timedelta(minutes=2))
    answer = checkin.redeem(database, builders.KEYS, scan)

    assert [offer.price_fen for offer in offers] == [1500, 1500, 1500]
    assert (answer.verdict, answer.reason, answer.collect_fen) == ("ok", "served", 1000)


def test_slip_of_the_tour_binds_her_daughter_by_its_scene(told):
    with told.transaction(EVERYWHERE) as session:
        bound = seniors.bind_by_scene(session, scene="bind-demo-wang-xiu-ying", account="wechat:1", at=START)

    assert isinstance(bound, seniors.Bound)


def test_slip_of_the_tour_binds_her_daughter_by_the_code_that_is_told(told):
    code = next(line for line in demo.notes() if "code" in line).rpartition("code ")[2].rstrip(".")
    with told.transaction(EVERYWHERE) as session:
        bound = seniors.bind_by_code(session, code=code, account="wechat:1", at=START)

    assert isinstance(bound, seniors.Bound)


def test_something_can_be_ordered_after_the_clock_was_moved_far_ahead(told):
    later = START + timedelta(days=60)
    with told.transaction(EVERYWHERE) as session:
        demo.extend_menus(session, at=later)
        meal = _meal(session, service_day(later) + timedelta(days=1), "lunch")

        assert orders.offer(session, **meal, at=later).price_fen == 1500


def test_menus_are_extended_once_a_day(told):
    later = START + timedelta(days=90)
    with told.transaction(EVERYWHERE) as session:
        counts = [demo.extend_menus(session, at=later) for _ in range(2)]

    assert (counts[0] > 0, counts[1]) == (True, 0)


def test_every_canteen_with_guests_has_a_menu_for_the_days_to_come(told):
    menu = tables.menus.DayMenu
    with told.reading(EVERYWHERE) as session:
        cooking = set(session.scalars(select(menu.canteen_id).where(menu.service_date > service_day(START))))
        serving = set(session.scalars(select(tables.places.MealService.canteen_id)))

    assert cooking == serving
