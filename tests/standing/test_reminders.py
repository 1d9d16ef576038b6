"""Who always orders is reminded once, in time, unless there is a reason not to; tomorrow's dishes come on request."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import replies
from canteen import menus, notices, orders, seniors, standing
from canteen.foundation.db import EVERYWHERE
from canteen.notices.tables import Notice
from canteen.standing.rules import always_orders, remind_at
from tests import builders
from tests.builders import MONDAY, at

DAYS = [MONDAY - timedelta(days=back) for back in (7, 6, 5, 4, 3)]
REMIND = at(MONDAY, 8, 30)


@pytest.mark.parametrize(
    ("ordered", "is_always"), [(DAYS, True), (DAYS[1:], True), (DAYS[2:], False), (DAYS[1:] + DAYS[1:2], True)]
)
def test_always_is_four_of_the_last_five_days(ordered, is_always):
    assert always_orders(ordered, DAYS) is is_always
    assert not always_orders(ordered, DAYS[1:]), "four days served are too few to tell"


@pytest.mark.parametrize(
    ("cutoff_at", "due"),
    [
        (at(MONDAY, 9, 30), REMIND),
        (at(MONDAY, 6), at(MONDAY - timedelta(days=1), 20)),
        (at(MONDAY, 7, 59), at(MONDAY - timedelta(days=1), 20)),
        (at(MONDAY, 22), at(MONDAY, 20)),
        (at(MONDAY, 22, 30), at(MONDAY, 20)),
    ],
)
def test_the_reminder_comes_an_hour_before_or_the_evening_before_where_people_sleep(cutoff_at, due):
    assert remind_at(cutoff_at) == due


@pytest.fixture
def session(database, nation):
    with database.transaction(EVERYWHERE) as opened:
        yield opened


@pytest.fixture
def canteen_id(session):
    builders.a_policy(session)
    made = builders.a_canteen(session, name="幸福里食堂")
    dish = menus.add_dish(session, canteen_id=made, name="红烧肉", price_fen=1800)
    for day in (*DAYS, MONDAY):
        items = [(dish.id, 1800, 50)]
        menus.offer(session, canteen_id=made, service_date=day, meal="lunch", capacity=50, items=items)
    return made


def order(session, canteen_id, person_id, day):
    item = menus.day(session, canteen_id=canteen_id, service_date=day, meal="lunch").items[0].item_id
    return builders.an_order(session, builders.Town(canteen_id, item, item), person_id, day=day)


def a_regular(session, canteen_id, account, *, days=DAYS, is_self=True):
    person_id = builders.a_senior(session, name="王秀英")
    seniors.person_by_id(session, person_id=person_id).home_canteen_id = canteen_id
    known = {"person_id": person_id, "proof": "t", "actor": "t", "at": builders.BEFORE}
    seniors.link(session, account=account, is_self=is_self, **known)
    for day in days:
        order(session, canteen_id, person_id, day)
    return person_id


def told(session):
    return session.scalars(select(Notice.account).where(Notice.kind == "cutoff_near").order_by(Notice.account)).all()


def test_only_who_always_orders_and_said_nothing_is_reminded_once_and_in_time(session, canteen_id):
    a_regular(session, canteen_id, "wechat:1")
    a_regular(session, canteen_id, "wechat:2", is_self=False)
    a_regular(session, canteen_id, "wechat:3", days=DAYS[2:])
    order(session, canteen_id, a_regular(session, canteen_id, "wechat:4"), MONDAY)
    gone = order(session, canteen_id, a_regular(session, canteen_id, "wechat:5"), MONDAY)
    orders.cancel(session, ref=gone.ref, actor="t", channel="wechat", at=at(MONDAY, 8))
    away = a_regular(session, canteen_id, "wechat:6")
    standing.pause(session, person_id=away, first_on=MONDAY, last_on=None, actor="t", at=builders.BEFORE)
    silent = a_regular(session, canteen_id, "wechat:7")
    seniors.choose_notices(session, account="wechat:7", person_ids=[silent], of_cutoff=False)

    for early in (at(MONDAY, 8, 29), at(MONDAY, 9, 30)):
        assert standing.remind(session, at=early) == 0
    assert [standing.remind(session, at=REMIND + timedelta(minutes=minutes)) for minutes in (0, 1)] == [2, 2]
    assert told(session) == ["wechat:1", "wechat:2"]
    (first, _) = notices.due(session, at=REMIND, limit=9)
    assert replies.notice(first.kind, first.content).startswith("王秀英3月 星期一（2号）午饭还没订，9:30截单。")
    assert [due.is_late for due in notices.due(session, at=at(MONDAY, 9, 30), limit=9)] == [True, True]


def test_tomorrows_dishes_go_to_whoever_asked_for_them_once(session, canteen_id):
    a_regular(session, canteen_id, "wechat:1", days=())
    asking = a_regular(session, canteen_id, "wechat:2", days=())
    seniors.choose_notices(session, account="wechat:2", person_ids=[asking], of_menu=True)
    evening = at(MONDAY - timedelta(days=1), 18)

    assert [standing.tell_of_tomorrow(session, at=evening) for _ in range(2)] == [1, 1]
    (due,) = notices.due(session, at=evening, limit=9)
    assert due.account == "wechat:2"
    assert replies.notice(due.kind, due.content).splitlines()[:2] == ["幸福里食堂3月 星期一（2号）有：", "午饭：红烧肉"]
    assert standing.tell_of_tomorrow(session, at=evening + timedelta(days=1)) == 0, "nothing is offered"
