"""Lists of people come in whole, or not at all."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import openpyxl
import pytest
from xlsxwriter import Workbook

from canteen.foundation import clock
from canteen.foundation.errors import NotFound
from canteen.foundation.secrecy import Vault, development_key
from canteen.web.uploads import KEPT_FOR, Shelf
from tests import builders as make
from tests.web import desk

WRONG = ("李福", "440304195005010012", "13900001111", "低保", "福田区")
CONFIRM = r'action="(/office/import/[0-9a-f]{32})"'
MARKED = r'href="(/office/import/[0-9a-f]{32}/marked\.xlsx)"'


def boxes(page):
    return [page.split(f"<dt>{label}</dt><dd>")[1].split("<")[0] for label in ("新增", "更新", "不变", "错误")]


def far_away():
    """Write a workbook of some kilobytes with a cell in the last row and column."""
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        page = book.add_worksheet("名单")
        page.write(0, 0, "姓名")
        page.write(1_048_575, 16_383, "x")
    return content.getvalue()


def bomb():
    """Pack 200 MB of nothing into some kilobytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (200 << 20))
    return content.getvalue()


def test_a_dry_run_counts_and_changes_nothing(office):
    answer = desk.upload(desk.a_worker(office), desk.a_list(desk.a_row(), desk.a_row("王秀兰", 502)))

    assert boxes(answer.text) == ["2", "0", "0", "0"]
    assert desk.people_count(office) == 0


def test_a_confirmed_list_is_taken_over_and_kept_in_the_books(office):
    browser = desk.a_worker(office)
    shown = desk.upload(browser, desk.a_list(desk.a_row(), desk.a_row("王秀兰", 502))).text
    answer = browser.send(desk.way_in(shown, CONFIRM), "/office/import")

    assert "导入完成：新增 2 人" in answer.text
    assert desk.people_count(office) == 2
    assert len(desk.acts(office, "roster_applied")) == 1


def test_categories_of_a_list_are_those_that_policies_speak_of(office):
    browser = desk.a_worker(office)
    shown = desk.upload(browser, desk.a_list(desk.a_row(category="低保对象"))).text
    browser.send(desk.way_in(shown, CONFIRM), "/office/import")
    ref = desk.way_in(browser.client.get("/office/people").text, r'href="/office/people/(P-[^"/]+)"')

    assert "minimum_living" in [fact.value for fact in desk.history(office, ref)]


def test_a_list_confirmed_twice_is_taken_once(office):
    browser = desk.a_worker(office)
    way = desk.way_in(desk.upload(browser, desk.a_list(desk.a_row())).text, CONFIRM)
    browser.send(way, "/office/import")
    again = browser.send(way, "/office/import")

    assert again.status_code == 404
    assert len(desk.acts(office, "roster_applied")) == 1


def test_a_wrong_row_keeps_the_whole_list_out(office):
    answer = desk.upload(desk.a_worker(office), desk.a_list(desk.a_row(), WRONG))

    assert boxes(answer.text)[3] == "1"
    assert "第 3 行 身份证号 校验位不对" in answer.text
    assert "440304195005010012" not in answer.text
    assert "确认导入" not in answer.text


def test_the_list_comes_back_with_reasons_in_red_and_no_formula(office):
    browser = desk.a_worker(office)
    hostile = ('=HYPERLINK("http://evil.invalid","x")', *WRONG[1:])
    shown = desk.upload(browser, desk.a_list(desk.a_row(), hostile)).text
    content = browser.client.get(desk.way_in(shown, MARKED)).data
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]

    assert sheet["F1"].value == "错误原因"
    assert "校验位不对" in sheet["F3"].value
    assert sheet["F3"].font.color.rgb == "FFC00000"
    assert (sheet["A3"].data_type, sheet["A3"].value) == ("s", hostile[0])


def test_who_is_missing_is_proposed_and_not_ended(office):
    ref = desk.a_senior(office, name="周桂兰")
    browser = desk.a_worker(office)
    shown = desk.upload(browser, desk.a_list(desk.a_row())).text
    browser.send(desk.way_in(shown, CONFIRM), "/office/import")

    assert "名册里有 1 位不在这份名单里" in shown
    assert [fact.kind for fact in desk.history(office, ref)] == ["residence", "hukou"]


