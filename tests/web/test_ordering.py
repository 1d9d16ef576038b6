"""A clerk orders for somebody who telephones: read back first, the same price and limits as at every door."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from canteen import access, orders, seniors
from canteen.foundation.db import EVERYWHERE
from canteen.orders.tables import Order
from tests import builders as make
from tests.web import desk

TUESDAY = make.MONDAY.replace(day=3)
CHOSEN = f"{TUESDAY}/lunch"


@pytest.fixture
def item(office):
    with office.database.transaction(EVERYWHERE) as session:
        return make.a_menu(session, office.town.canteen_id, day=TUESDAY)[0]


@pytest.fixture
def canteen(office):
    with office.database.reading(EVERYWHERE) as session:
        return make.places.canteen_by_id(session, canteen_id=office.town.canteen_id).ref


@pytest.fixture
def sheet(office):
    return f"/office/people/{desk.a_senior(office)}/orders"


@pytest.fixture
def clerk(office):
    return desk.a_worker(office, "hotline_clerk")


def ordered(office):
    with office.database.reading(EVERYWHERE) as session:
        return [(order.service_date, order.channel, order.state) for order in session.scalars(select(Order))]


def wish(canteen, item, **more):
    return {"canteen": canteen, "when": CHOSEN, "mode": "dine_in", f"item_{item}": "1", **more}


def test_the_sheet_lists_what_can_still_be_ordered(clerk, sheet, item):
    page = clerk.client.get(sheet).text
    assert "还没有订餐" in page
    assert f'value="{CHOSEN}"' in page
    assert f"{make.MONDAY}/lunch" not in page  # Its cut-off has passed at half past eleven.


def test_an_offer_is_read_back_and_writes_nothing(office, clerk, sheet, canteen, item):
    page = clerk.send(f"{sheet}/offer", sheet, **wish(canteen, item)).text
    assert "念给对方听" in page
    assert "您付" in page
    assert ordered(office) == []


def test_what_was_read_back_is_ordered_once_however_often_it_is_sent(office, clerk, sheet, canteen, item):
    page = clerk.send(f"{sheet}/offer", sheet, **wish(canteen, item)).text
    form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.split("念给对方听")[1]))
    form.pop("csrf_token", None)
    for _ in range(2):
        assert "订好了" in clerk.send(sheet, sheet, **form).text
    assert ordered(office) == [(TUESDAY, "phone", "placed")]


def test_the_price_is_that_of_every_door(office, clerk, sheet, canteen, item):
    clerk.send(sheet, sheet, key="a", **wish(canteen, item))
    with office.database.transaction(EVERYWHERE) as session:
        (by_phone,) = session.scalars(select(Order)).all()
        other = make.a_senior(session)
        by_chat = make.an_order(session, office.town, other, day=TUESDAY, item=item)
        assert (by_phone.price_fen, by_phone.own_fen) == (by_chat.price_fen, by_chat.own_fen)


def test_an_order_is_cancelled_before_the_cut_off_only(office, clerk, sheet, canteen, item):
    clerk.send(sheet, sheet, key="a", **wish(canteen, item))
    with office.database.reading(EVERYWHERE) as session:
        ref = session.scalars(select(Order.ref)).one()
    assert "已取消" in clerk.send(f"{sheet}/{ref}/cancel", sheet).text
    assert ordered(office) == [(TUESDAY, "phone", "cancelled")]


def test_an_order_of_somebody_else_is_not_cancelled_here(office, clerk, sheet, item):
    with office.database.transaction(EVERYWHERE) as session:
        ref = make.an_order(session, office.town, make.a_senior(session), day=TUESDAY, item=item).ref
    clerk.send(f"{sheet}/{ref}/cancel", sheet)
    assert ordered(office) == [(TUESDAY, "wechat", "placed")]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"when": f"{make.MONDAY}/lunch"}, "截单"),
        ({"when": "soon/lunch"}, ""),
        ({"when": f"{TUESDAY}/supper"}, ""),
        ({"mode": "by_air"}, ""),
        ({"item_999999999999": "1"}, ""),
        ({"item_x": "1"}, ""),
    ],
)
def test_what_cannot_be_ordered_is_said_and_not_written(office, clerk, sheet, canteen, item, changes, said):
    answer = clerk.send(sheet, sheet, key="a", **wish(canteen, item, **changes))
    assert answer.status_code in {400, 404, 409, 422}
    assert said in answer.text
    assert ordered(office) == []


def test_a_dish_that_harms_cannot_be_chosen_and_is_refused_all_the_same(office, clerk, canteen, item):
    with office.database.transaction(EVERYWHERE) as session:
        dish = session.get_one(make.menus.tables.MenuItem, item).dish
        dish.allergens = ["花生"]
        person = make.a_senior(session, allergies=["花生"])
        ref = seniors.person_by_id(session, person_id=person).ref
    sheet = f"/office/people/{ref}/orders"
    assert f'name="item_{item}"' not in clerk.client.get(f"{sheet}?when={CHOSEN}").text
    assert "含花生" in clerk.client.get(f"{sheet}?when={CHOSEN}").text
    answer = clerk.send(sheet, sheet, key="a", **wish(canteen, item))
    assert answer.status_code == 409
    assert ordered(office) == []


def test_a_clerk_of_elsewhere_finds_nobody(office, sheet):
    stranger = desk.a_worker(office, "hotline_clerk", region=desk.OTHER_DISTRICT)
    assert stranger.client.get(sheet).status_code == 404


@pytest.mark.parametrize("role", ["accountant", "auditor"])
def test_who_orders_for_nobody_has_no_sheet(office, sheet, role):
    assert desk.a_worker(office, role).client.get(sheet).status_code == 403


def test_the_persons_page_leads_to_the_sheet(office, sheet):
    page = desk.a_worker(office, "community_worker").client.get(sheet.removesuffix("/orders")).text
    assert f'href="{sheet}"' in page
    assert orders.MOST_PORTIONS == 20


def test_who_orders_for_a_canteen_orders_for_the_people_of_its_district(office, sheet):
    desk.a_worker(office, "accountant")
    with office.database.transaction(EVERYWHERE) as session:
        (accountant,) = access.listed(session)
        access.give(
            session, ref=accountant.ref, role="canteen_staff", canteen_id=office.town.canteen_id, actor="test",
            at=make.BEFORE,
        )  # fmt: skip
    assert office.entered("chen").client.get(sheet).status_code == 200
