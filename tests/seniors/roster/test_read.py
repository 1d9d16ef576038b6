from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canteen.foundation.db import EVERYWHERE, Scope
from canteen.foundation.errors import Denied, Invalid
from canteen.seniors import roster
from tests.seniors.invented import CATEGORIES, FUTIAN, LIANHUA, TODAY, number, senior
from tests.seniors.roster.files import HEADINGS, line, separated, table, workbook


def read(session, content, region=FUTIAN):
    return roster.read(session, content=content, region_code=region, known_categories=CATEGORIES, on=TODAY)


def sentences(session, *lines):
    return [problem.sentence for problem in read(session, workbook(table(lines))).problems]


def entry(session, **wishes):
    (step,) = read(session, workbook(table([line(**wishes)]))).steps
    return step.entry


def test_good_row_is_new(session):
    assert read(session, workbook(table([line()]))).counts == {"new": 1, "updated": 0, "same": 0, "wrong": 0}


def test_row_states_everything_in_it(session):
    stated = entry(session)
    assert (stated.name, stated.document.number, stated.phone) == ("陈秀英", number(), "13800001234")
    assert (stated.residence, stated.hukou) == (LIANHUA, FUTIAN)
    assert (stated.categories, str(stated.valid_from), str(stated.valid_until)) == (
        ("低保", "重点优抚"), "2026-01-01", "2027-01-01",
    )  # fmt: skip
    assert (stated.contact.name, stated.contact.relation, stated.contact.phone) == ("陈小明", "儿子", "13900001234")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_comma_separated_text_reads_like_the_workbook(session, encoding):
    rows = table([line(), line(姓名="李建国", 身份证号=number(13), 性别="男")])
    assert read(session, separated(rows, encoding)).steps == read(session, workbook(rows)).steps


def test_a_workbook_of_the_old_kind_is_read_and_its_damaged_number_named(session):
    """``roster.xls`` is binary (BIFF8), as old office programs still save: a title, two good rows, a damaged number."""
    plan = read(session, (Path(__file__).with_name("roster.xls")).read_bytes())
    good = [line(), line(姓名="李建国", 身份证号=number(13), 性别="男")]
    assert [step.entry.document for step in plan.steps] == [
        step.entry.document for step in read(session, workbook(table(good))).steps
    ]
    assert [problem.sentence for problem in plan.problems] == [
        "第 5 行 身份证号 身份证号被 Excel 改成了科学计数，请把该列设为文本后重填"
    ]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(HEADINGS))
def test_reordered_columns_give_the_same_plan(session, headings):
    lines = [line(), line(姓名="李建国", 身份证号=number(13), 性别="男", 类别="")]
    assert read(session, workbook(table(lines, headings))).steps == read(session, workbook(table(lines))).steps


def test_renamed_columns_below_titles_are_understood(session):
    rows = table([line()])
    rows[0][:4] = ["老人姓名（必填）", "公民身份号码 ", "性 别", "联系电话："]
    titled = [["福田区 2026 年助餐对象名单"], ["填表单位：莲花街道", "", "2026-03-01"], [], *rows]
    (step,) = read(session, workbook(titled)).steps
    assert (step.entry.row, step.entry.phone) == (5, "13800001234")


def test_strange_columns_and_empty_rows_are_passed_over(session):
    rows = table([line(), {}, line(姓名="李建国", 身份证号=number(13), 性别="男")], ("序号", *HEADINGS, "备注"))
    plan = read(session, workbook(rows))
    assert ([step.entry.row for step in plan.steps], plan.reading.header.strange) == ([2, 4], ("序号", "备注"))


def test_file_without_headings_is_refused(session):
    with pytest.raises(Invalid) as refusal:
        read(session, workbook([["陈秀英", number()]]))
    assert refusal.value.code == "seniors.roster_no_header"


def test_column_that_comes_twice_is_refused(session):
    with pytest.raises(Invalid) as refusal:
        read(session, workbook(table([line()], (*HEADINGS, "联系电话"))))
    assert refusal.value.params == {"column": "电话"}


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0broken", b"\x00\x81\xff\x00"])
def test_broken_file_is_refused(session, content):
    with pytest.raises(Invalid) as refusal:
        read(session, content)
    assert refusal.value.code == "seniors.roster_unreadable"


