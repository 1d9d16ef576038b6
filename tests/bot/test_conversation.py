"""People talk with the canteen from the first scan to the code at the counter."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from canteen import notices, orders, seniors
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.tickets.tables import Ticket, Utterance
from tests.bot.conftest import MORNING, TUESDAY
from tests.bot.wire import message
from tests.builders import MONDAY, at


def coming(database, person_id):
    with database.reading(EVERYWHERE) as session:
        return [
            (order.service_date, order.dishes, order.mode)
            for order in orders.upcoming(session, person_id=person_id, on=MONDAY)
        ]


def due(database, kind):
    with database.reading(EVERYWHERE) as session:
        return [notice for notice in notices.due(session, at=clock.now(), limit=99) if notice.kind == kind]


def test_one_scan_follows_and_binds(phone, village):
    assert phone.event("subscribe", f"qrscene_{village.mother.scene}").startswith("王秀英接好了")


def test_a_follower_binds_by_scanning_later(phone, village):
    phone.event("subscribe")

    assert phone.event("SCAN", village.mother.scene).startswith("王秀英接好了")


def test_a_slip_binds_once(phone, village):
    phone.event("subscribe", f"qrscene_{village.mother.scene}")
    phone.openid = "o-thief"

    assert "用过了" in phone.event("subscribe", f"qrscene_{village.mother.scene}")


def test_the_typed_number_binds_too(phone, village):
    code = village.mother.code

    assert phone.says(f"{code[:4]} {code[4:]}").startswith("王秀英接好了")


def test_a_wrong_number_says_how_many_tries_are_left(phone, village):
    assert "还能发4次" in phone.says("12345678")


def test_a_stranger_sees_the_menu_but_orders_nothing(phone, village):
    assert "红烧肉 15元" in phone.says("今天有什么吃的")
    assert "小票" in phone.says("今天午饭红烧肉一份")


def test_an_order_in_one_sentence_is_read_back_in_full(mother):
    answer = mother.says("明天中午要一份红烧肉，送到家")

    assert answer.splitlines()[:4] == [
        "给王秀英：明天 星期二（3号）午饭",
        "红烧肉×1，送到家",
        "一共17元（送餐2元），补贴5元，您付12元",
        "明天9:30前可以改。这样订，好吗？",
    ]


def test_nothing_is_ordered_before_a_yes(mother, database, village):
    mother.says("明天中午要一份红烧肉，送到家")

    assert coming(database, village.mother_id) == []


def test_thanks_is_no_yes(mother, database, village):
    mother.says("明天中午要一份红烧肉")
    mother.says("谢谢")

    assert coming(database, village.mother_id) == []


def test_a_yes_orders(mother, database, village):
    mother.says("明天中午要一份红烧肉，送到家")

    assert mother.says("好").startswith("订好了")
    assert coming(database, village.mother_id) == [(TUESDAY, "红烧肉", "delivery")]


def test_dishes_are_picked_by_number(mother, database, village):
    mother.says("今天有什么吃的")
    mother.says("1和4")
    mother.says("好")

    assert coming(database, village.mother_id) == [(MONDAY, "红烧肉 米饭", "dine_in")]


def test_choices_can_be_tapped(mother, database, village):
    mother.says("今天有什么吃的")
    mother.taps_on("清蒸鲈鱼")
    mother.taps_on("好，订下")

    assert coming(database, village.mother_id) == [(MONDAY, "清蒸鲈鱼", "dine_in")]


def test_a_tap_on_an_old_question_orders_nothing(mother, database, village):
    mother.says("今天午饭红烧肉一份")
    old = dict(mother.taps)
    mother.says("明天午饭清蒸鲈鱼一份")
    mother.taps = old

    assert "前面的" in mother.taps_on("好，订下")
    assert coming(database, village.mother_id) == []


def test_why_this_price_is_explained_while_the_question_stands(mother):
    mother.says("今天午饭红烧肉一份")

    assert "您付" in mother.says("为什么是这个价")
    assert mother.says("好").startswith("订好了")


def test_the_same_again_goes_to_the_next_free_meal(mother):
    mother.says("今天午饭红烧肉一份")
    mother.says("好")

    assert mother.says("跟上次一样").startswith("给王秀英：明天 星期二（3号）午饭\n红烧肉×1")


def test_a_cancellation_needs_a_clear_yes(mother, database, village):
    mother.says("今天午饭红烧肉一份")
    mother.says("好")

    assert "要取消吗？" in mother.says("今天的饭不要了")
    mother.says("算了还是留着")
    assert len(coming(database, village.mother_id)) == 1
    mother.says("取消")
    assert mother.says("对").startswith("取消了")
    assert coming(database, village.mother_id) == []


def test_after_the_cut_off_tomorrow_is_offered(mother, show_time):
    show_time(at(MONDAY, 9, 31))

    assert mother.says("今天午饭红烧肉一份").startswith("今天午饭9:30已经停订了。要看后一天的吗？")
    assert mother.says("好").startswith("给王秀英：明天 星期二（3号）午饭\n红烧肉×1")


def test_the_cut_off_passes_between_read_back_and_yes(mother, show_time, database, village):
    show_time(at(MONDAY, 9, 29))
    mother.says("今天午饭红烧肉一份")
    show_time(at(MONDAY, 9, 31))

    assert "停订" in mother.says("好")
    assert coming(database, village.mother_id) == []


def test_after_the_cut_off_only_the_desk_can_cancel(mother, show_time):
    mother.says("今天午饭红烧肉一份")
    mother.says("好")
    show_time(at(MONDAY, 9, 31))
    mother.says("取消今天的")

    assert "0755-5550100" in mother.says("对")


def test_a_dish_that_is_not_there_is_said_and_the_menu_shown(mother):
    answer = mother.says("今天中午来一份佛跳墙")

    assert answer.splitlines()[0] == "这顿没有佛跳墙。"
    assert "1 红烧肉 15元" in answer


def test_a_change_is_read_back_again(mother):
    mother.says("今天午饭红烧肉两份")

    assert "红烧肉×1" in mother.says("不对，一份就行")


def test_a_dish_that_takes_the_place_of_the_only_one_does_not_stand_beside_it(mother):
    mother.says("今天午饭红烧肉一份")

    answer = mother.says("换成炒青菜")

    assert "炒青菜×1" in answer
    assert "红烧肉" not in answer


def test_a_dish_that_is_added_stands_beside_the_first(mother):
    mother.says("今天午饭红烧肉一份")

    answer = mother.says("再加一份炒青菜")

    assert "红烧肉×1" in answer
    assert "炒青菜×1" in answer


def test_a_daughter_orders_for_her_mother_and_the_reply_names_her(daughter, database, village):
    assert daughter.says("给妈妈订明天午饭，红烧肉一份").startswith("给妈妈（王秀英）：明天")
    assert "给妈妈（王秀英）" in daughter.says("好")
    assert coming(database, village.mother_id) == [(TUESDAY, "红烧肉", "dine_in")]


def test_an_account_with_two_people_is_asked_for_whom(daughter, village):
    daughter.event("SCAN", village.father.scene)
    daughter.says("3")

    assert daughter.says("明天中午红烧肉一份").splitlines() == ["给谁？", "1 妈妈（王秀英）", "2 爸爸（李建国）"]
    assert daughter.says("2").startswith("给爸爸（李建国）：明天")


def test_somebody_who_is_not_bound_gets_no_meal(daughter):
    assert daughter.says("给外婆订明天午饭").startswith("外婆的小票还没扫过")


def test_whoever_wants_a_person_gets_one_with_the_transcript(mother, database):
    mother.says("今天有什么吃的")

    assert "0755-5550100" in mother.says("找人")
    with database.reading(EVERYWHERE) as session:
        assert session.scalars(select(Ticket)).one().kind == "human"
        texts = [said.text_sealed for said in session.scalars(select(Utterance))]
    assert len(texts) > 2
    assert not any("吃" in text for text in texts)


@pytest.mark.parametrize("words", ["我摔倒了", "胸口疼", "救命啊", "我不想活了"])
def test_danger_comes_first_whatever_was_asked(mother, words, database):
    mother.says("今天午饭红烧肉一份")

    assert mother.says(words).startswith("马上打120！\n食堂电话0755-5550100")
    with database.reading(EVERYWHERE) as session:
        assert session.scalars(select(Ticket)).one().kind == "emergency"


def test_danger_is_told_to_the_family(phone, village, database):
    with database.transaction(EVERYWHERE) as session:
        seniors.link(
            session, person_id=village.mother_id, account="wechat:900", proof="desk", actor="staff:test", at=MORNING
        )
    phone.event("subscribe", f"qrscene_{village.mother.scene}")
    phone.says("1")

    phone.says("我摔倒了")

    assert [notice.account for notice in due(database, "emergency")] == ["wechat:900"]


def test_voice_shows_what_was_heard(mother):
    assert mother.speaks("今天有什么吃的").startswith("听到：今天有什么吃的")


def test_voice_that_was_not_heard_has_an_own_answer(mother):
    assert mother.speaks("").startswith("没听清")


def test_a_draft_is_forgotten_after_half_an_hour(mother, show_time, database, village):
    mother.says("明天午饭红烧肉一份")
    show_time(MORNING + timedelta(minutes=31))
    mother.says("好")

    assert coming(database, village.mother_id) == []


def test_the_third_misunderstanding_fetches_a_person(mother, database):
    for text in ("哈哈哈", "帮我买张火车票", "给我放个歌"):
        mother.says(text)

    with database.reading(EVERYWHERE) as session:
        assert session.scalars(select(Ticket)).one().kind == "human"


def test_the_menu_buttons_work(mother):
    assert "午饭有：" in mother.event("CLICK", "order")
    assert "还没有订饭" in mother.event("CLICK", "mine")
    assert "取餐码：" in mother.event("CLICK", "code")


def test_a_picture_is_answered_kindly(mother):
    assert "图片我看不了" in mother.deliver(message("o-1", "image", PicUrl="x", MediaId="m"))


def test_every_answer_of_a_long_talk_keeps_to_eight_lines_and_the_limit(mother):
    said = [
        "今天有什么吃的",
        "1和2",
        "为什么",
        "好",
        "取餐码",
        "订了什么",
        "几点开门",
        "在哪里",
        "怎么用",
        "取消",
        "不是",
    ]

    answers = [mother.says(text) for text in said]

    assert max(len(answer.splitlines()) for answer in answers) <= 8
    assert all(answer.count("？") <= 1 for answer in answers)


def test_of_two_wishes_both_are_done_where_the_first_asks_nothing(mother):
    mother.says("今天午饭红烧肉一份")
    mother.says("好")

    answer = mother.says("订了什么，顺便看看几点开门")

    assert "红烧肉，付10元" in answer
    assert "午饭11:00到12:30" in answer


def test_of_two_wishes_the_question_is_answered_before_the_order_is_read_back(mother):
    answer = mother.says("今天午饭清蒸鲈鱼一份，再问一下几点开门")

    assert answer.startswith("幸福里食堂，今天：\n午饭11:00到12:30")
    assert "这样订，好吗？\n1 好，订下  2 先不订  3 找人" in answer
    assert mother.says("好").startswith("订好了")


def test_what_was_not_heard_can_be_answered_by_a_number(mother):
    mother.says("今天午饭红烧肉一份")
    mother.says("先不订")

    assert "1 订饭" in mother.speaks("")
    assert "午饭有：" in mother.says("2")
