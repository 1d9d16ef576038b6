"""Every wish is answered with what the house knows, several in one reply; what was interrupted is taken up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from canteen import audit, checkin, menus, orders, places, seniors, tables
from canteen.foundation.db import EVERYWHERE
from canteen.tickets.tables import Ticket
from tests.bot.conftest import TUESDAY
from tests.bot.test_code_in_chat import eat
from tests.bot.wire import message
from tests.builders import KEYS, LUNCH, MONDAY, Town, a_scan, at


def placed(database, person_id):
    with database.reading(EVERYWHERE) as session:
        listed = orders.upcoming(session, person_id=person_id, on=MONDAY)
        return [(one.service_date, one.dishes, list(one.flags)) for one in listed]


def record(database, person_id):
    with database.reading(EVERYWHERE) as session:
        person = seniors.person_by_id(session, person_id=person_id)
        return list(person.diet), list(person.allergies)


def kinds(database):
    with database.reading(EVERYWHERE) as session:
        return [ticket.kind for ticket in session.scalars(select(Ticket).order_by(Ticket.id))]


@pytest.fixture
def lunch(mother):
    """Give a mother who has ordered today's lunch."""
    mother.says("今天午饭红烧肉一份")
    mother.says("好")
    return mother


def test_an_ordered_meal_is_changed_in_one_read_back(lunch, database, village):
    assert lunch.says("把红烧肉换成清蒸鲈鱼").splitlines()[1] == "清蒸鲈鱼×1，在食堂吃"
    assert placed(database, village.mother_id) == [(MONDAY, "红烧肉", [])]

    assert lunch.says("好").startswith("换好了：给王秀英，今天午饭，付13元")
    assert placed(database, village.mother_id) == [(MONDAY, "清蒸鲈鱼", [])]


def test_a_change_to_what_is_not_there_says_so_with_what_there_is(lunch, database, village):
    answer = lunch.says("换成佛跳墙")

    assert answer.splitlines()[0] == "这顿没有佛跳墙。"
    assert "1 红烧肉 15元" in answer
    lunch.says("算了不换了")
    assert placed(database, village.mother_id) == [(MONDAY, "红烧肉", [])]


def test_a_meal_is_moved_to_another_day_at_once_or_not_at_all(lunch, database, village):
    lunch.says("今天中午的饭改到明天")
    lunch.says("好")

    assert placed(database, village.mother_id) == [(TUESDAY, "红烧肉", [])]


def test_one_more_dish_for_an_ordered_meal_is_added_on_a_yes(lunch, database, village):
    assert lunch.says("今天中午来一份炒青菜").startswith("今天午饭已经订了红烧肉。这次的怎么办？")
    lunch.says("加在一起")
    lunch.says("好")

    assert placed(database, village.mother_id) == [(MONDAY, "红烧肉 炒青菜", [])]


def test_after_the_cut_off_a_change_is_for_the_telephone(lunch, show_time):
    show_time(at(MONDAY, 9, 31))

    assert "我改不了。请打食堂电话0755-5550100" in lunch.says("今天的红烧肉换成炒青菜")


def test_what_was_cancelled_comes_back_on_one_word_and_a_yes(lunch, database, village):
    lunch.says("取消今天的")
    assert lunch.says("对").endswith("9:30前说“恢复”，还能订回来。")
    assert "红烧肉×1" in lunch.says("恢复")
    lunch.says("好")

    assert placed(database, village.mother_id) == [(MONDAY, "红烧肉", [])]


def test_several_days_take_one_read_back_and_one_yes(mother, database, village):
    answer = mother.says("今天和明天中午都来一份红烧肉，少放盐")

    assert answer.splitlines()[:2] == [
        "给王秀英：2、3号午饭每顿红烧肉×1，在食堂吃，少盐，付10元",
        "一共2顿，付20元。9:30前可以改。这样订，好吗？",
    ]
    assert mother.says("好").startswith("2顿都订好了，一共付20元。")
    assert placed(database, village.mother_id) == [(MONDAY, "红烧肉", ["少盐"]), (TUESDAY, "红烧肉", ["少盐"])]


def test_several_meals_are_cancelled_together(mother, database, village):
    mother.says("今天和明天中午都来一份红烧肉")
    mother.says("好")

    assert "这2顿都取消吗？" in mother.says("全部取消")
    assert mother.says("好").startswith("2顿都取消了")
    assert placed(database, village.mother_id) == []


def test_what_cannot_be_had_of_several_meals_is_named(mother):
    assert mother.says("明后两天中午都要红烧肉").splitlines()[0] == "后天的午饭还没有菜，没算。"


def test_a_second_wish_that_asks_waits_for_its_turn(lunch, database, village):
    assert lunch.says("取消今天的，明天中午要一份炒青菜").splitlines()[-1] == "还有订饭，这件办好接着办。"

    answer = lunch.says("对")

    assert answer.startswith("取消了。")
    assert "给王秀英：明天 星期二（3号）午饭\n炒青菜×1" in answer
    lunch.says("好")
    assert placed(database, village.mother_id) == [(TUESDAY, "炒青菜", [])]


