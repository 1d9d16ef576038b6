"""A meal is locked and numbered once at its cut-off; what comes later is told as a change, once to each cook."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from canteen import kitchen, notices, orders, places, seniors
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Conflict, Invalid, NotFound, Refused
from canteen.kitchen.tables import PrepSheet
from canteen.orders.tables import Order
from tests import builders as make

CUTOFF = make.local(make.MONDAY, 9, 30)
LATE = CUTOFF + timedelta(minutes=40)


@pytest.fixture
def session(database):
    with database.transaction(EVERYWHERE) as session:
        yield session


@pytest.fixture
def meal(town):
    return kitchen.Meal(town.canteen_id, make.MONDAY, "lunch")


def an_order(session, town, **more):
    return make.an_order(session, town, make.a_senior(session), **more)


def cancel(session, order, at=LATE):
    orders.cancel(session, ref=order.ref, actor="staff:1", channel="staff", at=at, late_reason="住院了")


def states(session):
    return session.scalars(select(Order.state).order_by(Order.id).execution_options(populate_existing=True)).all()


def test_the_cutoff_locks_the_orders_and_numbers_the_sheet_once(session, town, meal):
    an_order(session, town)
    assert kitchen.due(session, at=CUTOFF - timedelta(seconds=1)) == []
    with pytest.raises(Refused, match=r"kitchen\.before_cutoff"):
        kitchen.lock(session, of=meal, actor="job", at=CUTOFF - timedelta(seconds=1))

    assert kitchen.due(session, at=CUTOFF) == [meal]
    first = kitchen.lock(session, of=meal, actor="job", at=CUTOFF)
    an_order_late = orders.place(
        session, person_id=make.a_senior(session), canteen_id=town.canteen_id, service_date=make.MONDAY, meal="lunch",
        mode="dine_in", wishes=[orders.Wish(town.item_id)], channel="staff", actor="staff:1", at=LATE,
        late_reason="住得远",
    )  # fmt: skip

    assert (first.number, len(first.portions)) == (1, 1)
    assert kitchen.lock(session, of=meal, actor="staff:1", at=LATE) == first
    assert kitchen.due(session, at=LATE) == []
    assert states(session) == ["locked", "placed"]
    assert [event.state for event in orders.events(session, order_id=1)] == ["placed", "locked"]
    assert [line.kind for line in changed(session, meal).lines] == ["added"]
    assert an_order_late.state == "placed"


def changed(session, meal):
    sheet = kitchen.sheet(session, of=meal)
    return kitchen.changes(sheet.portions, kitchen.cooked(session, of=meal).portions)


def test_a_later_number_takes_the_changes_in_and_the_first_one_stays(session, town, meal):
    gone, kept = an_order(session, town), an_order(session, town)
    kitchen.lock(session, of=meal, actor="job", at=CUTOFF)
    with pytest.raises(Refused, match=r"kitchen\.nothing_changed"):
        kitchen.renumber(session, of=meal, last=1, actor="staff:1", at=LATE)
    cancel(session, gone)
    second = kitchen.renumber(session, of=meal, last=1, actor="staff:1", at=LATE)

    assert [(one.ref, one.number) for one in second.portions] == [(kept.ref, 2)]
    assert not changed(session, meal).lines
    assert session.scalars(select(PrepSheet.number).order_by(PrepSheet.id)).all() == [1, 2]
    with pytest.raises(Conflict, match=r"kitchen\.numbered_meanwhile"):
        kitchen.renumber(session, of=meal, last=1, actor="staff:2", at=LATE)


def test_the_database_gives_a_number_once_and_keeps_it(session, town, meal):
    kitchen.lock(session, of=meal, actor="job", at=CUTOFF)
    row = session.scalars(select(PrepSheet)).one()
    facts = {name: getattr(row, name) for name in ("canteen_id", "service_date", "meal", "number", "locked_at")}
    for act in (
        lambda: session.add(PrepSheet(**facts, locked_by="x", portions="[]", digest="")),
        lambda: setattr(row, "portions", "[]"),
        lambda: session.delete(row),
    ):
        with pytest.raises(DBAPIError):
            flushed(session, act)
        session.expire_all()


def flushed(session, act):
    with session.begin_nested():
        act()
        session.flush()


def test_a_closed_day_a_past_meal_and_one_without_service_get_no_number(session, town, meal):
    evening = make.local(make.MONDAY, 20)
    assert kitchen.due(session, at=evening) == []
    with pytest.raises(Refused, match=r"kitchen\.not_served"):
        kitchen.lock(session, of=kitchen.Meal(town.canteen_id, make.MONDAY, "dinner"), actor="job", at=evening)
    places.close_day(session, canteen_id=town.canteen_id, day=make.MONDAY, reason="停电", actor="x", at=CUTOFF)
    assert kitchen.due(session, at=CUTOFF) == []


def test_who_must_not_eat_what_is_listed_apart_and_walk_ins_are_not_cooked_for(session, town, meal):
    order = make.an_order(session, town, make.a_senior(session, allergies=["花生", "虾"]))
    order.allergens = ["花生"]
    an_order(session, town).channel = "walk_in"
    session.flush()
    now = kitchen.cooked(session, of=meal)
    (found,) = kitchen.allergies(session, of=meal, portions=now.portions)

    assert (found.number, found.allergens, found.clash) == (1, ("花生", "虾"), ("花生",))
    assert (len(now.portions), now.walk_in_count) == (1, 1)


def test_deliveries_are_counted_by_building(session, town, meal):
    terms = make.LUNCH.__class__(**{**vars(make.LUNCH), "delivers": True})
    places.set_service(session, canteen_id=town.canteen_id, meal="lunch", terms=terms, actor="x", at=make.BEFORE)
    for address in ("莲花路 3 号 5 栋 201", "莲花路 3 号 5 栋 1202", ""):
        person_id = make.a_senior(session)
        seniors.change(
            session, person_id=person_id, changes=seniors.Changes(address=address), actor="x", at=make.BEFORE
        )
        make.an_order(session, town, person_id, mode="delivery")

    assert kitchen.by_building(session, of=meal) == (("莲花路 3 号 5 栋", 2), ("", 1))


def test_a_cook_hears_of_the_sheet_and_of_each_change_once(session, town, meal):
    code = kitchen.issue(session, canteen_id=town.canteen_id, cook="刘师傅", actor="staff:1", at=make.BEFORE)
    entered = kitchen.enter(session, code=code, account="wechat:7", at=make.BEFORE)
    assert kitchen.enter(session, code=code, account="wechat:8", at=make.BEFORE) is None
    assert kitchen.enter(session, code="12345678", account="wechat:8", at=make.BEFORE) is None
    order = an_order(session, town)
    sheet = kitchen.lock(session, of=meal, actor="job", at=CUTOFF)
    kitchen.tell(session, of=meal, sheet=sheet, at=CUTOFF)
    cancel(session, order)
    for _ in range(2):
        kitchen.tell(session, of=meal, sheet=sheet, at=LATE)

    told = notices.due(session, at=LATE, limit=9)
    assert [(one.account, one.kind) for one in told] == [("wechat:7", "prep_sheet"), ("wechat:7", "prep_gone")]
    assert told[0].content["dishes"] == f"{order.dishes} 1"
    assert [meal for meal, _ in kitchen.heard_of(session, at=LATE)] == [meal]
    assert kitchen.end(session, canteen_id=town.canteen_id, cook_id=entered.id, actor="x", at=LATE).ended_by == "x"
    with pytest.raises(NotFound, match=r"kitchen\.no_such_cook"):
        kitchen.end(session, canteen_id=town.canteen_id, cook_id=entered.id, actor="x", at=LATE)
    with pytest.raises(Invalid, match=r"kitchen\.cook_unnamed"):
        kitchen.issue(session, canteen_id=town.canteen_id, cook=" ", actor="x", at=LATE)