def test_a_list_that_would_do_something_else_by_now_is_refused(office):
    browser = desk.a_worker(office)
    row = desk.a_row()
    way = desk.way_in(desk.upload(browser, desk.a_list(row)).text, CONFIRM)
    form = {"name": "陈秀英", "document": row[1], "region": make.FUTIAN, "diner": "senior"}
    browser.send("/office/people/new", "/office/people/new", **form)
    answer = browser.send(way, "/office/import")

    assert answer.status_code == 409
    assert "名册有了变化" in answer.text


def test_a_list_belongs_to_who_sent_it(office):
    way = desk.way_in(desk.upload(desk.a_worker(office), desk.a_list(desk.a_row())).text, CONFIRM)
    other = office.browser("li", "community_worker", region=make.FUTIAN)

    assert other.send(way, "/office/import").status_code == 404
    assert desk.people_count(office) == 0


def test_a_list_for_another_district_is_refused(office):
    answer = desk.upload(desk.a_worker(office), desk.a_list(desk.a_row()), region=desk.OTHER_DISTRICT)

    assert answer.status_code == 403


def test_a_list_without_the_token_of_the_page_is_refused(office):
    form = {"region": make.FUTIAN, "file": (io.BytesIO(desk.a_list(desk.a_row())), "a.xlsx")}

    assert desk.a_worker(office).client.post("/office/import", data=form).status_code == 400


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"MZ\x90", "名单.exe", "只收 xlsx"),
        (b"PK\x03\x04broken", "名单.xlsx", "打不开"),
        (b"\x00\x01\x02", "名单.csv", "打不开"),
        (b"a,b\n1,2\n", "名单.csv", "找不到表头"),
        (b"x" * (10 * 1024 * 1024 + 1), "名单.csv", "超过 10 MB"),
    ],
)
def test_a_file_that_is_no_list_is_sent_back_with_one_sentence(office, content, name, said):
    answer = desk.upload(desk.a_worker(office), content, name)

    assert answer.status_code == 422
    assert said in answer.text


@pytest.mark.parametrize("hostile", [far_away, bomb])
def test_a_small_file_that_would_fill_the_memory_is_not_unpacked(office, hostile):
    content = hostile()
    answer = desk.upload(desk.a_worker(office), content)

    assert len(content) < 300_000
    assert answer.status_code == 422
    assert "展开后太大" in answer.text


def test_the_empty_list_has_a_sample_row_and_notes(office):
    content = desk.a_worker(office).client.get("/office/import/template.xlsx").data
    book = openpyxl.load_workbook(io.BytesIO(content))

    assert book.sheetnames == ["名单", "可填类别"]
    assert (book["名单"]["A1"].value, book["名单"]["A2"].value) == ("姓名", "陈秀英")


def a_shelf(folder):
    return Shelf(folder, Vault({"1": development_key("DATA_KEYS")}))


def keep(shelf, at):
    return shelf.keep(owner="S-1", name="a.csv", purpose="4403", fingerprint="f", content="张秀英".encode(), at=at)


def test_a_kept_file_is_unreadable_on_disk(tmp_path):
    token = keep(a_shelf(tmp_path), make.NOON)

    assert "张秀英".encode() not in (tmp_path / token).read_bytes()
    assert a_shelf(tmp_path).look(token, owner="S-1", at=make.NOON).content == "张秀英".encode()


def test_a_kept_file_is_gone_after_an_hour(tmp_path):
    shelf = a_shelf(tmp_path)
    token = keep(shelf, make.NOON)
    keep(shelf, make.NOON + 2 * KEPT_FOR)

    with pytest.raises(NotFound):
        shelf.look(token, owner="S-1", at=make.NOON + timedelta(minutes=59))
    assert not (tmp_path / token).exists()


@pytest.mark.parametrize("token", ["../secrets", "", "a" * 32, "A" * 32])
def test_a_token_that_nobody_gave_finds_nothing(tmp_path, token):
    with pytest.raises(NotFound):
        a_shelf(tmp_path).look(token, owner="S-1", at=clock.now())
