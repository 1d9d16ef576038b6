from datetime import date

import pytest
from sqlalchemy import event

from canteen import seniors
from canteen.foundation.db import EVERYWHERE, Scope
from canteen.foundation.errors import Conflict, Refused
from canteen.seniors import roster
from tests.seniors.invented import AT, CATEGORIES, FUTIAN, LIANHUA, TODAY, number, numbers, senior
from tests.seniors.roster.files import HEADINGS, line, table, workbook


def read(session, *lines, headings=HEADINGS):
    content = workbook(table(lines, headings))
    return roster.read(session, content=content, region_code=FUTIAN, known_categories=CATEGORIES, on=TODAY)


def take(session, *lines):
    return roster.apply(session, plan=read(session, *lines), actor="staff:1", at=AT)


def chen(session):
    return seniors.find_by_document(session, document=number())


def held(session, day=TODAY):
    return set(seniors.values_on(session, person_id=chen(session).id, kind="category", day=day))


def test_taken_person_is_registered_with_all_that_was_stated(session):
    take(session, line())
    person = chen(session)
    assert (person.name, person.region_code, person.phone_tail) == ("陈秀英", LIANHUA, "1234")
    assert held(session) == {"低保", "重点优抚"}
    assert [contact.relation for contact in seniors.contacts_of(session, person_id=person.id)] == ["儿子"]


def test_last_day_of_validity_counts(session):
    take(session, line())
    assert [held(session, day) for day in (date(2026, 12, 31), date(2027, 1, 1))] == [{"低保", "重点优抚"}, set()]


def test_same_list_again_changes_nothing(session):
    take(session, line())
    assert read(session, line()).counts == {"new": 0, "updated": 0, "same": 1, "wrong": 0}


def test_list_that_changes_nothing_leaves_the_revision(session):
    take(session, line())
    take(session, line())
    assert chen(session).revision == 1


@pytest.mark.parametrize(
    "wishes",
    [
        {"电话": "13700001111"},
        {"居住地": "福田区莲花街道彩田路 2 号"},
        {"居住地": "福田区梅林街道 3 号"},
        {"户籍地": "湖南省"},
        {"类别": "低保、重点优抚、特困分散供养"},
        {"有效期止": "2027-12-31"},
        {"家庭联系人电话": "13700001111"},
    ],
    ids=lambda wishes: next(iter(wishes)),
)
def test_changed_cell_updates_and_lets_the_revision_grow(session, wishes):
    take(session, line())
    applied = take(session, line(**wishes))
    assert (applied.updated, chen(session).revision) == (1, 2)
    assert read(session, line(**wishes)).counts["same"] == 1


def test_empty_cells_state_nothing(session):
    take(session, line())
    bare = {"姓名": "陈秀英", "身份证号": number()}
    assert read(session, bare, headings=("姓名", "身份证号")).counts["same"] == 1


def test_wider_place_does_not_unsay_a_narrower_one(session):
    take(session, line())
    assert read(session, line(居住地="")).counts["same"] == 1


def test_longer_validity_supersedes_the_fact(session):
    take(session, line())
    take(session, line(有效期止="2027-12-31"))
    assert held(session, date(2027, 6, 1)) == {"低保", "重点优抚"}


def test_move_ends_the_old_residence_on_the_day(session):
    senior(session, region_code=LIANHUA, lives_since=date(2020, 1, 1))
    take(session, line(居住地="福田区梅林街道 3 号"))
    lived = [
        seniors.values_on(session, person_id=chen(session).id, kind="residence", day=day)
        for day in (date(2026, 3, 1), TODAY)
    ]
    assert (lived, chen(session).region_code) == ([(LIANHUA,), ("440304007000",)], "440304007000")


def test_nobody_ends_because_a_list_is_silent(session):
    take(session, line())
    others = line(姓名="李建国", 身份证号=number(13), 性别="男")
    plan = read(session, others)
    roster.apply(session, plan=plan, actor="staff:1", at=AT)
    assert [(proposal.name, proposal.category) for proposal in plan.missing] == [("陈*英", None)]
    assert held(session) == {"低保", "重点优抚"}


def test_category_that_the_list_does_not_repeat_is_proposed(session):
    take(session, line())
    plan = read(session, line(类别="低保"))
    assert [(proposal.name, proposal.category) for proposal in plan.unlisted] == [("陈*英", "重点优抚")]
    assert plan.counts["same"] == 1


def test_dead_person_on_a_list_is_asked_about_and_not_proposed(session):
    person = senior(session)
    seniors.add_fact(
        session, person_id=person.id, kind="death", value="死亡证明", valid_from=date(2026, 2, 1), evidence="x",
        source="office", actor="s", at=AT,
    )  # fmt: skip
    plan = read(session, line())
    assert [problem.reason for problem in plan.problems] == ["登记为已去世或已退出，请先核对"]
    assert plan.missing == ()


def test_one_wrong_row_keeps_everything_out(session):
    with pytest.raises(Refused) as refusal:
        take(session, line(), line(姓名="李建国", 身份证号="1"))
    assert refusal.value.params == {"rows": 1}
    assert chen(session) is None


def test_plan_is_refused_once_the_register_has_changed(session):
    take(session, line())
    plan = read(session, line(电话="13700001111"))
    seniors.change(session, person_id=chen(session).id, changes=seniors.Changes(phone=""), actor="s", at=AT)
    with pytest.raises(Conflict) as refusal:
        roster.apply(session, plan=plan, actor="staff:1", at=AT)
    assert refusal.value.code == "seniors.roster_changed"


def test_plan_is_not_applied_twice(session):
    plan = read(session, line())
    roster.apply(session, plan=plan, actor="staff:1", at=AT)
    with pytest.raises(Conflict):
        roster.apply(session, plan=plan, actor="staff:1", at=AT)


def test_every_fact_names_the_list_it_came_from(session):
    applied = take(session, line())
    facts = seniors.facts_of(session, person_id=chen(session).id)
    assert {(fact.source, fact.evidence) for fact in facts} == {(applied.source, "第 2 行")}


def test_office_takes_a_list_within_its_own_scope(database):
    with database.transaction(Scope(region_prefixes=("440304",))) as session:
        take(session, line())
        take(session, line(电话="13700001111", 类别="低保"))
    with database.reading(EVERYWHERE) as session:
        assert chen(session).phone_tail == "1111"


def test_four_times_the_rows_take_fewer_than_three_times_the_statements(database):
    """Rows are read and written in bulk: ten thousand are a matter of seconds (docs/performance.md)."""
    few, many = statements_of(database, 400, 0), statements_of(database, 1_600, 400)
    assert many < 3 * few


def statements_of(database, count, known):
    """Take a list of new people and count what was asked of the database."""
    asked = []
    event.listen(database.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    lines = [line(身份证号=text, 性别="") for text in numbers(count + known)[known:]]
    with database.transaction(EVERYWHERE) as session:
        plan = roster.read(
            session, content=workbook(table(lines)), region_code=FUTIAN, known_categories=CATEGORIES, on=TODAY
        )
        roster.apply(session, plan=plan, actor="staff:1", at=AT)
    assert plan.counts["new"] == count
    return len(asked)
