"""The editor in a browser: form and text follow each other, prices and mistakes appear as one types."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from canteen import subsidy
from canteen.foundation.db import EVERYWHERE
from tests import builders as make

pytestmark = pytest.mark.browser

CITY = "440300000000"
CHOSEN = """() => {
  const source = document.querySelector("[data-source]");
  return source.value.slice(source.selectionStart, source.selectionEnd);
}"""


@pytest.fixture
def editor(office, serving, page: Page) -> Page:
    """Open the editor on a copy of the policy of the town; no script of it may fail."""
    office.browser("li", "accountant", region=CITY)
    address = serving(office.app)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}/login")
    token = page.input_value("[name=csrf_token]")
    page.request.post(f"{address}/demo/login", form={"csrf_token": token, "username": "li"})
    page.goto(f"{address}/policies/of/shenzhen-city")
    page.get_by_role("button", name="起草修改").click()
    page.wait_for_selector("[data-ready]")
    yield page
    assert complaints == []


def draft_of(page: Page) -> str:
    found = re.search(r"drafts/(P-\w+)/", page.url)
    assert found
    return found[1]


def amount(page: Page):
    return page.locator('[data-path="versions/0/subsidies/0/classes/1/gets/@amount"]')


def test_a_field_writes_into_the_text_and_the_prices_follow(editor: Page) -> None:
    amount(editor).fill("7.00")
    amount(editor).press("Enter")

    expect(editor.locator("[data-source]")).to_have_value(re.compile(r'gets: \{up_to: "7\.00"\}'))
    expect(editor.locator("[data-prices] tbody tr").first).to_contain_text("补 7.00")


def test_the_text_fills_the_form(editor: Page) -> None:
    source = editor.locator("[data-source]")
    source.fill(source.input_value().replace('up_to: "5.00"', 'up_to: "8.00"'))

    expect(amount(editor)).to_have_value("8.00")


def test_a_mistake_shows_its_line_and_leads_to_it(editor: Page) -> None:
    source = editor.locator("[data-source]")
    source.fill(source.input_value().replace("who: {age: 70-99}", "who: {age: 七十}"))
    way = editor.locator("[data-problems] button")
    expect(editor.locator("[data-problems]")).to_contain_text("改法")
    way.press("Enter")

    chosen = editor.evaluate(CHOSEN)
    assert "七十" in chosen


def test_a_class_is_added_and_taken_out_by_keyboard(editor: Page) -> None:
    classes = editor.locator('details[data-group*="/classes/"]')
    expect(classes).to_have_count(2)
    editor.get_by_role("button", name="加一类对象").press("Enter")
    expect(classes).to_have_count(3)
    editor.get_by_role("button", name="删去这一类").last.press("Enter")

    expect(classes).to_have_count(2)


def test_the_draft_keeps_itself_and_a_colleague_is_never_overwritten(editor: Page, office) -> None:
    source = editor.locator("[data-source]")
    source.press("Control+End")
    editor.keyboard.insert_text("# 第一句")
    editor.keyboard.press("Control+s")
    expect(editor.locator("[data-saving]")).to_contain_text("第 2 稿")
    with office.database.transaction(EVERYWHERE) as session:
        draft = subsidy.draft(session, ref=draft_of(editor))
        subsidy.save_draft(
            session, ref=draft.ref, revision=2, text=draft.text + "\n# 同事的话", document_number="",
            actor="staff:zhao", at=make.BEFORE,
        )  # fmt: skip
    source.press_sequentially("，第二句")
    editor.keyboard.press("Control+s")
    expect(editor.locator("[data-saving]")).to_contain_text("同事")
    editor.get_by_role("button", name="存草稿").click()

    expect(editor.get_by_role("heading", level=1)).to_have_text("同事刚刚也改了")
    expect(editor.locator("#text")).to_have_value(re.compile("第二句"))
    expect(editor.locator(".two-texts pre")).to_contain_text("同事的话")


def test_leaving_with_unsaved_words_is_asked_about(editor: Page) -> None:
    editor.route("**/save", lambda route: route.abort())
    asked: list[str] = []

    def answer(dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    editor.on("dialog", answer)
    editor.locator("[data-source]").press_sequentially("x")
    editor.get_by_role("link", name="看改了哪里").click()
    editor.wait_for_url(re.compile(r"drafts/P-\w+$"))

    assert asked == ["beforeunload"]


@pytest.mark.parametrize("width", [390, 1440])
def test_the_editor_never_scrolls_sideways(editor: Page, width: int) -> None:
    editor.set_viewport_size({"width": width, "height": 900})

    assert editor.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
