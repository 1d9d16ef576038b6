import pytest

from bot.simulator.account import Account
from bot.simulator.app import create_app
from bot.simulator.settings import NotHere, Settings


def test_stranger_by_a_code_becomes_a_follower_with_its_scene(act, call, callback):
    made = call("qrcode/create", action_name="QR_LIMIT_STR_SCENE", action_info={"scene": {"scene_str": "canteen-7"}})
    act("scan", user="stranger", code=made["ticket"])
    event = callback.received[-1]
    assert (event["Event"], event["EventKey"]) == ("subscribe", "qrscene_canteen-7")
    assert event["Ticket"] == made["ticket"]


def test_follower_scans_without_the_prefix(act, call, callback):
    made = call("qrcode/create", action_name="QR_STR_SCENE", action_info={"scene": {"scene_str": "table-3"}})
    act("follow")
    act("scan", code=made["url"])
    assert (callback.received[-1]["Event"], callback.received[-1]["EventKey"]) == ("SCAN", "table-3")


def test_code_past_its_time_is_refused(act, call, callback, client):
    call(
        "qrcode/create",
        expire_seconds=60,
        action_name="QR_STR_SCENE",
        action_info={"scene": {"scene_str": "short"}},
    )
    client.post("/simulator/clock", json={"step": "hour"})
    assert act("scan", code="short") == {"error": "scan.expired_code"}


def test_who_does_not_follow_cannot_write(act):
    assert act("text", text="你好") == {"error": "users.not_following"}


def test_leaving_is_told_and_answers_nothing(act, callback):
    act("follow")
    told = act("unfollow")
    assert (callback.received[-1]["Event"], told["replies"]) == ("unsubscribe", [])


def test_clock_is_moved_at_its_owner(client, callback):
    told = client.post("/simulator/clock", json={"step": "tomorrow"}).get_json()
    assert told == {"now": "2026-03-03T09:00:00+08:00", "running": False, "shared": True}
    assert callback.clock.isoformat() == "2026-03-03T01:00:00+00:00"


def test_clock_without_owner_says_that_it_is_alone():
    app = create_app(Settings(public_url="http://127.0.0.1:9"))
    assert app.test_client().get("/simulator/clock").get_json()["shared"] is False


def test_foreign_forms_cannot_act(client):
    answer = client.post("/simulator/users/senior/follow", data={"a": "b"})
    assert (answer.status_code, answer.get_json()) == (415, {"error": "json.expected"})


def test_other_machines_are_refused(client):
    assert client.get("/", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 403


def test_other_host_names_are_refused(client):
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8001", "localhost:8001"])
def test_own_host_names_are_served(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 200


def test_production_is_refused():
    with pytest.raises(NotHere):
        Settings.from_environment({"CANTEEN_ENV": "production"})


def test_page_shows_the_chosen_person_under_a_strict_policy(client):
    answer = client.get("/?user=daughter&compact=1")
    policy = answer.headers["Content-Security-Policy"]
    assert "李静的手机" in answer.text
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'self'" in policy


def test_page_escapes_names(client):
    client.post("/simulator/users", json={"name": "<b>x</b>"})
    assert "<b>x</b>" not in client.get("/").text


def test_snapshot_survives_a_restart(tmp_path, callback):
    settings = Settings(public_url=callback.url, state_path=tmp_path / "state.json")
    first = create_app(settings)
    client = first.test_client()
    client.post("/simulator/users/senior/follow", json={})
    before = client.get("/simulator/users/senior/state").get_json()
    first.extensions["wechat_simulator"].account.save()
    after = create_app(settings).test_client().get("/simulator/users/senior/state").get_json()
    assert after == before
    assert after["user"]["following"] is True


def test_broken_snapshot_is_put_aside(tmp_path):
    path = tmp_path / "state.json"
    path.write_text('{"users": 3}', "utf-8")
    assert [user.key for user in Account(path).users()] == ["senior", "daughter", "stranger"]
    assert (tmp_path / "state.broken").exists()


def test_message_ids_grow_even_after_a_restart():
    first, second = Account().message_id(), Account().message_id()
    assert second > first


def test_unknown_people_are_not_found(client):
    assert client.get("/simulator/users/nobody/messages").status_code == 404


def test_openids_have_the_length_of_real_ones():
    assert {len(user.openid) for user in Account().users()} == {28}