def test_list_for_a_region_out_of_scope_is_denied(database):
    with database.reading(Scope(region_prefixes=("440303",))) as session, pytest.raises(Denied):
        read(session, workbook(table([line()])))


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (number()[:-1] + str((int(number()[-1].replace("X", "1")) + 1) % 10), "校验位不对"),
        ("", "没有填"),
        (3.5e17, "身份证号被 Excel 改成了科学计数，请把该列设为文本后重填"),
        (440304195001011234, "身份证号被 Excel 改成了科学计数，请把该列设为文本后重填"),
        ("3.50E+17", "身份证号被 Excel 改成了科学计数，请把该列设为文本后重填"),
        ("440304195001011000", "身份证号后三位被 Excel 改成了 000，请把该列设为文本后重填"),
        ("44030419500101", "应为 18 位（旧证 15 位），这里是 14 位"),
    ],
)
def test_wrong_number_is_named_with_row_column_and_cure(session, cell, reason):
    assert sentences(session, line(身份证号=cell)) == [f"第 2 行 身份证号 {reason}"]


def test_old_number_stored_as_a_figure_is_whole_and_good(session):
    assert entry(session, 身份证号=440304500101012, 性别="").document.kind == "resident_15"


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        ({"姓名": ""}, "第 2 行 姓名 没有填，或有不该有的字符"),
        ({"性别": "男"}, "第 2 行 性别 与身份证号不符"),
        ({"性别": "不详"}, "第 2 行 性别 应填男或女"),
        ({"电话": "83330000"}, "第 2 行 电话 固定电话请加区号"),
        ({"类别": "低保、富裕"}, "第 2 行 类别 不认识的类别：富裕"),
        ({"有效期止": "2026-02-30"}, "第 2 行 有效期止 不是日期，请写成 2026-03-01"),
        ({"有效期止": "2025-12-31"}, "第 2 行 有效期止 早于有效期起"),
        ({"居住地": "广州市天河区石牌街道"}, "第 2 行 居住地 不在本次导入的地区内"),
        ({"户籍地": "月亮背面"}, "第 2 行 户籍地 认不出是哪个地方，请写省市区县全称"),
        ({"家庭联系人电话": ""}, "第 2 行 家庭联系人 联系人没有电话"),
        ({"家庭联系人电话": "12"}, "第 2 行 家庭联系人电话 不是手机号或带区号的固定电话"),
    ],
)
def test_wrong_cell_is_named_with_its_reason(session, wishes, sentence):
    assert sentences(session, line(**wishes)) == [sentence]


def test_every_wrong_cell_of_a_row_is_named(session):
    assert len(sentences(session, line(姓名="", 身份证号="1", 电话="2"))) == 3


def test_person_named_twice_is_noticed_in_either_form_of_the_number(session):
    old = number()[:6] + number()[8:17]
    assert sentences(session, line(), line(身份证号=old)) == ["第 3 行 身份证号 与第 2 行重复"]


@pytest.mark.parametrize(
    "written", ["2026-3-1", "2026/03/01", "2026.3.1", "2026年3月1日", "20260301", 46082, "2026-03-01 00:00:00"]
)
def test_date_is_read_in_many_spellings(session, written):
    assert str(entry(session, 有效期起=written).valid_from) == "2026-03-01"


def test_open_end_states_none(session):
    assert entry(session, 有效期止="长期").valid_until is None


@pytest.mark.parametrize("written", ["", "无", "普通", "—"])
def test_no_category_is_none(session, written):
    assert entry(session, 类别=written).categories == ()


@pytest.mark.parametrize("written", ["低保、探访关爱：独居", "低保,探访关爱:独居", "低保；探访关爱:独居；低保"])
def test_categories_are_separated_in_many_ways(session, written):
    assert entry(session, 类别=written).categories == ("低保", "探访关爱:独居")


@pytest.mark.parametrize(
    ("written", "name", "relation"),
    [
        ("陈小明（儿子）13900001234", "陈小明", "儿子"),
        ("女儿：李芳 139 0000 1234", "李芳", "女儿"),
        ("李芳 13900001234", "李芳", ""),
    ],
)
def test_contact_in_one_cell_is_taken_apart(session, written, name, relation):
    contact = entry(session, 家庭联系人=written, 家庭联系人电话="").contact
    assert (contact.name, contact.relation, contact.phone) == (name, relation, "13900001234")


def test_person_of_another_region_is_refused_without_telling_where(database):
    with database.transaction(EVERYWHERE) as session:
        senior(session, region_code="440303000000")
    with database.reading(Scope(region_prefixes=("440304",))) as session:
        assert sentences(session, line()) == ["第 2 行 身份证号 已在其他地区登记，请先办理转入"]


def test_another_name_than_the_registered_one_is_asked_about(session):
    senior(session)
    assert sentences(session, line(姓名="陈秀芳")) == ["第 2 行 姓名 与登记的姓名不一致（登记为陈*英）"]
