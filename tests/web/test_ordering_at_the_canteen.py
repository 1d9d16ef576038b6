"""The canteen orders for who telephones: changes too, and past the cut-off with a reason."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from canteen.foundation.db import EVERYWHERE
from canteen.orders.tables import Order
from canteen.seniors.tables import Person
from tests import builders as make

MONDAY = f"{make.MONDAY}/lunch"  # Its cut-off has passed: it is half past eleven.
NEXT_DAY = make.MONDAY.replace(day=3)
TUESDAY = f"{NEXT_DAY}/lunch"


@pytest.fixture
def person(office):
    with office.database.transaction(EVERYWHERE) as session:
        make.a_menu(session, office.town.canteen_id, day=NEXT_DAY)
        return session.get_one(Person, make.a_senior(session)).ref


def dishes(office, day):
    with office.database.reading(EVERYWHERE) as session:
        menu = make.menus.day(session, canteen_id=office.town.canteen_id, service_date=day, meal="lunch")
        return [item.item_id for item in menu.items]


def names(office, day):
    with office.database.reading(EVERYWHERE) as session:
        menu = make.menus.day(session, canteen_id=office.town.canteen_id, service_date=day, meal="lunch")
        return [item.name for item in menu.items]


def ordered(office):
    with office.database.reading(EVERYWHERE) as session:
        return [(one.dishes, one.state, one.note) for one in session.scalars(select(Order).order_by(Order.id))]


def wish(office, when, item, **more):
    with office.database.reading(EVERYWHERE) as session:
        canteen = make.places.canteen_by_id(session, canteen_id=office.town.canteen_id).ref
    return {"canteen": canteen, "when": when, "mode": "dine_in", f"item_{item}": "1", **more}


def said_yes(browser, sheet, page):
    """Press the button of what was read back, twice."""
    part = page.split("念给对方听")[1].split("</form>")[0]
    form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', part))
    form.pop("csrf_token", None)
    return [browser.send(sheet, sheet, **form).text for _ in range(2)][-1]


def test_a_caller_is_found_under_a_masked_name_and_orders_at_the_price_of_every_door(office, person):
    browser = office.browser("wang", "canteen_staff")
    page = browser.client.get("/counter/callers?q=zxy").text
    sheet = f"/office/people/{person}/orders"
    assert sheet in page
    assert "张秀英" not in page + browser.client.get(sheet).text
    assert MONDAY not in browser.client.get(sheet).text

    item = dishes(office, NEXT_DAY)[0]
    said_yes(browser, sheet, browser.send(f"{sheet}/offer", sheet, **wish(office, TUESDAY, item)).text)
    assert ordered(office) == [(names(office, NEXT_DAY)[0], "placed", "")]


def test_who_orders_the_same_meal_again_changes_it_once(office, person):
    browser, sheet = office.browser("wang", "canteen_staff"), f"/office/people/{person}/orders"
    first, second = dishes(office, NEXT_DAY)
    said_yes(browser, sheet, browser.send(f"{sheet}/offer", sheet, **wish(office, TUESDAY, first)).text)
    page = browser.send(f"{sheet}/offer", sheet, **wish(office, TUESDAY, second)).text
    one, other = names(office, NEXT_DAY)
    assert f"原来订的 {one} 就不要了" in page

    said_yes(browser, sheet, page)
    assert [order[:2] for order in ordered(office)] == [(one, "cancelled"), (other, "placed")]


def test_past_the_cut_off_only_the_manager_orders_and_says_why(office, person):
    sheet, item = f"/office/people/{person}/orders", dishes(office, make.MONDAY)[0]
    staff, manager = office.browser("wang", "canteen_staff"), office.browser("liu", "canteen_manager")
    late = wish(office, MONDAY, item, reason="女儿刚打来电话")
    assert "截单" in staff.send(f"{sheet}/offer", sheet, **late).text
    assert "截单" in staff.send(sheet, sheet, key="a", **late).text
    assert "已截单" in manager.client.get(f"{sheet}?when={MONDAY}").text
    assert "截单" in manager.send(sheet, sheet, key="a", **{**late, "reason": " "}).text
    assert ordered(office) == []

    said_yes(manager, sheet, manager.send(f"{sheet}/offer", sheet, **late).text)
    assert ordered(office) == [(names(office, make.MONDAY)[0], "placed", "女儿刚打来电话")]


def test_an_order_of_somebody_else_cannot_be_replaced(office, person):
    browser, sheet = office.browser("wang", "canteen_staff"), f"/office/people/{person}/orders"
    first, second = dishes(office, NEXT_DAY)
    with office.database.transaction(EVERYWHERE) as session:
        other = make.an_order(session, office.town, make.a_senior(session), day=NEXT_DAY, item=first).ref
    browser.send(sheet, sheet, key="a", replaces=other, **wish(office, TUESDAY, second))

    assert [state for _, state, _ in ordered(office)] == ["placed"]
