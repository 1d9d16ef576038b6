"""From the log-in to the tray, as the staff see it; and the codes as a camera sees them, off screen and sheet."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from canteen import access, checkin, seniors
from canteen.foundation.db import EVERYWHERE, Database
from tests import builders as make
from tests.edges import ROOT, built, settings_for

pytestmark = pytest.mark.browser
PASSWORD = "correct-horse"
# A picture that failed is complete as well; only one that is there has a width.
ALL_DRAWN = """() => {
  const codes = [...document.querySelectorAll(".qr-image")];
  return codes.length > 0 && codes.every((code) => code.complete && code.naturalWidth > 0);
}"""


@pytest.fixture
def site(database: Database, town: make.Town, tmp_path: Path, serving) -> Iterator[str]:
    """Serve the application at half past eleven, with somebody at the counter and somebody in the office."""
    (tmp_path / "static").symlink_to(ROOT / "static")
    with database.transaction(EVERYWHERE) as session:
        access.install(session, actor="test", at=make.BEFORE)
        places = {"wang": ("canteen_staff", {"canteen_id": town.canteen_id})}
        places["chen"] = ("community_worker", {"region_code": make.FUTIAN})
        for username, (role, place) in places.items():
            staff = access.add(
                session, username=username, name="王师傅", password=PASSWORD, actor="test", at=make.BEFORE
            )
            access.give(session, ref=staff.ref, role=role, actor="test", at=make.BEFORE, **place)
        person = make.a_senior(session)
        make.an_order(session, town, person)
    for app in built(settings_for(database, tmp_path, CANTEEN_CLOCK="2026-03-02T11:30+08:00")):
        yield serving(app)


def the_guest(database):
    """Return the key, the public reference and the number of the one guest of the day."""
    with database.transaction(EVERYWHERE) as session:
        person = seniors.find_by_name(session, name="张")[0]
        return person.id, person.ref, make.a_number(session, person.id)


def log_in(page: Page, site: str, username: str, wanted: str) -> None:
    page.goto(f"{site}{wanted}")
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="进入").click()


def type_number(page: Page, number: str) -> None:
    page.get_by_role("button", name="手工输号").click()
    for digit in number:
        page.locator(f"[data-key='{digit}']").click()
    page.get_by_role("button", name="查这个号").click()


def seen(picture: bytes) -> list[str]:
    """Return the texts of the codes that a reader finds in a picture."""
    return [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))]


def test_a_number_is_typed_paid_otherwise_and_taken_only_once(site: str, database: Database, page: Page) -> None:
    _, _, number = the_guest(database)
    page.set_viewport_size({"width": 390, "height": 844})
    log_in(page, site, "wang", "/counter")
    page.wait_for_selector("[data-ready]")

    type_number(page, number)
    expect(page.locator("[data-word]")).to_have_text("可以取")
    expect(page.locator("[data-collect]")).to_have_text("收 13 元")
    expect(page.locator("[data-served]")).to_have_text("1")

    page.get_by_role("button", name="记账").click()
    expect(page.get_by_role("button", name="记账")).to_have_attribute("aria-pressed", "true")

    type_number(page, number)
    expect(page.locator("[data-word]")).to_have_text("取过了")
    expect(page.locator("[data-why]")).to_have_text("11:30 已在本食堂取走")
    expect(page.get_by_role("button", name="再打一份")).to_be_visible()


def test_the_code_on_the_rendered_page_is_read_from_the_screen(site: str, database: Database, page: Page) -> None:
    person_id, _, _ = the_guest(database)
    with database.transaction(EVERYWHERE) as session:
        token = make.a_link(session, person_id, expires_at=make.NOON + timedelta(hours=1))
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{site}/m/{token}")
    picture = page.locator("[data-qr]")
    box = picture.bounding_box()
    modules = picture.evaluate("image => image.naturalWidth")

    assert box is not None
    assert box["width"] == modules >= 288
    assert len(seen(page.screenshot(full_page=True))[0]) == checkin.PAGE_LENGTH


def test_cards_are_read_from_the_printed_sheet(site: str, database: Database, page: Page) -> None:
    _, ref, _ = the_guest(database)
    log_in(page, site, "chen", "/office/cards")
    page.locator(f"input[value='{ref}']").check()
    page.get_by_role("button", name="发卡并打印").click()
    page.wait_for_function(ALL_DRAWN)

    assert [len(text) for text in seen(page.screenshot(full_page=True))] == [checkin.CARD_LENGTH]
