"""What a kitchen does when a dish runs out, cannot be cooked, made people ill, or a whole day falls away."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from canteen import audit, checkin, kitchen, menus, notices, orders, places, seniors
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Invalid, NotFound, Refused
from canteen.menus.tables import Dish, MenuItem
from canteen.orders.tables import Order
from canteen.places.tables import Canteen
from tests import builders as make

AT = make.local(make.MONDAY, 10)


@pytest.fixture
def session(database):
    with database.transaction(EVERYWHERE) as session:
        yield session


def linked(session, account, **wishes):
    person_id = make.a_senior(session, **wishes)
    seniors.link(session, person_id=person_id, account=account, proof="test", actor="x", at=make.BEFORE)
    return person_id


def told(session):
    return {one.account: (one.kind, one.content) for one in notices.due(session, at=make.NOON, limit=99)}


def acts(session, action):
    return session.scalars(select(audit.AuditRow.detail).where(audit.AuditRow.action == action)).all()


def test_a_dish_that_is_sold_out_is_ordered_by_nobody_until_it_is_back(session, town):
    def switch(is_out):
        menus.sell_out(session, canteen_id=town.canteen_id, item_id=town.item_id, is_out=is_out, actor="staff:1", at=AT)

    switch(True)
    switch(True)
    with pytest.raises(Refused, match=r"orders\.sold_out"):
        make.an_order(session, town, make.a_senior(session))
    with pytest.raises(Refused, match=r"orders\.sold_out"):
        menus.take(session, menu_id=1, portions={town.item_id: 1})
    switch(False)
    assert make.an_order(session, town, make.a_senior(session)).state == "placed"
    assert (len(acts(session, "dish_sold_out")), len(acts(session, "dish_back"))) == (1, 1)
    with pytest.raises(NotFound, match=r"menus\.no_such_item"):
        menus.sell_out(session, canteen_id=99, item_id=town.item_id, is_out=True, actor="x", at=AT)


def test_another_dish_is_told_never_dearer_and_asked_where_it_would_harm(session, town):
    """The first dish costs 18 yuan, the other one 15 and, from here on, has peanuts in it."""
    session.get(Dish, session.get(MenuItem, town.other_item_id).dish_id).allergens = ["花生"]
    fine = make.an_order(session, town, linked(session, "wechat:1"))
    harmed = make.an_order(session, town, linked(session, "wechat:2", allergies=["花生"]))
    own, meal = fine.own_fen, kitchen.Meal(town.canteen_id, make.MONDAY, "lunch")
    assert kitchen.orders_with(session, item_id=town.item_id) == [fine.ref, harmed.ref]
    done = kitchen.swap(session, of=meal, item_id=town.item_id, by=town.other_item_id, actor="staff:1", at=AT)
    fine, harmed = (orders.find(session, ref=ref) for ref in (fine.ref, harmed.ref))

    assert (done.done, done.to_ask) == ((fine.ref,), (harmed.ref,))
    assert (fine.price_fen, fine.allergens, fine.lines[0].item_id) == (1500, ["花生"], town.other_item_id)
    assert fine.own_fen < own
    assert (harmed.price_fen, harmed.lines[0].item_id) == (1800, town.item_id)
    assert [told(session)[name][0] for name in ("wechat:1", "wechat:2")] == ["dish_swapped_own", "dish_to_ask"]
    items = {item.id: item for item in session.scalars(select(MenuItem).execution_options(populate_existing=True))}
    assert (items[town.item_id].sold, items[town.other_item_id].sold) == (1, 1)
    assert items[town.item_id].sold_out_at == AT

    back = kitchen.swap(session, of=meal, item_id=town.other_item_id, by=town.item_id, actor="staff:1", at=AT)
    assert back.done == (fine.ref,)
    assert orders.find(session, ref=fine.ref).price_fen == 1500
    with pytest.raises(Invalid, match=r"kitchen\.same_dish"):
        kitchen.swap(session, of=meal, item_id=town.item_id, by=town.item_id, actor="x", at=AT)
    with pytest.raises(NotFound, match=r"menus\.no_such_item"):
        kitchen.swap(session, of=meal, item_id=town.item_id, by=999, actor="x", at=AT)


def test_a_closed_day_cancels_tells_and_names_the_nearest_canteen(session, town):
    make.an_order(session, town, linked(session, "wechat:1"))
    near, far, kitchen_only = (make.a_canteen(session) for _ in range(3))
    for canteen_id, east in ((town.canteen_id, 0), (near, 10_000), (far, 90_000), (kitchen_only, 1)):
        row = session.get(Canteen, canteen_id)
        row.latitude_e6, row.longitude_e6 = 22_540_000, 114_000_000 + east
        if canteen_id != town.canteen_id:
            make.a_menu(session, canteen_id)
    session.get(Canteen, kitchen_only).kind = "central_kitchen"
    session.flush()
    cancelled = kitchen.close(
        session, canteen_id=town.canteen_id, day=make.MONDAY, meal="lunch", reason="停电", actor="staff:1", at=AT
    )
    kind, content = told(session)["wechat:1"]

    assert [order.state for order in cancelled] == ["cancelled_by_kitchen"]
    assert kind == "kitchen_closed_nearby"
    assert content["other"] == session.get(Canteen, near).name
    assert places.closed_meals(session, canteen_id=town.canteen_id, day=make.MONDAY) == ["lunch"]
    places.close_day(session, canteen_id=near, day=make.MONDAY, reason="也停", actor="x", at=AT)
    found = kitchen.nearest(session, of=kitchen.Meal(town.canteen_id, make.MONDAY, "lunch"))
    assert (found.name, found.metres) == (session.get(Canteen, far).name, 9243)
    session.get(Canteen, far).latitude_e6 = None
    session.flush()
    unmeasured = kitchen.nearest(session, of=kitchen.Meal(town.canteen_id, make.MONDAY, "lunch"))
    assert (unmeasured.name, unmeasured.metres) == (session.get(Canteen, far).name, None)


def test_from_a_dish_to_everybody_who_ate_it_with_numbers_that_leave_a_trace(database):
    with database.transaction(EVERYWHERE) as session:
        town = make.a_town(session)
        point = make.a_canteen(session)
        session.get(Canteen, point).supplied_by_id = town.canteen_id
        eaten, undone, other, waiting = (make.a_senior(session) for _ in range(4))
        seniors.change(
            session, person_id=eaten, changes=seniors.Changes(phone="13800001234"), actor="x", at=make.BEFORE
        )
        placed = [make.an_order(session, town, person) for person in (eaten, undone, waiting)]
        placed.append(make.an_order(session, town, other, item=town.other_item_id))
        numbers = [make.a_number(session, person) for person in (eaten, undone, other)]
    for number in numbers:
        answer = checkin.redeem(database, make.KEYS, make.a_scan(town, number))
        if number == numbers[1]:
            checkin.undo(
                database, redemption_ref=answer.redemption_ref, scan_id="undo-0001", device="device-1", actor="staff:1",
                at=make.NOON, reason="打错",
            )  # fmt: skip
    dish = placed[0].dishes
    with database.transaction(EVERYWHERE) as session:
        sites = kitchen.sites_of(session, canteen_id=town.canteen_id)
        of_days = {"canteen_ids": sites, "first": make.MONDAY, "last": make.MONDAY}
        found = kitchen.eaters(session, **of_days, dish=dish)
        calls = kitchen.call_list(
            session, canteen_id=town.canteen_id, order_refs=[one.order_ref for one in found], why="incident",
            actor="staff:1", at=make.NOON,
        )  # fmt: skip

        assert sites == (town.canteen_id, point)
        assert [(one.order_ref, one.is_known) for one in found] == [(placed[0].ref, True)]
        assert [(call.name, call.phone, call.is_told) for call in calls] == [("张秀英", "13800001234", False)]
        assert acts(session, "call_list_opened") == ['{"count":1}']
        assert set(kitchen.dishes_eaten(session, **of_days)) == {dish, placed[3].dishes}
        assert not kitchen.eaters(session, **of_days, dish=dish, meal="dinner")
        assert session.scalars(select(Order.state).where(Order.ref == placed[1].ref)).one() == "placed"
