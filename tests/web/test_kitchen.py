"""The kitchen reads what to cook, and offers what it will cook."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from canteen import checkin, kitchen, menus, notices, places
from canteen.cli.worker import JOBS
from canteen.foundation.db import EVERYWHERE
from canteen.menus.tables import Dish
from canteen.orders.tables import Order
from canteen.seniors.tables import Person
from tests import builders as make

TOMORROW = make.MONDAY + timedelta(days=1)


def an_order(office, **person):
    with office.database.transaction(EVERYWHERE) as session:
        person_id = make.a_senior(session, **person)
        return make.an_order(session, office.town, person_id).dishes


def the_order(office):
    with office.database.reading(EVERYWHERE) as session:
        return session.scalars(select(Order)).one()


def offered(office, day=TOMORROW):
    with office.database.reading(EVERYWHERE) as session:
        view = menus.day(session, canteen_id=office.town.canteen_id, service_date=day, meal="lunch")
        return {item.name: item for item in view.items} if view else {}


def a_row(number, name, price="16", capacity="80", tags="不含过敏原"):
    before = f"lunch-{number}"
    return {f"{before}-name": name, f"{before}-price": price, f"{before}-capacity": capacity, f"{before}-tags": tags}


def save(browser, *rows, day=TOMORROW):
    form = {name: text for row in rows for name, text in row.items()}
    return browser.send(f"/kitchen/menus?day={day}", f"/kitchen/menus?day={day}", **form)


def a_manager(office):
    return office.browser("sun", "canteen_manager")


def test_the_orders_of_the_day_are_listed_masked(office):
    dish = an_order(office)
    text = office.browser("wang", "canteen_staff").client.get("/kitchen").text

    assert dish in text
    assert "张*英" in text
    assert "张秀英" not in text


def test_the_prep_sheet_sums_the_dishes_up(office):
    dish = an_order(office)
    an_order(office, name="李福来")
    text = office.browser("wang", "canteen_staff").client.get("/kitchen/prep?meal=lunch").text

    assert f"<b>{dish}</b>" in text
    assert '<td class="n"><b>2</b></td>' in text
    assert "3月2日 9:30 截单" in text
    assert "还没有编号" in text


def test_an_allergy_that_became_known_stands_at_the_head_of_the_prep_sheet(office):
    an_order(office)
    with office.database.transaction(EVERYWHERE) as session:
        session.scalars(select(Person)).one().allergies = ["花生", "虾"]
        session.scalars(select(Order)).one().allergens = ["花生"]
    text = office.browser("wang", "canteen_staff").client.get("/kitchen/prep").text

    assert "过敏：1 号 张*英　菜里有 花生，不能给" in text


def test_a_numbered_sheet_lists_what_changed_since_and_sounds_what_is_not_wanted(office):
    dish = an_order(office)
    cook = office.browser("wang", "canteen_staff")
    numbered = cook.send("/kitchen/prep/number", "/kitchen/prep", last="0").text
    ref = the_order(office).ref
    a_manager(office).send(f"/kitchen/orders/{ref}/cancel", "/kitchen", reason="家里来接走了")
    told = cook.client.get("/kitchen/changes").json
    paper = cook.client.get("/kitchen/prep/sheet").text
    second = cook.send("/kitchen/prep/number", "/kitchen/prep", last="1").text

    assert "编好了：第 1 号，共 1 份" in numbered
    assert told == {"count": 1, "text": f"1 号 张*英 不要了：{dish}"}
    assert "不要了" in paper
    assert "－1" in paper
    assert "编好了：第 2 号，共 0 份" in second
    assert cook.client.get("/kitchen/changes").json["count"] == 0


def test_a_sheet_is_not_numbered_before_the_cutoff_or_twice_from_one_page(office):
    cook = office.browser("wang", "canteen_staff")
    early = cook.send(f"/kitchen/prep/number?day={TOMORROW}", "/kitchen/prep", last="0")
    an_order(office)
    cook.send("/kitchen/prep/number", "/kitchen/prep", last="0")
    unchanged = cook.send("/kitchen/prep/number", "/kitchen/prep", last="1")

    assert (early.status_code, unchanged.status_code) == (409, 409)
    assert "才截单" in early.text
    assert "没有变动" in unchanged.text


def test_the_job_numbers_what_is_past_its_cutoff_and_reminds_of_samples(office):
    dish = an_order(office)
    with office.database.transaction(EVERYWHERE) as session:
        code = kitchen.issue(session, canteen_id=office.town.canteen_id, cook="刘", actor="x", at=make.NOON)
        kitchen.enter(session, code=code, account="wechat:7", at=make.NOON)
    for _ in range(2):
        office.app.extensions[JOBS].number_sheets()

    with office.database.reading(EVERYWHERE) as session:
        told = {one.kind: one.content for one in notices.due(session, at=make.local(make.MONDAY, 23), limit=9)}
    assert set(told) == {"prep_sheet", "sample_missing"}
    assert dish in told["sample_missing"]["dishes"]
    assert "第 1 号 · 3月2日 11:30 编号" in office.browser("wang", "canteen_staff").client.get("/kitchen/prep").text


def test_a_cook_gets_a_number_to_send_and_is_ended(office):
    browser = a_manager(office)
    page = browser.send("/kitchen/cooks", "/kitchen/cooks", cook="刘师傅").text
    code = re.search(r"发数字 (\d{4}) (\d{4})", page)
    with office.database.transaction(EVERYWHERE) as session:
        cook_id = kitchen.enter(session, code=code[1] + code[2], account="wechat:7", at=make.NOON).id

    assert "刘师傅" in browser.client.get("/kitchen/cooks").text
    assert "以后不再发给刘师傅" in browser.send(f"/kitchen/cooks/{cook_id}/end", "/kitchen/cooks").text
    assert browser.send(f"/kitchen/cooks/{cook_id}/end", "/kitchen/cooks").status_code == 404


def test_another_day_is_empty_not_an_error(office):
    assert office.browser("wang", "canteen_staff").client.get("/kitchen?day=nonsense").status_code == 200
    assert "没有人订餐" in office.browser("li", "canteen_staff").client.get("/kitchen?day=2026-03-05").text


def test_a_new_dish_is_offered_with_price_portions_and_tags(office):
    save(a_manager(office), a_row(0, "宫保鸡丁", "16.50", "40", "套餐 含花生、软烂 450千卡 蛋白28克"))
    dish = offered(office)["宫保鸡丁"]

    assert (dish.price_fen, dish.portions, dish.is_set_meal) == (1650, 40, True)
    assert (dish.allergens, dish.diets) == (("花生",), ("软烂",))
    assert (dish.allergens_stated, dish.energy_kcal, dish.protein_g) == (True, 450, 28)


def test_the_form_shows_what_was_saved(office):
    browser = a_manager(office)
    save(browser, a_row(0, "宫保鸡丁", "16.50", "40", "含花生"))
    text = browser.client.get(f"/kitchen/menus?day={TOMORROW}").text

    assert 'value="宫保鸡丁"' in text
    assert 'value="16.5"' in text
    assert 'value="含花生"' in text


def test_a_dish_taken_off_is_offered_no_longer(office):
    browser = a_manager(office)
    save(browser, a_row(0, "宫保鸡丁"), a_row(1, "清炒菜心"))
    save(browser, a_row(0, "清炒菜心"))

    assert {name: dish.remaining for name, dish in offered(office).items()} == {"宫保鸡丁": 0, "清炒菜心": 80}
    assert "宫保鸡丁" not in browser.client.get(f"/kitchen/menus?day={TOMORROW}").text


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (a_row(0, ""), "要写菜名"),
        (a_row(0, "鱼", price="十六"), "价格写数字"),
        (a_row(0, "鱼", price="-1"), "价格写数字"),
        (a_row(0, "鱼", capacity="很多"), "份数写整数"),
        (a_row(0, "鱼", capacity=""), "份数写整数"),
        (a_row(0, "鱼", tags="少盐"), "要写含什么过敏原"),
        (a_row(0, "鱼", tags="含"), "要写含什么过敏原"),
        (a_row(0, "鱼", tags="含鱼 不含过敏原"), "就不能再写"),
    ],
)
def test_a_mistake_stands_at_its_field_and_nothing_is_saved(office, row, sentence):
    answer = save(a_manager(office), a_row(1, "清炒菜心"), row)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="清炒菜心"' in answer.text
    assert offered(office) == {}


def test_portions_do_not_fall_below_what_was_ordered(office):
    dish = an_order(office)
    answer = save(a_manager(office), a_row(0, dish, "18", "0"), day=make.MONDAY)

    assert "已订 1 份，不能再少" in answer.text


def test_a_price_above_the_contract_is_refused(office):
    with office.database.transaction(EVERYWHERE) as session:
        operator_id = places.canteen_by_id(session, canteen_id=office.town.canteen_id).operator_id
        places.set_ceiling(
            session, operator_id=operator_id, price_fen=2000, valid_from=make.MONDAY, evidence="合同第 3 条",
            actor="staff:1", at=make.BEFORE,
        )  # fmt: skip

    assert "合同规定最高 20 元" in save(a_manager(office), a_row(0, "龙虾", "99")).text


def test_staff_read_the_menu_and_change_nothing(office):
    browser = office.browser("wang", "canteen_staff")

    assert "保存菜单" not in browser.client.get("/kitchen/menus").text
    assert browser.send(f"/kitchen/menus?day={TOMORROW}", "/counter", **a_row(0, "鱼")).status_code == 403


def test_closing_a_day_cancels_what_was_ordered_and_prints_whom_to_call(office):
    an_order(office)
    browser = a_manager(office)
    before = browser.client.get("/kitchen/closing").text
    without = browser.send("/kitchen/close", "/kitchen/closing", reason=" ")
    closed = browser.send("/kitchen/close", "/kitchen/closing", reason="停电").text
    calls = browser.send("/kitchen/closed/calls", "/kitchen/closing").text
    opened = browser.send("/kitchen/reopen", "/kitchen/closing", meal="").text

    assert "已订的 1 份都取消" in before
    assert without.status_code == 422
    assert "取消了 1 份" in closed
    assert "一整天不供餐" in closed
    assert "张秀英" in calls
    assert "只能打电话" in calls
    assert "恢复供餐了" in opened
    assert the_order(office).state == "cancelled_by_kitchen"


def test_a_dish_is_sold_out_and_another_is_cooked_instead(office):
    dish = an_order(office)
    browser, item = a_manager(office), office.town.item_id
    out = browser.send(f"/kitchen/dishes/{item}/sold-out", "/kitchen/dishes", out="yes").text
    back = browser.send(f"/kitchen/dishes/{item}/sold-out", "/kitchen/dishes", out="no").text
    address = f"/kitchen/dishes/{item}/swap?meal=lunch"
    asked = browser.client.get(address).text
    same = browser.send(address, address, by=str(item))
    done = browser.send(address, address, by=str(office.town.other_item_id)).text

    assert f"{dish}卖完了" in out
    assert f"{dish}又有了" in back
    assert "已订 1 份" in asked
    assert same.status_code == 422
    assert "换好了 1 份" in done
    assert the_order(office).dishes != dish
    assert browser.client.get("/kitchen/dishes/999/swap?meal=lunch").status_code == 404


def test_who_has_to_be_asked_is_listed_to_be_called(office):
    an_order(office, allergies=["花生"])
    with office.database.transaction(EVERYWHERE) as session:
        session.scalars(select(Dish).order_by(Dish.id)).all()[1].allergens = ["花生"]
    browser = a_manager(office)
    address = f"/kitchen/dishes/{office.town.item_id}/swap?meal=lunch"
    asked = browser.send(address, address, by=str(office.town.other_item_id)).text
    calls = browser.send("/kitchen/asked", "/kitchen/asked", orders=the_order(office).ref).text

    assert "要打电话问的 1 份" in asked
    assert "张秀英" in calls


def test_from_a_dish_to_who_ate_it_and_only_for_the_manager(office):
    dish = an_order(office)
    with office.database.transaction(EVERYWHERE) as session:
        number = make.a_number(session, session.scalars(select(Person.id)).one())
    checkin.redeem(office.database, make.KEYS, make.a_scan(office.town, number, now=make.local(make.MONDAY, 11, 20)))
    browser = a_manager(office)
    address = f"/kitchen/incident?dish={dish}"

    assert "1 份吃过" in browser.client.get(address).text
    assert "张秀英" not in browser.client.get(address).text
    assert "张秀英" in browser.send(f"/kitchen/incident/calls?dish={dish}", address).text
    assert "没有人吃过" in browser.client.get("/kitchen/incident?dish=没有的菜").text
    assert office.browser("wang", "canteen_staff").client.get(address).status_code == 403


def test_the_manager_cancels_late_with_a_reason_that_stays(office):
    an_order(office)
    manager, ref = a_manager(office), the_order(office).ref
    without = manager.send(f"/kitchen/orders/{ref}/cancel", "/kitchen", reason=" ")
    assert (without.status_code, the_order(office).state) == (422, "placed")

    assert "原因记下了" in manager.send(f"/kitchen/orders/{ref}/cancel", "/kitchen", reason="家里来接走了").text
    assert (the_order(office).state, the_order(office).note) == ("cancelled_late", "家里来接走了")
    assert f"/kitchen/orders/{ref}/cancel" not in manager.client.get("/kitchen").text


def test_staff_and_another_canteens_manager_cancel_nothing_late(office):
    an_order(office)
    ref = the_order(office).ref
    with office.database.transaction(EVERYWHERE) as session:
        other = make.a_canteen(session)
    staff = office.browser("wang", "canteen_staff")
    stranger = office.browser("qian", "canteen_manager", canteen_id=other)

    assert f"/kitchen/orders/{ref}/cancel" not in staff.client.get("/kitchen").text
    assert staff.send(f"/kitchen/orders/{ref}/cancel", "/counter", reason="x").status_code == 403
    assert stranger.send(f"/kitchen/orders/{ref}/cancel", "/kitchen/menus", reason="x").status_code == 404
    assert the_order(office).state == "placed"


def test_another_canteens_manager_sees_none_of_it(office):
    dish = an_order(office)
    with office.database.transaction(EVERYWHERE) as session:
        other = make.a_canteen(session)
    browser = office.browser("qian", "canteen_manager", canteen_id=other)

    assert dish not in browser.client.get("/kitchen").text
    assert dish not in browser.client.get("/kitchen/prep").text
    assert dish not in browser.client.get("/kitchen/menus").text


def test_the_week_shows_what_is_planned_and_is_copied_to_the_next(office):
    browser = a_manager(office)
    following = make.MONDAY + timedelta(days=7)
    week = browser.client.get("/kitchen/week").text
    copied = browser.send(f"/kitchen/week/copy?day={following}", "/kitchen/week").text
    again = browser.send(f"/kitchen/week/copy?day={following}", "/kitchen/week").text

    assert "没写过敏原" in week
    assert "照抄了 1 餐" in copied
    assert "没有可照抄的" in again


def test_the_outlook_stands_beside_what_is_ordered(office):
    with office.database.transaction(EVERYWHERE) as session:
        make.a_menu(session, office.town.canteen_id, day=TOMORROW)
    text = office.browser("wang", "canteen_staff").client.get("/kitchen/outlook").text

    assert "下周估多少" in text
    assert "3-3 二 估 不知道，已订 0" in text
