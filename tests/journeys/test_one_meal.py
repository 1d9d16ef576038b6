"""One meal from the chat to the workbook: real processes, real wire, real browser."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from canteen import access
from canteen.foundation.db import EVERYWHERE, Database
from canteen.seniors.tables import Person
from tests import builders as make
from tests.journeys.running import Running, running

pytestmark = pytest.mark.browser
PASSWORD = "correct-horse"
STAFF = {"wang": "canteen_staff", "zheng": "accountant", "huang": "community_worker"}


@pytest.fixture
def world(database: Database, town: make.Town) -> str:
    """Set up one canteen with staff, an accountant and 张秀英; return her reference."""
    with database.transaction(EVERYWHERE) as session:
        access.install(session, actor="test", at=make.BEFORE)
        for username, role in STAFF.items():
            staff = access.add(
                session, username=username, name="王师傅", password=PASSWORD, actor="test", at=make.BEFORE
            )
            place = {"canteen_id": town.canteen_id} if role == "canteen_staff" else {"region_code": make.FUTIAN}
            access.give(session, ref=staff.ref, role=role, actor="test", at=make.BEFORE, **place)
        person = session.get_one(Person, make.a_senior(session))
        person.home_canteen_id = town.canteen_id
        return person.ref


@pytest.fixture
def house(world: str, database: Database, tmp_path: Path) -> Iterator[Running]:
    url = database.engine.url.render_as_string(hide_password=False)
    database.dispose()
    with running(tmp_path, url, clock="2026-03-02T08:30+08:00") as places:
        yield places


def test_a_meal_is_ordered_by_chat_eaten_by_code_and_in_the_books(house: Running, world: str, page: Page) -> None:
    scene = print_a_slip(page, house, world)
    number = order_by_chat(page, house, scene)
    scan_it_twice(page, house, number)
    find_it_in_the_statement_and_freeze(page, house)


def log_in(page: Page, house: Running, username: str, wanted: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{house.pages}/login?next={wanted}")
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="进入").click()
    page.wait_for_url(lambda address: "/login" not in address)


def print_a_slip(page: Page, house: Running, ref: str) -> str:
    """Have the community worker print the slip; WeChat draws its code."""
    log_in(page, house, "huang", f"/office/people/{ref}")
    page.get_by_role("button", name="打印绑定单").click()
    expect(page.locator("img[src^='data:image/png']")).to_be_visible()
    scenes = page.request.get(f"{house.simulator}/simulator/scenes").json()["scenes"]
    return str(scenes[0]["scene"])


def order_by_chat(page: Page, house: Running, scene: str) -> str:
    """Follow by the slip's code, order in a sentence, ask for the code; return the number."""
    phone = page.context.new_page()
    phone.goto(f"{house.simulator}/?user=senior")
    phone.get_by_role("button", name="扫一扫").first.click()
    phone.locator("#scenes button", has_text=scene).first.click()
    chat = phone.locator("#chat")
    expect(chat).to_contain_text("张秀英")
    for said, heard in (
        ("今天有什么吃的", "红烧肉"),
        ("今天中午要一份红烧肉", "您付13元"),
        ("好", "订好了"),
        ("为什么是这个价", "补贴 5 元"),
        ("取餐码", "取餐码："),
    ):
        phone.locator("#text").fill(said)
        phone.locator("#text").press("Enter")
        after = chat.locator("li.user", has_text=said).locator("~ li.account")
        expect(after.filter(has_text=heard).first).to_be_visible()
    expect(after.locator("img").last).to_be_visible(timeout=75_000)
    number = chat.get_by_text("取餐码：").last.inner_text().partition("取餐码：")[2][:9]
    phone.close()
    return "".join(character for character in number if character.isdigit())


def scan_it_twice(page: Page, house: Running, number: str) -> None:
    page.request.post(f"{house.pages}/demo/clock", data={"now": "2026-03-02T11:30:00+08:00"})
    log_in(page, house, "wang", "/counter")
    page.goto(f"{house.pages}/counter")
    for word in ("可以取", "取过了"):
        page.get_by_role("button", name="手工输号").click()
        for digit in number:
            page.locator(f"[data-key='{digit}']").click()
        page.get_by_role("button", name="查这个号").click()
        expect(page.get_by_role("status").filter(has_text=word)).to_be_visible()


def find_it_in_the_statement_and_freeze(page: Page, house: Running) -> None:
    log_in(page, house, "zheng", "/accounting/statements/current")
    expect(page.locator("tfoot").first).to_contain_text("18.00")
    page.get_by_role("link", name="逐餐明细").first.click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody a").last.click()
    expect(page.locator("body")).to_contain_text("shenzhen-city")
    page.goto(f"{house.pages}/accounting/statements/current")
    page.get_by_text("冻结结算单").first.click()
    page.get_by_role("button", name="冻结").last.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").first.click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert len(book.sheetnames) == 2
    assert book[book.sheetnames[1]].max_row >= 2