def test_a_question_in_between_is_answered_and_the_order_taken_up(mother, database, village):
    mother.says("今天午饭红烧肉一份")

    answer = mother.says("食堂在哪里")

    assert answer.startswith("幸福里食堂在幸福里 1 号，电话0755-5550100。\n刚才订到今天午饭红烧肉×1，这样订吗？")
    mother.says("好")
    assert placed(database, village.mother_id) == [(MONDAY, "红烧肉", [])]


def test_a_diet_is_noted_on_a_yes_with_consent_and_audit(mother, database, village):
    assert mother.says("以后都给我少放盐，不要辣").startswith("王秀英：少盐、不辣。以后都这样记，对吗？")
    assert record(database, village.mother_id) == ([], [])
    mother.says("对")

    assert record(database, village.mother_id)[0] == ["少盐", "不辣"]
    with database.reading(EVERYWHERE) as session:
        assert seniors.has_consent(session, person_id=village.mother_id, kind="health")
        assert "person_changed" in session.scalars(select(audit.AuditRow.action)).all()


def test_an_allergy_that_is_noted_stops_the_next_order(mother, database, village):
    with database.transaction(EVERYWHERE) as session:
        dish = session.scalars(select(tables.menus.Dish).where(tables.menus.Dish.name == "红烧肉")).one()
        dish.allergens = ["大豆"]
    mother.says("我对黄豆过敏")
    mother.says("对")

    assert record(database, village.mother_id)[1] == ["大豆"]
    assert mother.says("今天午饭红烧肉一份").startswith("红烧肉里有大豆，吃了会过敏，不能订。")


def test_bill_tab_delivery_and_payment_are_told(lunch, database, village, show_time):
    eat(database, village, show_time)

    assert lunch.says("这个月花了多少钱").startswith("王秀英这个月吃了1顿，共15元，补贴5元，付10元。")
    assert lunch.says("还欠多少钱") == "王秀英没有欠食堂的钱。这里不用先存钱。"
    assert "不用充钱" in lunch.says("给卡里充100")
    assert lunch.says("能送到家吗").startswith("午饭能送到家，送餐费2元。")


def test_whoever_has_eaten_is_offered_the_next_day(lunch, database, village, show_time):
    eat(database, village, show_time)

    assert lunch.says("今天午饭来一份红烧肉").startswith("王秀英今天的午饭11:42已经取过了。要看后一天的吗？")
    assert "明天 星期二（3号）午饭" in lunch.says("好")


def test_a_snack_is_ordered_by_its_name_and_a_second_one_is_told_where(mother, database, village, show_time):
    with database.transaction(EVERYWHERE) as session:
        terms = replace(LUNCH, opens_minute=15 * 60, closes_minute=16 * 60, cutoff_minute=13 * 60)
        known = {"canteen_id": village.canteen_id, "meal": "snack"}
        places.set_service(session, terms=terms, actor="t", at=at(MONDAY, 8), **known)
        dish = menus.add_dish(session, canteen_id=village.canteen_id, name="绿豆糕", price_fen=600)
        menus.offer(session, service_date=MONDAY, capacity=9, items=[(dish.id, 600, 9)], **known)
    read_back = mother.says("今天下午点心来一份绿豆糕")
    mother.says("好")
    second = mother.says("今天的点心再来一份绿豆糕")
    with database.transaction(EVERYWHERE) as session:
        number = checkin.issue_code(
            session, KEYS, person_id=village.mother_id, service_date=MONDAY, meal="snack", at=at(MONDAY, 9),
            expires_at=at(MONDAY, 16),
        ).number  # fmt: skip
    show_time(at(MONDAY, 15, 10))
    scan = a_scan(Town(village.canteen_id, 0, 0), number, now=at(MONDAY, 15, 10))
    assert checkin.redeem(database, KEYS, scan).reason == "served"

    assert "点心" in read_back
    assert "今天点心已经订了绿豆糕" in second
    assert "点心15:10取过了，再要一份到窗口按原价买" in mother.says("今天点心来一份绿豆糕")


def test_a_place_that_is_sent_finds_the_nearest_canteen_with_a_map(mother, database, village):
    with database.transaction(EVERYWHERE) as session:
        canteen = session.get(tables.places.Canteen, village.canteen_id)
        canteen.latitude_e6, canteen.longitude_e6 = 22_540_000, 114_050_000
    sent = message("o-1", "location", Location_X="22.549", Location_Y="114.05", Scale="15", Label="x")

    answer = mother.deliver(sent)

    assert answer.startswith("离您最近的是幸福里食堂，大约1公里，")
    assert "https://uri.amap.com/marker?position=114.050000,22.540000" in mother.last


def test_complaints_and_praise_reach_the_desk_with_a_deadline(mother, database):
    assert "明天这时候前有人给您回话" in mother.says("昨天的菜太咸了")
    assert mother.says("王师傅做得真好") == "谢谢您，这话一定带到。"

    with database.reading(EVERYWHERE) as session:
        tickets = session.scalars(select(Ticket).order_by(Ticket.id)).all()
        assert [ticket.kind for ticket in tickets] == ["complaint", "praise"]
        assert all(ticket.due_at > ticket.opened_at for ticket in tickets)


def test_a_second_voice_that_nobody_made_out_is_told_to_the_desk(mother, database):
    assert mother.speaks("").startswith("没听清")
    assert mother.speaks("").startswith("还是没听清，已经请食堂的人给您打电话了。")
    assert kinds(database) == ["human"]
