import io
import json

import pytest

SENIOR = "/simulator/users/senior"


@pytest.fixture
def openid(client):
    return client.get("/simulator/users").get_json()["users"][0]["openid"]


def say(call, openid, words="饭好了"):
    return call("message/custom/send", touser=openid, msgtype="text", text={"content": words})["errcode"]


@pytest.mark.parametrize(
    ("appid", "secret", "errcode"),
    [
        ("", "x", 41002),
        ("wxother", "x", 40013),
        ("wxdemo0000000001", "", 41004),
        ("wxdemo0000000001", "x", 40125),
    ],
)
def test_wrong_credentials_get_no_token(client, appid, secret, errcode):
    query = {"grant_type": "client_credential", "appid": appid, "secret": secret}
    assert client.get("/cgi-bin/token", query_string=query).get_json()["errcode"] == errcode
    assert client.post("/cgi-bin/stable_token", json=query).get_json()["errcode"] == errcode


def test_new_token_ends_the_one_before(client):
    query = {"grant_type": "client_credential", "appid": "wxdemo0000000001", "secret": "demo-secret"}
    old, new = (client.get("/cgi-bin/token", query_string=query).get_json()["access_token"] for _ in "12")
    answers = [client.get(f"/cgi-bin/menu/get?access_token={one}").get_json()["errcode"] for one in (old, new)]
    assert answers == [40001, 46003]


def test_stable_token_is_repeated(client, token):
    given = {"grant_type": "client_credential", "appid": "wxdemo0000000001", "secret": "demo-secret"}
    assert client.post("/cgi-bin/stable_token", json=given).get_json()["access_token"] == token


def test_token_past_its_life_is_told(client, token):
    client.post("/simulator/expire-tokens", json={})
    assert client.get(f"/cgi-bin/menu/get?access_token={token}").get_json()["errcode"] == 42001


def test_call_without_token_is_told(client):
    assert client.get("/cgi-bin/menu/get").get_json()["errcode"] == 41001


def test_service_message_needs_a_follower(call, openid):
    assert say(call, openid) == 43004


def test_service_message_to_nobody_is_refused(call):
    assert say(call, "oNobody") == 40003


def test_message_of_the_user_opens_five(call, act, client, openid):
    act("follow")
    client.post("/simulator/clock", json={"step": "hour"})
    act("text", text="你好")
    assert [say(call, openid) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]


def test_following_opens_three_for_one_minute(call, act, client, openid):
    act("follow")
    assert [say(call, openid) for _ in range(4)] == [0, 0, 0, 45047]
    client.post("/simulator/clock", json={"step": "hour"})
    assert say(call, openid) == 45015


def test_message_window_closes_after_two_days(call, act, callback, client, openid):
    act("follow")
    act("text", text="你好")
    client.post("/simulator/clock", json={"now": "2026-03-04T12:00:00+08:00"})
    assert say(call, openid) == 45015


def test_service_message_appears_in_the_chat(call, act, client, openid):
    act("follow")
    say(call, openid, "您的饭在路上")
    assert client.get(f"{SENIOR}/messages").get_json()["messages"][-1]["content"]["text"] == "您的饭在路上"


def test_outbox_keeps_refused_messages_too(call, client, openid):
    say(call, openid)
    assert [sent["errcode"] for sent in client.get("/simulator/outbox").get_json()["outbox"]] == [43004]


def test_message_menu_is_kept_with_its_choices(call, act, client, openid):
    act("follow")
    menu = {"head_content": "要订吗？", "list": [{"id": "1", "content": "要"}], "tail_content": ""}
    assert call("message/custom/send", touser=openid, msgtype="msgmenu", msgmenu=menu)["errcode"] == 0
    shown = client.get(f"{SENIOR}/messages").get_json()["messages"][-1]["content"]
    assert shown["choices"] == [{"id": "1", "text": "要"}]


def test_text_over_the_limit_is_refused(call, act, openid):
    act("follow")
    assert say(call, openid, "长" * 700) == 45002


def test_escaped_chinese_reaches_the_phone_as_backslashes(client, token, act, openid):
    act("follow")
    body = json.dumps({"touser": openid, "msgtype": "text", "text": {"content": "好"}})
    client.post(f"/cgi-bin/message/custom/send?access_token={token}", data=body)
    assert client.get(f"{SENIOR}/messages").get_json()["messages"][-1]["content"]["text"] == "\\u597d"


def test_picture_is_kept_and_given_back(client, token):
    picture = b"\x89PNG\r\n\x1a\n" + bytes(20)
    upload = {"media": (io.BytesIO(picture), "code.png")}
    query = f"access_token={token}"
    made = client.post(f"/cgi-bin/media/upload?{query}&type=image", data=upload).get_json()
    assert client.get(f"/cgi-bin/media/get?{query}&media_id={made['media_id']}").data == picture


def test_file_that_is_no_picture_is_refused(client, token):
    upload = {"media": (io.BytesIO(b"<script>"), "code.png")}
    answer = client.post(f"/cgi-bin/media/upload?access_token={token}&type=image", data=upload)
    assert answer.get_json()["errcode"] == 40005


CLICK = {"type": "click", "name": "订餐", "key": "ORDER"}


