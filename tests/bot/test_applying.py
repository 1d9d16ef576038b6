"""People apply for support in chat, and ask how far it has come."""

from __future__ import annotations

import pytest

from canteen import eligibility, seniors
from canteen.foundation.db import EVERYWHERE
from tests.bot.conftest import MORNING
from tests.builders import MONDAY
from tests.eligibility import applying as way

ASKED = "申请到哪一步了"


def _of_mother(database, village):
    with database.reading(EVERYWHERE) as session:
        return eligibility.of_people(session, person_ids=[village.mother_id], on=MONDAY)


def test_a_wish_is_written_down_after_a_yes_and_not_before(mother, database, village):
    assert "要申请吗" in mother.says("我想申请补贴")
    assert _of_mother(database, village) == []
    assert "帮王秀英申请了" in mother.says("好")
    (wish,) = _of_mother(database, village)
    assert (wish.category, wish.channel, wish.state) == (eligibility.UNSURE, "wechat", "applied")


def test_a_no_leaves_it(mother, database, village):
    mother.says("申请")
    assert mother.says("2") == "好，先不申请。"
    assert _of_mother(database, village) == []


def test_twice_is_once_and_says_so(mother, database, village):
    for _ in range(2):
        mother.says("我想申请补贴")
        answer = mother.says("1")
    assert "已经申请过了" in answer
    assert len(_of_mother(database, village)) == 1


@pytest.mark.parametrize("said", ["我的申请到哪一步了", "申请批了没", "申请怎么样了", "查一下我的申请进度"])
def test_how_far_is_told(mother, database, village, said):
    assert "还没有申请过" in mother.says(said)
    with database.transaction(EVERYWHERE) as session:
        way.on_notice(session, village.mother_id)
    assert mother.says(said) == "王秀英的申请（低保）：正在公示，3月7号满期"


def test_a_refusal_says_what_to_bring(mother, database, village):
    with database.transaction(EVERYWHERE) as session:
        ref = way.applied(session, village.mother_id)
        eligibility.refuse(session, ref=ref, reason="x", to_bring="银行流水", actor="s", at=way.at(MONDAY))
    assert "下次来带：银行流水" in mother.says(ASKED)


def test_an_ending_category_is_told_when_asked(mother, database, village):
    with database.transaction(EVERYWHERE) as session:
        seniors.add_fact(
            session, person_id=village.mother_id, kind="category", value=way.CATEGORY, valid_from=way.after(-90),
            valid_until=way.after(40), evidence="证", source="test", actor="s", at=MORNING,
        )  # fmt: skip
    assert "请早点带身份证" in mother.says("申请到期了吗")


def test_a_stranger_is_told_how_to_join(phone, village):
    assert "小票" in phone.says("我想申请补贴")
