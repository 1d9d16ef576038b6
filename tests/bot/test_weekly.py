"""What somebody wants every week is agreed on, paused and ended by talking."""

from __future__ import annotations

from datetime import date

from canteen import notices, orders, seniors, standing
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from tests.bot.conftest import MORNING, TUESDAY
from tests.builders import MONDAY


def stands(database, village):
    with database.reading(EVERYWHERE) as session:
        return standing.of_people(session, person_ids=[village.mother_id], on=MONDAY)


def coming(database, village):
    with database.reading(EVERYWHERE) as session:
        listed = orders.upcoming(session, person_id=village.mother_id, on=MONDAY)
        return [(one.service_date, one.dishes, one.channel) for one in listed]


def test_a_pattern_is_read_back_and_on_a_yes_the_next_days_are_ordered(mother, database, village):
    answer = mother.says("每周一二五中午都要一份红烧肉，节假日不要，没有就换清蒸鲈鱼")

    assert answer.splitlines()[:3] == [
        "长期订，给王秀英：每周一、二、五午饭",
        "红烧肉×1，在食堂吃",
        "从今天起，节假日不订，没有就换清蒸鲈鱼",
    ]
    assert stands(database, village) == []
    assert mother.says("好").endswith("今天、明天的已经订上了。哪天不吃，说“取消”那天就行。")
    agreed = stands(database, village)[0]
    assert (agreed.weekdays, agreed.fallback, agreed.skips_holidays) == ((1, 2, 5), "清蒸鲈鱼", True)
    assert coming(database, village) == [(MONDAY, "红烧肉", "standing"), (TUESDAY, "红烧肉", "standing")]


def test_a_whole_month_is_a_pattern_with_an_end(mother, database, village):
    assert "从4月1号起，到4月30号" in mother.says("下个月每天中午都要一份红烧肉")
    mother.says("好")

    agreed = stands(database, village)[0]
    assert (agreed.valid_from, agreed.valid_until) == (date(2026, 4, 1), date(2026, 5, 1))
    assert coming(database, village) == []


def test_days_are_paused_and_taken_up_again(mother, database, village):
    mother.says("以后每天中午给我来一份红烧肉")
    mother.says("好")

    assert "王秀英3月9号到3月15号长期订的先停，过后照常，好吗？" in mother.says("下周去医院饭先停掉")
    mother.says("好")
    with database.reading(EVERYWHERE) as session:
        assert standing.paused(session, person_ids=[village.mother_id])
    assert mother.says("我出院了，饭照常送") == "好，王秀英长期订的饭照常订。"
    with database.reading(EVERYWHERE) as session:
        assert not standing.paused(session, person_ids=[village.mother_id])


def test_what_stands_is_ended_on_a_yes_and_what_is_ordered_stays(mother, database, village):
    mother.says("以后每天中午给我来一份红烧肉")
    mother.says("好")

    assert "这些以后都不订了吗？" in mother.says("不用天天送了")
    assert len(stands(database, village)) == 1
    assert "已经订好的几顿还在" in mother.says("对")
    assert stands(database, village) == []
    assert len(coming(database, village)) == 2


def test_the_family_is_told_of_a_pattern(mother, database, village):
    with database.transaction(EVERYWHERE) as session:
        seniors.link(
            session, person_id=village.mother_id, account="wechat:900", proof="desk", actor="staff:test", at=MORNING
        )
    mother.says("以后每天中午给我来一份红烧肉")
    mother.says("好")

    with database.reading(EVERYWHERE) as session:
        told = [(one.account, one.kind) for one in notices.due(session, at=clock.now(), limit=99)]
    assert ("wechat:900", "standing_agreed") in told
    assert ("wechat:900", "standing_placed") in told