@pytest.mark.parametrize(
    ("buttons", "errcode"),
    [
        ([CLICK], 0),
        ([], 40016),
        ([CLICK] * 4, 40016),
        ([{**CLICK, "type": "push"}], 40017),
        ([{**CLICK, "name": "一二三四五六"}], 40018),
        ([{**CLICK, "key": "k" * 129}], 40019),
        ([{"type": "view", "name": "看", "url": "http://a/" + "u" * 1024}], 40020),
        ([{"type": "view", "name": "看", "url": "javascript:1"}], 40055),
        ([{"name": "我的", "sub_button": [CLICK] * 6}], 40023),
        ([{"name": "我的", "sub_button": [{**CLICK, "name": "字" * 21}]}], 40025),
    ],
)
def test_menu_keeps_the_limits(call, buttons, errcode):
    assert call("menu/create", button=buttons)["errcode"] == errcode


def test_menu_is_given_back_and_removed(call, client, token):
    call("menu/create", button=[CLICK])
    assert client.get(f"/cgi-bin/menu/get?access_token={token}").get_json() == {"menu": {"button": [CLICK]}}
    client.get(f"/cgi-bin/menu/delete?access_token={token}")
    assert client.get(f"/cgi-bin/menu/get?access_token={token}").get_json()["errcode"] == 46003


@pytest.mark.parametrize(
    ("action", "scene"),
    [
        ("QR_STR_SCENE", {"scene_str": ""}),
        ("QR_STR_SCENE", {"scene_str": "x" * 65}),
        ("QR_LIMIT_SCENE", {"scene_id": 100001}),
        ("QR_SCENE", {"scene_id": "7"}),
        ("QR_OTHER", {"scene_id": 7}),
    ],
)
def test_codes_keep_the_limits(call, action, scene):
    assert call("qrcode/create", action_name=action, action_info={"scene": scene})["errcode"] == 40053


def test_permanent_code_of_a_scene_is_always_the_same(call):
    wanted = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "canteen-7"}}}
    assert call("qrcode/create", **wanted) == call("qrcode/create", **wanted)


def test_code_is_drawn(call, client):
    made = call("qrcode/create", action_name="QR_SCENE", action_info={"scene": {"scene_id": 7}})
    answer = client.get("/cgi-bin/showqrcode", query_string={"ticket": made["ticket"]})
    assert answer.data.startswith(b"\x89PNG")


def test_user_info_tells_no_name(act, client, token, openid):
    act("follow")
    told = client.get(f"/cgi-bin/user/info?access_token={token}&openid={openid}").get_json()
    assert told["subscribe"] == 1
    assert "nickname" not in told


def test_subscribed_notice_needs_an_acceptance(call, act, callback, openid):
    act("follow")
    notice = {"touser": openid, "template_id": "T1", "data": {"thing1": {"value": "已取餐"}}}
    act("accept", template_id="T1", count=1)
    answers = [call("message/subscribe/bizsend", **notice)["errcode"] for _ in "12"]
    assert answers == [0, 43101]
    chosen = callback.received[-1]["SubscribeMsgPopupEvent"]["List"]
    assert (chosen["TemplateId"], chosen["SubscribeStatusString"]) == ("T1", "accept")


def test_long_value_in_a_notice_is_refused_by_name(call, act, openid):
    act("follow")
    told = call("message/template/send", touser=openid, template_id="T1", data={"thing1": {"value": "字" * 21}})
    assert (told["errcode"], "thing1" in told["errmsg"]) == (47003, True)


def test_mini_program_code_works_once(client):
    code = client.post(f"{SENIOR}/code", json={}).get_json()["code"]
    query = {
        "appid": "wxdemo0000000002",
        "secret": "demo-mini-secret",
        "js_code": code,
        "grant_type": "authorization_code",
    }
    first, second = (client.get("/sns/jscode2session", query_string=query).get_json() for _ in "12")
    assert first["openid"].startswith("oMp0B7")
    assert second["errcode"] == 40163


def authorize(client, redirect_uri, **more):
    query = {
        "appid": "wxdemo0000000001",
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": "snsapi_base",
        "state": "abc1",
        **more,
    }
    return client.get("/connect/oauth2/authorize", query_string=query)


def test_web_log_in_gives_the_openid_once(client, settings, openid):
    answer = authorize(client, f"{settings.public_url}/me?a=1", user="senior")
    code = answer.location.partition("code=")[2].partition("&")[0]
    assert answer.location.startswith(f"{settings.public_url}/me?a=1&code=")
    assert answer.location.endswith("state=abc1")
    query = {
        "appid": "wxdemo0000000001",
        "secret": "demo-secret",
        "code": code,
        "grant_type": "authorization_code",
    }
    first, second = (client.get("/sns/oauth2/access_token", query_string=query).get_json() for _ in "12")
    assert (first["openid"], second["errcode"]) == (openid, 40163)


def test_web_log_in_asks_who_it_is(client, settings):
    assert "谁在用微信" in authorize(client, f"{settings.public_url}/me").text


def test_web_log_in_needs_a_scope_that_the_platform_knows(client, settings):
    assert authorize(client, f"{settings.public_url}/me", user="senior", scope="snsapi_all").status_code == 400


def test_web_log_in_leads_nowhere_else(client):
    assert authorize(client, "https://evil.example/", user="senior").status_code == 400


def test_links_nobody_sent_are_not_opened(client):
    assert client.get("/open/senior?url=https://evil.example/").status_code == 404


def test_link_of_the_canteen_is_opened_as_the_user(client, settings):
    answer = client.get("/open/senior", query_string={"url": f"{settings.public_url}/menu"})
    assert answer.location == f"{settings.public_url}/menu"
    assert "wechat_simulator_user=senior" in answer.headers["Set-Cookie"]
