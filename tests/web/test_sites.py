"""Canteens, operators and regions on their pages: opened, changed, closed, within reach."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from canteen import places, tables
from canteen.foundation.db import EVERYWHERE
from tests import builders as make
from tests.web import desk

LIST, NEW, NEW_OPERATOR = "/office/canteens", "/office/canteens/new", "/office/operators/new"
LIANHUA = "440304008000"
SITE = {
    "region": LIANHUA, "kind": "canteen", "name": "莲花二村食堂", "aliases": "二村、老食堂", "opened_on": "2026-03-02",
    "address": "莲花二村 3 栋", "phone": "0755-5550123", "kitchen": "", "tender": "cash",
}  # fmt: skip
HOURS = {
    "meal": "lunch", "since": "2026-03-05", "opens": "11:00", "closes": "12:30", "cutoff_days": "0", "cutoff": "09:30",
    "capacity": "80", "weekday-1": "1", "weekday-5": "1", "dines_in": "1", "delivers": "1", "fee": "2",
}  # fmt: skip


@pytest.fixture
def admin(office):
    return desk.a_worker(office, "administrator")


def an_operator(office, region: str = make.FUTIAN, name: str = "福田餐饮") -> str:
    with office.database.transaction(EVERYWHERE) as session:
        return places.add_operator(
            session, name=name, kind="company", region_code=region, bank_account="6200000000001234", actor="test",
            at=make.BEFORE,
        ).ref  # fmt: skip


def opened(office, admin, **changes: str):
    return admin.send(NEW, f"{NEW}?region={LIANHUA}", **SITE | {"operator": an_operator(office)} | changes)


def held(office, name: str = SITE["name"]):
    with office.database.reading(EVERYWHERE) as session:
        return session.scalar(select(places.Canteen).where(places.Canteen.name == name))


def at(office, name: str = SITE["name"]) -> str:
    return f"{LIST}/{held(office, name).ref}"


def test_a_place_is_found_by_name_and_by_code(admin):
    for text in ("莲花街道", "440304008"):
        assert f"{NEW}?region={LIANHUA}" in admin.client.get(f"{NEW}?q={text}").text
    assert "没有找到" in admin.client.get(f"{NEW}?q=乌有镇").text


def test_a_place_out_of_reach_is_not_offered(admin):
    assert "正果镇" not in admin.client.get(f"{NEW}?q=正果").text.replace('value="正果"', "")
    assert "二、是什么食堂" not in admin.client.get(f"{NEW}?region=440118104000").text


def test_a_canteen_is_opened_with_its_book_and_the_audit_row(office, admin):
    page = opened(office, admin)
    assert "莲花二村食堂 已开办" in page.text
    found = held(office)
    with office.database.reading(EVERYWHERE) as session:
        assert session.scalar(select(tables.ledger.Book.seq).where(tables.ledger.Book.canteen_id == found.id)) == 0
    assert (found.region_code, found.aliases, found.opened_on) == (LIANHUA, ["二村", "老食堂"], date(2026, 3, 2))
    assert found.ref in [row.subject for row in desk.acts(office, "canteen_opened")]
    assert "莲花二村食堂" in admin.client.get(LIST).text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": "meal_point"}, "助餐点要写明由哪家中央厨房供餐"),
        ({"name": ""}, "有一栏没有填"),
        ({"opened_on": "昨天"}, "日期要写成"),
        ({"tender": "gold"}, "请从给出的几项里选一项"),
        ({"kitchen": "C-2345678923"}, "没有找到这个食堂"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_opened(office, admin, wrong, said):
    answer = opened(office, admin, **wrong)
    assert answer.status_code in {404, 422}
    assert said in answer.text
    assert held(office) is None
    if answer.status_code == 422 and "name" not in wrong:
        assert 'value="莲花二村食堂"' in answer.text


def test_a_canteen_beyond_the_office_is_not_opened(office, admin):
    answer = opened(office, admin, region="440118104000")
    assert answer.status_code == 403
    assert held(office) is None


def test_hours_are_stated_from_a_day_on_and_ended(office, admin):
    opened(office, admin)
    page = admin.send(f"{at(office)}/hours", at(office), **HOURS)
    assert "11:00–12:30" in page.text
    with office.database.reading(EVERYWHERE) as session:
        (one,) = places.all_services(session, canteen_id=held(office).id)
    assert (one.weekdays, one.packs, one.delivery_fee_fen, one.valid_from) == ("15", False, 200, date(2026, 3, 5))
    ended = admin.send(f"{at(office)}/hours/end", at(office), meal="lunch", since="2026-04-01")
    assert "2026-03-05 起 2026-03-31 止" in ended.text
    assert len(desk.acts(office, "service_ended")) == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"opens": "正午"}, "时间要写成 11:00"),
        ({"closes": "10:00"}, "对不上"),
        ({"capacity": "很多"}, "要写整数"),
        ({"fee": "两元"}, "看不懂"),
        ({"since": "2026-02-27"}, "请从今天或以后开始"),
    ],
)
def test_odd_hours_are_asked_for_again(office, admin, wrong, said):
    opened(office, admin)
    first_day = {} if "since" not in wrong else {"since": "2026-03-02"}
    admin.send(f"{at(office)}/hours", at(office), **HOURS | first_day)
    answer = admin.send(f"{at(office)}/hours", at(office), **HOURS | wrong)
    assert (answer.status_code, said in answer.text) == (422, True)


def test_a_change_is_kept_beside_what_it_was(office, admin):
    opened(office, admin)
    with office.database.reading(EVERYWHERE) as session:
        operator = places.canteen_by_id(session, canteen_id=held(office).id).operator.ref
    form = {**SITE, "operator": operator, "address": "莲花二村 5 栋"}
    admin.send(f"{at(office)}/change", at(office), **form)
    (row,) = desk.acts(office, "canteen_changed")
    assert "3 栋" in row.detail
    assert "5 栋" in row.detail


def test_a_canteen_is_closed_with_a_day_and_a_reason(office, admin):
    opened(office, admin)
    here = at(office)
    assert admin.send(f"{here}/close", here, closed_on="2026-04-01", reason="").status_code == 422
    page = admin.send(f"{here}/close", here, closed_on="2026-04-01", reason="合同到期")
    assert "2026-04-01 合同到期" in page.text
    assert "停办这家食堂" not in page.text
    assert held(office).closed_on == date(2026, 4, 1)


def test_a_canteen_of_another_district_is_not_there(office, admin):
    with office.database.transaction(EVERYWHERE) as session:
        make.a_canteen(session, region_code=desk.OTHER_DISTRICT, name="别区食堂")
    assert admin.client.get(at(office, "别区食堂")).status_code == 404
    answer = admin.send(f"{at(office, '别区食堂')}/close", LIST, closed_on="2026-04-01", reason="乱来")
    assert answer.status_code in {400, 404}
    assert held(office, "别区食堂").closed_on is None


def test_an_operator_is_entered_and_its_account_covered(office, admin):
    form = {
        "name": "康膳",
        "kind": "company",
        "region": make.FUTIAN,
        "bank_name": "样例银行",
        "bank_account": "6200 0000 0000 9876",
    }
    page = admin.send(NEW_OPERATOR, NEW_OPERATOR, **form)
    assert "尾号 9876" in page.text
    assert "62000000" not in page.text
    ref = re.search(r"F-[2-9A-Z]{10}", page.text)[0]
    opened = admin.send(f"/office/operators/{ref}/account", f"/office/operators/{ref}")
    assert "6200000000009876" in opened.text
    assert len(desk.acts(office, "bank_account_opened")) == 1


def test_contract_and_ceiling_are_dated_rows(office, admin):
    here = f"/office/operators/{an_operator(office)}"
    contract = {
        "number": "福民购〔2026〕9号",
        "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
        "evidence": "扫描件",
    }
    page = admin.send(f"{here}/contracts", here, **contract)
    assert "2026-01-01 起 2026-12-31 止" in page.text
    assert admin.send(f"{here}/contracts", here, **contract).status_code == 409
    key = re.search(r'name="contract" value="(\d+)"', page.text)[1]
    ended = admin.send(f"{here}/contracts/end", here, contract=key, last="2026-06-30", evidence="解除函")
    assert "2026-01-01 起 2026-06-30 止" in ended.text
    for price, day in (("25", "2026-01-01"), ("22.50", "2026-04-01"), ("", "2026-09-01")):
        page = admin.send(f"{here}/ceilings", here, price=price, since=day, ceiling_evidence="第 3 条")
    for said in ("每份不超过 25 元", "2026-01-01 起 2026-03-31 止", "每份不超过 22.5 元", "不限价"):
        assert said in page.text


def test_an_operator_of_another_office_is_not_there(office, admin):
    other = an_operator(office, desk.OTHER_DISTRICT, "别区餐饮")
    assert "别区餐饮" not in admin.client.get("/office/operators").text
    assert admin.client.get(f"/office/operators/{other}").status_code == 404


def test_a_development_zone_is_added_below_a_place_in_reach(office, admin):
    def enter(code, name):
        said = {"on": "2026-03-02", "document": "深府〔2026〕1号"}
        return admin.send("/office/regions", "/office/regions", code=code, name=name, **said)

    enter("440304990000", "河套合作区")
    assert "本地代码" in admin.client.get("/office/regions/search?q=河套").text
    assert enter("440304990000", "又一个").status_code == 409
    assert enter("440118990000", "别处").status_code == 403
    assert enter("44x", "乱写").status_code == 422


def test_lists_say_what_to_do_where_there_is_nothing(office):
    browser = desk.a_worker(office, "administrator", region="650000000000")
    assert "还没有食堂" in browser.client.get(LIST).text
    assert "还没有运营单位" in browser.client.get("/office/operators").text


@pytest.mark.parametrize("page", [LIST, NEW, "/office/operators", NEW_OPERATOR, "/office/regions"])
def test_only_who_keeps_the_places_comes_in(office, page):
    assert desk.a_worker(office, "accountant").client.get(page).status_code == 403
