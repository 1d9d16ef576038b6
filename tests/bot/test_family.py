"""The family is let in by the person's own word, may be limited at once, and hears what it chose to hear."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot import replies
from canteen import checkin, notices, orders, seniors
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.seniors.tables import FamilyLink
from tests.bot.conftest import MORNING
from tests.bot.test_code_in_chat import eat
from tests.builders import MONDAY, at

PHONE = "13800001234"


@pytest.fixture
def registered(database, village, mother):
    """Give a mother whose number is on the register."""
    with database.transaction(EVERYWHERE) as session:
        changes = seniors.Changes(phone=PHONE)
        seniors.change(session, person_id=village.mother_id, changes=changes, actor="staff:t", at=MORNING)
    return mother


@pytest.fixture
def far(registered):
    """Give the telephone of somebody who is bound to nobody."""
    phone = replace(registered, openid="o-far", taps={})
    phone.event("subscribe")
    return phone


def said_to(database, kind):
    with database.reading(EVERYWHERE) as session:
        due = notices.due(session, at=clock.now(), limit=99)
        return [replies.notice(one.kind, one.content) for one in due if one.kind == kind]


def test_a_daughter_is_let_in_by_her_mothers_word(far, registered, database, village):
    assert far.says(f"绑我妈 {PHONE}").startswith("好。要是登记的是这个号，会在微信里问一声")
    assert said_to(database, "family_asks")[0].startswith("有人说是您家里人，叫您妈妈，想替您订饭")
    assert "小票" in far.says("给妈妈订今天午饭，红烧肉一份")

    assert registered.says("同意").startswith("好，妈妈那位亲友能替您订饭了。")

    assert said_to(database, "family_agreed") == ["王秀英同意了，以后能替王秀英订饭、看订了什么。"]
    assert far.says("给妈妈订今天午饭，红烧肉一份").startswith("给妈妈（王秀英）：今天")
    with database.reading(EVERYWHERE) as session:
        assert seniors.has_consent(session, person_id=village.mother_id, kind="binding")


def test_a_no_lets_nobody_in_and_an_unknown_number_sounds_the_same(far, registered, database):
    known, unknown = far.says(f"绑我妈 {PHONE}"), far.says("绑我妈 13912345678")
    registered.says("不同意")

    assert known == unknown
    assert "小票" in far.says("给妈妈订今天午饭，红烧肉一份")
    assert len(said_to(database, "family_asks")) == 1


def test_numbers_cannot_be_walked_through(far, database):
    for number in range(5):
        far.says(f"绑我妈 1391234567{number}")
    far.says(f"绑我妈 {PHONE}")

    assert said_to(database, "family_asks") == []


def test_the_person_lets_an_account_only_see_and_then_nothing(far, registered, database, village):
    far.says(f"绑我妈 {PHONE}")
    registered.says("同意")
    far.says("给妈妈订今天午饭，红烧肉一份")

    assert "妈妈，3月2号起，能订能看" in registered.says("谁能替我订饭")
    registered.says("1")
    assert registered.says("1") == "好，他现在只能看，不能替您订了。"
    assert far.says("好").startswith("妈妈（王秀英）说自己订饭。")
    assert "还没有订饭" in far.says("订了什么")
    with database.reading(EVERYWHERE) as session:
        assert orders.upcoming(session, person_id=village.mother_id, on=MONDAY) == []

    registered.says("谁能替我订饭")
    registered.says("1")
    assert registered.says("2") == "好，他现在不能看也不能订了。"
    assert "小票" in far.says("订了什么")


def test_a_newcomer_with_a_slip_is_told_to_the_person(registered, database, village):
    with database.transaction(EVERYWHERE) as session:
        slip = seniors.issue_slip(session, person_id=village.mother_id, actor="staff:t", at=MORNING)
    replace(registered, openid="o-new", taps={}).event("subscribe", f"qrscene_{slip.scene}")

    assert said_to(database, "family_joined")[0].startswith("有一位亲友接上了王秀英")


def test_the_family_chooses_to_hear_that_nobody_came_and_hears_it_once(far, registered, database, village, show_time):
    far.says(f"绑我妈 {PHONE}")
    registered.says("同意")
    assert far.says("我妈没来吃饭就告诉我") == "好，妈妈（王秀英）过了饭点没取饭，就告诉您。"
    registered.says("今天午饭红烧肉一份")
    registered.says("好")

    counts = []
    for hour, minute in ((12, 29), (12, 30), (12, 31)):
        show_time(at(MONDAY, hour, minute))
        with database.transaction(EVERYWHERE) as session:
            counts.append(checkin.tell_missed(session, at=clock.now()))

    assert counts == [0, 1, 1]
    assert said_to(database, "meal_missed") == ["王秀英订的午饭过了饭点还没取，请打个电话问问。食堂电话0755-5550100。"]


def test_whoever_has_eaten_is_not_missed(far, registered, database, village, show_time):
    far.says(f"绑我妈 {PHONE}")
    registered.says("同意")
    far.says("我妈没来吃饭就告诉我")
    registered.says("今天午饭红烧肉一份")
    registered.says("好")
    eat(database, village, show_time)

    with database.transaction(EVERYWHERE) as session:
        assert checkin.tell_missed(session, at=at(MONDAY, 12, 31)) == 0


@pytest.mark.parametrize(
    ("said", "answer", "field", "value"),
    [
        ("不用提醒订饭", "好，不提醒订饭了。", "told_cutoff", False),
        ("快截单了提醒我订饭", "好，常订的饭忘了订，截单前提醒一声。", "told_cutoff", True),
        ("每天把明天的菜发给我", "好，每天晚上把第二天的菜发给您。", "told_menu", True),
        ("不用发菜单了", "好，不发菜单了。", "told_menu", False),
    ],
)
def test_reminders_and_tomorrows_dishes_are_chosen_in_the_chat(mother, database, said, answer, field, value):
    assert mother.says(said) == answer
    with database.reading(EVERYWHERE) as session:
        assert session.scalars(select(getattr(FamilyLink, field))).all() == [value]
