import io

import openpyxl

from canteen.seniors import roster
from tests.seniors.invented import CATEGORIES, FUTIAN, TODAY, number
from tests.seniors.roster.files import line, separated, table, workbook

WRONG = line(姓名="李建国", 身份证号="1", 电话="=1+1")


def handed_back(session, content):
    plan = roster.read(session, content=content, region_code=FUTIAN, known_categories=CATEGORIES, on=TODAY)
    return openpyxl.load_workbook(io.BytesIO(roster.hand_back(plan)))["名单" if content[:2] == b"PK" else "CSV"]


def test_same_rows_come_back_with_a_column_of_reasons(session):
    rows = [["名单"], *table([line(), WRONG])]
    page = handed_back(session, workbook(rows))
    assert [page.cell(2, place).value for place in (1, 2, 12)] == ["姓名", "身份证号", "错误原因"]
    assert page.cell(3, 12).value is None
    assert page.cell(4, 12).value.startswith("身份证号 应为 18 位")


def test_reasons_are_red(session):
    page = handed_back(session, workbook(table([WRONG])))
    assert page.cell(2, 12).font.color.rgb == "FFC00000"


def test_number_comes_back_as_text(session):
    page = handed_back(session, separated(table([line(), WRONG]), "gbk"))
    assert (page.cell(2, 2).value, page.cell(2, 2).data_type) == (number(), "s")


def test_text_that_looks_like_a_formula_stays_a_text(session):
    page = handed_back(session, separated(table([WRONG]), "gbk"))
    assert (page.cell(2, 4).value, page.cell(2, 4).data_type) == ("=1+1", "s")


def test_corrected_workbook_is_read_again_past_the_column_of_reasons(session):
    plan = roster.read(
        session, content=workbook(table([WRONG])), region_code=FUTIAN, known_categories=CATEGORIES, on=TODAY
    )
    book = openpyxl.load_workbook(io.BytesIO(roster.hand_back(plan)))
    page = book.active
    page.cell(2, 2).value, page.cell(2, 3).value, page.cell(2, 4).value = number(13), "男", "13800001234"
    content = io.BytesIO()
    book.save(content)
    again = roster.read(session, content=content.getvalue(), region_code=FUTIAN, known_categories=CATEGORIES, on=TODAY)
    assert again.counts == {"new": 1, "updated": 0, "same": 0, "wrong": 0}


def test_template_is_understood_but_for_the_number_to_fill_in(session):
    plan = roster.read(
        session, content=roster.template(CATEGORIES), region_code=FUTIAN, known_categories=CATEGORIES, on=TODAY
    )
    assert [problem.sentence for problem in plan.problems] == ["第 2 行 身份证号 没有填"]


def test_every_reason_and_column_has_words():
    from canteen.seniors.roster.words import COLUMNS, REASONS

    assert all(COLUMNS.values())
    assert all(code.startswith("seniors.") for code in REASONS)
