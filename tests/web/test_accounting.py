"""The accountant's pages: from the month's total to one meal, and the workbook to file."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import openpyxl
import pytest
from sqlalchemy import select

from canteen import audit, settlement
from canteen.foundation.db import EVERYWHERE
from tests import builders as make
from tests.settlement import months
from tests.settlement.months import MONTH, World
from tests.web.conftest import Browser, Office

CELL = re.compile(r'<td class="n"><a href="([^"]+)">([^<]+)</a></td>')
PAGES = ("/accounting", "/accounting/statements", "/accounting/statements/current")


@pytest.fixture
def world(office: Office) -> World:
    return months.a_lived_month(office.database, town=office.town)


@pytest.fixture
def accountant(office: Office) -> Browser:
    return office.browser("li", "accountant", region=make.FUTIAN)


@pytest.fixture
def address(office: Office) -> str:
    with office.database.reading(EVERYWHERE) as session:
        ref = make.places.canteen_by_id(session, canteen_id=office.town.canteen_id).ref
    return f"/accounting/statements/{ref}/{MONTH}"


def cells(page: str) -> Iterator[tuple[str, str]]:
    """Find the numbers of a page that can be opened."""
    return ((unescape(href), shown) for href, shown in CELL.findall(page))


def freeze(browser: Browser, address: str):
    return browser.send(f"{address}/freeze", address)


def test_the_overview_shows_the_canteen_with_the_sums_of_the_month(accountant, world, address):
    page = accountant.client.get("/accounting").text
    view_due = re.search(r"¥ ([\d,.]+)", page)
    assert view_due
    assert view_due[1] in accountant.client.get(address).text


def test_a_scope_without_canteens_has_an_empty_overview(office):
    elsewhere = office.browser("zhao", "accountant", region="510000000000")
    assert "您的范围里还没有食堂" in elsewhere.client.get("/accounting").text
    assert elsewhere.client.get("/accounting/statements/current").location == "/accounting"


def test_the_current_statement_is_that_of_the_first_canteen_and_month(accountant, address):
    assert accountant.client.get("/accounting/statements/current").location == address
    embedded = accountant.client.get("/accounting/statements/current?embed=1")
    assert embedded.location == f"{address}?embed=1"
    assert "主菜单" not in accountant.client.get(embedded.location).text


def test_an_empty_month_is_shown_and_cannot_be_frozen(accountant, address):
    page = accountant.client.get(address).text
    assert "这个月还没有人用餐" in page
    assert "冻结结算单" not in page


def test_every_number_opens_the_meals_that_add_up_to_it(accountant, world, address):
    found = list(cells(accountant.client.get(address).text))
    assert len(found) > 20
    for href, shown in found:
        page = accountant.client.get(href).text
        assert f"小计与结算表一致：{shown}" in page, href


def test_a_number_still_agrees_after_another_meal_was_served(office, accountant, world, address):
    href, shown = next(cells(accountant.client.get(address).text))
    months.eat(office.database, world, world.people[0], again=True)
    assert f"一致：{shown}" in accountant.client.get(href).text


def test_from_the_total_to_one_meal_and_its_reasons(accountant, world, address):
    total = list(cells(accountant.client.get(address).text))[-1][0]
    meals = accountant.client.get(total).text
    ref = world.refs[0]
    assert f'href="/accounting/meals/{ref}"' in meals
    page = accountant.client.get(f"/accounting/meals/{ref}").text
    for part in (
        "这餐 18 元",
        "财政资金",
        "文号待补（2019）",
        "就餐补贴：70 至 99 岁",
        "深圳市长者助餐补贴",
        "年龄",
        "1122.02",
        "5001.02",
        "订餐（公众号）",
        "改为记账收款",
        "一分不差",
    ):
        assert part in page, part
    assert f'<a href="{address}">' in page


def test_a_name_is_never_shown_in_full(accountant, world, address):
    pages = [
        accountant.client.get(url).text for url in (address, f"{address}/meals", f"/accounting/meals/{world.refs[0]}")
    ]
    assert not any("李德福" in page for page in pages)
    assert "李*福" in pages[1]


def test_a_frozen_month_says_who_and_its_workbook_stays(office, accountant, world, address):
    assert "草稿" in accountant.client.get(address).text
    page = freeze(accountant, address).text
    assert "已冻结" in page
    assert "王师傅" in page
    first = accountant.client.get(f"{address}/workbook").data
    months.eat(office.database, world, world.people[0], again=True)
    assert accountant.client.get(f"{address}/workbook?part=1").data == first
    with office.database.reading(EVERYWHERE) as session:
        kept = settlement.statements(session, canteen_id=office.town.canteen_id, month=MONTH)
        assert [one.workbook for one in kept] == [first]
    assert "第 2 期（补充）" in accountant.client.get(address).text


def test_a_second_freeze_of_the_same_entries_is_refused_in_words(accountant, world, address):
    freeze(accountant, address)
    again = accountant.send(f"{address}/freeze", "/accounting/statements")
    assert again.status_code == 409
    assert "不用冻结" in again.text


def test_the_workbook_of_a_draft_says_so_and_opens(accountant, world, address):
    answer = accountant.client.get(f"{address}/workbook")
    assert "filename" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.data), data_only=True)
    assert "草稿" in str(book["结算表"]["A1"].value)
    assert book["逐餐明细"].max_row == 12


def test_downloads_and_freezes_are_recorded(office, accountant, world, address):
    accountant.client.get(f"{address}/workbook")
    freeze(accountant, address)
    with office.database.reading(EVERYWHERE) as session:
        actions = session.scalars(select(audit.AuditRow.action)).all()
        assert {"statement.download", "statement.freeze"} <= set(actions)
        assert list(audit.broken_rows(session)) == []


def test_the_list_holds_drafts_and_frozen_statements(accountant, world, address):
    draft = accountant.client.get("/accounting/statements?month=2026-03").text
    assert "未冻结" not in accountant.client.get("/accounting/statements?month=2026-02").text
    freeze(accountant, address)
    kept = accountant.client.get("/accounting/statements").text
    assert "未冻结" in draft
    assert f"{address}?part=1" in kept
    assert "未冻结" not in kept


def test_without_a_month_the_list_holds_the_drafts_of_every_month(office, accountant, world, address):
    with office.database.transaction(EVERYWHERE) as session:
        make.a_menu(session, office.town.canteen_id, day=date(2026, 2, 27))
    months.eat(office.database, world, world.people[0], day=date(2026, 2, 27))
    page = accountant.client.get("/accounting/statements").text
    assert page.count("未冻结") == 2
    assert page.index("2026 年 3 月") < page.index("2026 年 2 月")


def test_the_list_shows_drafts_alone_or_frozen_statements_alone(office, accountant, world, address):
    freeze(accountant, address)
    with office.database.transaction(EVERYWHERE) as session:
        make.a_menu(session, office.town.canteen_id, day=date(2026, 2, 27))
    months.eat(office.database, world, world.people[0], day=date(2026, 2, 27))
    drafts = accountant.client.get("/accounting/statements?state=draft").text
    frozen = accountant.client.get("/accounting/statements?state=frozen").text
    assert ("未冻结" in drafts, f"{address}?part=1" in drafts) == (True, False)
    assert ("未冻结" in frozen, f"{address}?part=1" in frozen) == (False, True)
    assert "还没有结算表" in accountant.client.get("/accounting/statements?state=frozen&month=2026-02").text


def test_a_colleague_elsewhere_sees_nothing(office, accountant, world, address):
    freeze(accountant, address)
    elsewhere = office.browser("zhao", "accountant", region="510000000000").client
    for url in (address, f"{address}/meals", f"{address}/workbook", f"/accounting/meals/{world.refs[0]}"):
        assert elsewhere.get(url).status_code == 404, url
    assert "幸福里" not in elsewhere.get("/accounting/statements").text


def test_a_colleague_elsewhere_cannot_freeze(office, world, address):
    elsewhere = office.browser("zhao", "accountant", region="510000000000")
    assert elsewhere.send(f"{address}/freeze", "/accounting/statements").status_code == 404


def test_a_leader_reads_and_does_not_freeze(office, world, address):
    leader = office.browser("sun", "leader", region=make.FUTIAN)
    assert "冻结结算单" not in leader.client.get(address).text
    assert leader.send(f"{address}/freeze", "/accounting/statements").status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_a_counter_has_no_accounting(office, page):
    assert office.browser("wang", "canteen_staff").client.get(page).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_who_is_not_logged_in_is_asked_to(office, page):
    assert office.stranger().get(page).status_code == 303


@pytest.mark.parametrize(
    ("query", "status"),
    [("?part=9", 404), ("/meals?page=x", 200), ("/meals?column=odd&mode=no", 200), ("?upto=1", 200)],
)
def test_an_odd_address_is_answered(accountant, world, address, query, status):
    assert accountant.client.get(address + query).status_code == status


def test_a_month_that_is_none_is_refused(accountant, address):
    assert accountant.client.get(address.replace(MONTH, "2026-14")).status_code == 422


@pytest.mark.parametrize("name", ["freeze", "reproduce"])
def test_commands_freeze_and_reproduce(office, world, address, name):
    runner, ref = office.app.test_cli_runner(), address.split("/")[3]
    frozen = runner.invoke(args=["statement", "freeze", ref, MONTH])
    assert frozen.exit_code == 0, frozen.output
    number = frozen.output.split()[0]
    again = runner.invoke(args=["statement", name, *([ref, MONTH] if name == "freeze" else [number])])
    assert (again.exit_code, "byte for byte" in again.output) == ((1, False) if name == "freeze" else (0, True))


def test_the_command_proves_the_books(office, world):
    proved = office.app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert proved.exit_code == 0, proved.output
    assert "0 findings, 0 broken audit rows" in proved.output
