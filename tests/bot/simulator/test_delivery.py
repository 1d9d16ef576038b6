import pytest
from flask import Response

from bot.simulator.acts import FAILURE

from .callback import SILENCE, text


@pytest.fixture(autouse=True)
def followed(act, callback):
    act("follow")
    callback.received.clear()
    callback.queries.clear()


def test_text_is_understood_and_its_reply_is_shown(act, callback):
    told = act("text", text="明天中午吃饭")
    assert callback.received[0]["Content"] == "明天中午吃饭"
    assert told["replies"][0]["content"]["text"] == "收到"


def test_message_time_is_the_demo_clock(act, callback):
    act("text", text="你好")
    assert int(callback.received[0]["CreateTime"]) == int(callback.clock.timestamp())


def test_correct_answer_is_not_followed_by_another_attempt(act, callback):
    act("text", text="你好")
    assert len(callback.received) == 1


@pytest.mark.parametrize("silence", ["success", ""])
def test_nothing_to_say_shows_nothing(act, callback, silence):
    callback.answers = [silence]
    told = act("text", text="你好")
    assert (len(callback.received), told["replies"]) == (1, [])


@pytest.mark.parametrize(
    "bad", [Response('{"a": 1}'), Response("<xml></xml>"), Response("sorry", status=503), text("长" * 700)]
)
def test_malformed_answers_lead_to_the_same_message_again(act, callback, bad):
    callback.answers = [bad, bad, text("好了")]
    told = act("text", text="你好")
    assert len({message["MsgId"] for message in callback.received}) == 1
    assert [attempt["number"] for attempt in told["delivery"]["attempts"]] == [1, 2, 3]
    assert told["replies"][0]["content"]["text"] == "好了"


def test_three_bad_answers_show_the_failure_of_the_account(act, callback):
    callback.answers = [Response("x", status=500)] * 3
    told = act("text", text="你好")
    assert len(callback.received) == 3
    assert told["replies"][0]["content"]["text"] == FAILURE


@pytest.mark.parametrize("settings", [1.0], indirect=True)
def test_silence_leads_to_the_same_message_again(act, callback):
    callback.answers = [SILENCE]
    told = act("text", text="你好")
    outcomes = [attempt["outcome"] for attempt in told["delivery"]["attempts"]]
    assert outcomes == ["timeout", "answered"]


@pytest.mark.parametrize("trick", ["wrong-signature", "old-timestamp", "plain-body"])
def test_forgeries_are_refused_and_posted_once(act, callback, trick):
    told = act("text", text="你好", trick=trick)
    assert [attempt["status"] for attempt in told["delivery"]["attempts"]] == [403]
    assert (callback.received, told["replies"]) == ([], [])


def test_three_deliveries_carry_one_message_id(act, callback):
    told = act("text", text="你好", trick="thrice")
    assert [message["MsgId"] for message in callback.received] == [callback.received[0]["MsgId"]] * 3
    assert "一致" in told["delivery"]["verdict"]
    assert len(told["replies"]) == 1


def test_three_deliveries_tell_different_answers(act, callback):
    callback.answers = [text("一"), text("二"), text("一")]
    assert "不一致" in act("text", text="你好", trick="thrice")["delivery"]["verdict"]


def test_slow_network_loses_the_first_answer(act, callback):
    callback.answers = [text("第一次"), text("第二次")]
    told = act("text", text="你好", trick="slow-network")
    assert [line["content"]["text"] for line in told["replies"]] == ["第二次"]


def test_unknown_type_reaches_the_callback(act, callback):
    act("text", text="你好", trick="unknown-type")
    assert callback.received[0]["MsgType"] == "hologram"


def test_voice_carries_what_was_heard(act, callback):
    act("voice", text="")
    assert (callback.received[0]["MsgType"], callback.received[0]["Recognition"]) == ("voice", None)


def test_location_puts_the_latitude_first(act, callback):
    act("location", latitude=22.5, longitude=115.25, label="村口")
    assert (callback.received[0]["Location_X"], callback.received[0]["Location_Y"]) == ("22.5", "115.25")


def test_choice_names_the_entry_of_the_message_menu(act, callback):
    act("text", text="订午餐", choice="101")
    assert callback.received[0]["bizmsgmenuid"] == "101"


def test_taps_within_one_second_stay_apart(act, callback):
    act("click", key="MENU")
    act("click", key="MENU")
    assert len({message["CreateTime"] for message in callback.received}) == 2


def test_picture_reply_needs_a_known_picture(act, callback):
    callback.answers = [{"MsgType": "image", "Image": {"MediaId": "unknown"}}]
    assert act("text", text="取餐码")["replies"][0]["content"]["text"] == FAILURE


def test_article_reply_is_read(act, callback):
    item = {"Title": "本周菜单", "Description": "七天", "PicUrl": "", "Url": "http://127.0.0.1/menu"}
    callback.answers = [{"MsgType": "news", "ArticleCount": "1", "Articles": {"item": item}}]
    assert act("text", text="菜单")["replies"][0]["content"]["articles"][0]["title"] == "本周菜单"


def test_reply_to_somebody_else_is_malformed(act, callback):
    callback.answers = [{**text("你好"), "ToUserName": "oSomebodyElse"}] * 3
    assert act("text", text="你好")["replies"][0]["content"]["text"] == FAILURE


def test_links_and_choices_in_texts_are_told_apart(act, callback):
    link = '<a href="weixin://bizmsgmenu?msgmenucontent=订午餐&msgmenuid=1">订</a>或<b>http://127.0.0.1/a</b>'
    callback.answers = [text(link)]
    assert act("text", text="你好")["replies"][0]["segments"] == [
        {"text": "订", "choice": "订午餐", "id": "1"},
        {"text": "或<b>"},
        {"text": "http://127.0.0.1/a", "url": "http://127.0.0.1/a"},
        {"text": "</b>"},
    ]
