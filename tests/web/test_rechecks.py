"""Lists of other offices on their pages: a dry run, columns that somebody explains, two people, and all of it back."""

from __future__ import annotations

import io
import re
from datetime import date

import openpyxl
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from canteen import checkin, seniors
from canteen.foundation.db import EVERYWHERE
from tests import builders as make
from tests.web import desk
from tests.web.conftest import Browser, Office

PAGE = "/office/rechecks"
TAKE = r'action="(/office/rechecks/[0-9a-f]{32})"'
COLUMNS = r'action="(/office/rechecks/[0-9a-f]{32}/columns)"'
LATE = make.at(make.MONDAY, 11, 45)


def sent(browser: Browser, content: bytes, **wishes: str) -> TestResponse:
    """Send a list for a dry run."""
    form = {
        "csrf_token": browser.token(PAGE), "region": make.FUTIAN, "about": "category:minimum_living",
        "list_day": "2026-03-02", "file": FileStorage(io.BytesIO(content), "名单.xlsx"), **wishes,
    }  # fmt: skip
    boundary, body = encode_multipart(form)
    return browser.client.post(PAGE, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def boxes(page: str) -> dict[str, str]:
    return dict(re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", page))


def categories(office: Office, ref: str) -> list[tuple[str, date | None]]:
    return [(fact.value, fact.valid_until) for fact in desk.history(office, ref) if fact.kind == "category"]


def registered(office: Office, browser: Browser, *rows: tuple[str, ...]) -> list[str]:
    """Bring people in by the office's own list, and return their references."""
    shown = desk.upload(browser, desk.a_list(*rows)).text
    browser.send(desk.way_in(shown, r'action="(/office/import/[0-9a-f]{32})"'), "/office/import")
    with office.database.reading(EVERYWHERE) as session:
        found = [seniors.find_by_document(session, document=row[1]) for row in rows]
    return [one.ref for one in found if one]


def test_a_full_list_ends_nobody_silently_and_two_people_end_the_many(office: Office) -> None:
    taker = desk.a_worker(office)
    known, missing = registered(office, taker, desk.a_row(), desk.a_row("王秀兰", 502))
    answer = sent(taker, desk.a_list(desk.a_row(), desk.a_row("李福", 503)), is_full="yes")
    assert boxes(answer.text) == {
        "新增": "0", "延期": "0", "停止": "0", "名单里没有": "1", "不变": "1", "查无此人": "1", "错误": "0",
    }  # fmt: skip
    assert "超过在册 2 人的百分之五" in answer.text
    page = taker.send(desk.way_in(answer.text, TAKE), PAGE)
    assert "1 人等着决定" in page.text
    assert categories(office, missing) == categories(office, known) == [("minimum_living", None)]
    address = page.request.path
    wish = {"line": "1", "reason": "已不在保", "ends_on": "2026-03-03", "verdict": "end"}
    assert "请另一位同事来决定" in taker.send(f"{address}/settle", address, **wish).text
    second = office.browser("second", "community_worker", region=make.FUTIAN)
    assert "已停 1 人" in second.send(f"{address}/settle", address, **wish).text
    assert categories(office, missing)[-1] == ("minimum_living", date(2026, 3, 3))
    assert "已整批撤回 1 人" in second.send(f"{address}/withdraw", address).text
    assert categories(office, missing)[-1] == ("minimum_living", None)
    assert "已撤回" in taker.client.get(PAGE).text
    stranger = office.browser("stranger", "community_worker", region=desk.OTHER_DISTRICT)
    assert stranger.client.get(address).status_code == 404
    assert office.browser("clerk", "hotline_clerk", region=make.FUTIAN).client.get(address).status_code == 403


def test_who_ate_since_keeps_the_facts_of_a_list_that_is_withdrawn(office: Office) -> None:
    browser = desk.a_worker(office)
    person, other = registered(office, browser, desk.a_row("王秀兰", 504, ""), desk.a_row("李福", 505, ""))
    rows = desk.a_row("王秀兰", 504), desk.a_row("李福", 505)
    page = browser.send(desk.way_in(sent(browser, desk.a_list(*rows), holds_to="2027-02-28").text, TAKE), PAGE)
    with office.database.transaction(EVERYWHERE) as session:
        number = make.a_number(session, desk.person_id(office, person))
    assert checkin.redeem(office.database, make.KEYS, make.a_scan(office.town, number, now=LATE)).redemption_ref
    address = page.request.path
    shown = browser.send(f"{address}/withdraw", address).text
    assert "已整批撤回 1 人，1 人没有动" in shown
    assert "在这以后用过餐" in shown
    assert categories(office, person) == [("minimum_living", date(2027, 3, 1))]
    assert [fact.withdrawn for fact in desk.history(office, other) if fact.kind == "category"] == [False, True]


def test_columns_are_explained_once_and_the_wrong_rows_come_back_with_reasons(office: Office) -> None:
    browser = desk.a_worker(office)
    registered(office, browser, desk.a_row(category=""))
    strange = renamed(desk.a_list(desk.a_row(), ("李福", "440304195005010012", "", "", "")))
    answer = sent(browser, strange)
    assert answer.status_code == 422
    assert "认不出：身份证号" in answer.text
    form = {"csrf_token": browser.token(PAGE), "heading": ["姓名", "公民编码"], "column": ["name", "document"]}
    answer = browser.client.post(desk.way_in(answer.text, COLUMNS), data=form)
    assert (boxes(answer.text)["新增"], boxes(answer.text)["错误"]) == ("1", "1")
    marked = browser.client.get(desk.way_in(answer.text, r'href="([^"]+/marked.xlsx)"'))
    sheet = openpyxl.load_workbook(io.BytesIO(marked.data)).active
    assert "校验位不对" in str(sheet.cell(3, 6).value)
    again = sent(browser, strange)
    assert (again.status_code, boxes(again.text)["错误"]) == (200, "1")
    assert len(desk.acts(office, "columns_told")) == 1
    roster = desk.upload(browser, strange)
    assert roster.status_code == 422
    answer = browser.client.post(desk.way_in(roster.text, r'action="(/office/import/[0-9a-f]{32}/columns)"'), data=form)
    assert "校验位不对" in answer.text
    assert len(desk.acts(office, "columns_told")) == 2


def renamed(content: bytes) -> bytes:
    """Give the column of identity numbers a name that nobody knows."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    book.worksheets[0]["B1"] = "公民编码"
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
