import io
import json
import multiprocessing
import threading
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import zxingcpp
from flask import Flask, request
from PIL import Image

from bot.app import init_app
from bot.channel import WechatChannel
from bot.client import NO_ANSWER, NOT_JSON, Client, WechatError, open_miniprogram
from bot.tables import WechatAccount
from bot.templates import Templates
from bot.token import TokenStore
from bot.ways import Ways
from canteen import checkin, demo, seniors
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.references import reference_of
from canteen.foundation.secrecy import Vault, development_key
from canteen.foundation.settings import Settings
from tests import builders


class Platform:
    """Stand in for WeChat's interface on loopback, and count."""

    def __init__(self):
        self.calls, self.sent, self.dead, self.code = Counter(), [], set(), 0
        self.asked, self.gate = threading.Event(), threading.Event()
        self.gate.set()
        self.app = Flask("platform")
        self.app.add_url_rule("/cgi-bin/stable_token", view_func=self.token, methods=["POST"])
        self.app.add_url_rule("/cgi-bin/<path:path>", view_func=self.answer, methods=["GET", "POST"])
        self.app.add_url_rule("/sns/jscode2session", view_func=self.session)

    def token(self):
        self.calls["token"] += 1
        self.asked.set()
        self.gate.wait(30)
        return {"access_token": f"token-{self.calls['token']}", "expires_in": 7200}

    def answer(self, path):
        self.calls[path] += 1
        if request.args["access_token"] in self.dead:
            return {"errcode": 40001, "errmsg": "invalid"}
        if self.code == NOT_JSON:
            return "<html>"
        self.sent.append(request.get_data() if not request.files else request.files["media"].read())
        return {"errcode": self.code, "media_id": "m-1", "url": "http://weixin.qq.com/q/1"}

    def session(self):
        known = request.args["js_code"] == "good"
        return {"openid": "o-mini", "session_key": "k"} if known else {"errcode": 40029, "errmsg": "invalid code"}


@pytest.fixture
def platform(serving):
    platform = Platform()
    platform.root = serving(platform.app) + "/"
    return platform


@pytest.fixture
def wechat(platform):
    return replace(Settings.from_environment({}, Path("nowhere")).wechat, api_root=platform.root)


@pytest.fixture
def client(wechat, database):
    return Client(wechat, TokenStore(database))


def test_text_is_sent_as_it_is_written(client, platform):
    client.send_text("o-1", "订好了")

    assert json.loads(platform.sent[0]) == {"touser": "o-1", "msgtype": "text", "text": {"content": "订好了"}}
    assert "订好了".encode() in platform.sent[0]


def test_one_token_serves_many_calls(client, platform):
    for _ in range(3):
        client.send_text("o-1", "x")

    assert platform.calls["token"] == 1


def test_a_dead_token_is_replaced_once(client, platform):
    client.send_text("o-1", "x")
    platform.dead.add("token-1")

    client.upload_image(b"picture")

    assert platform.calls["token"] == 2
    assert platform.sent[-1] == b"picture"


def test_a_token_that_is_always_dead_is_tried_twice(client, platform):
    platform.dead |= {f"token-{number}" for number in range(9)}

    with pytest.raises(WechatError) as caught:
        client.send_text("o-1", "x")

    assert caught.value.errcode == 40001
    assert platform.calls["message/custom/send"] == 2


@pytest.mark.parametrize("code", [45015, -1, NOT_JSON])
def test_every_refusal_is_one_error(client, platform, code):
    platform.code = code

    with pytest.raises(WechatError) as caught:
        client.send_text("o-1", "x")

    assert caught.value.errcode == code


def test_no_answer_is_the_same_error_and_tells_no_token(wechat, database):
    client = Client(replace(wechat, api_root="http://127.0.0.1:9/"), TokenStore(database))

    with pytest.raises(WechatError) as caught:
        client.send_text("o-1", "x")

    assert caught.value.errcode == NO_ANSWER
    assert caught.value.__suppress_context__


def test_the_token_is_sealed_at_rest(client, platform, database):
    client.send_text("o-1", "x")

    with database.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT token_sealed FROM wechat_tokens").scalar_one()
    assert "token-1" not in kept


def test_a_scene_gives_the_address_of_its_code(client):
    assert client.temporary_scene("bind-1", 99_999_999) == "http://weixin.qq.com/q/1"


def _call_from_another_process(url, wechat, threads):
    database = Database(url, Vault({"1": development_key("DATA_KEYS")}))
    client = Client(wechat, TokenStore(database))
    running = [threading.Thread(target=client.send_text, args=("o-1", "x")) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


def test_two_processes_of_four_threads_fetch_one_token(wechat, platform, database):
    url = database.engine.url.render_as_string(hide_password=False)
    spawn = multiprocessing.get_context("spawn")
    others = [spawn.Process(target=_call_from_another_process, args=(url, wechat, 4)) for _ in range(2)]
    for process in others:
        process.start()
    for process in others:
        process.join(60)

    assert [process.exitcode for process in others] == [0, 0]
    assert platform.calls["token"] == 1
    assert platform.calls["message/custom/send"] == 8


def test_the_database_is_free_while_a_slow_platform_is_asked_for_a_token(client, platform, database):
    platform.gate.clear()
    fetching = threading.Thread(target=client.send_text, args=("o-1", "x"))
    fetching.start()
    assert platform.asked.wait(30)

    with database.transaction(EVERYWHERE) as session:
        session.add(WechatAccount(appid="a", openid="o-2", met_at=clock.now(), heard_at=clock.now()))
    assert fetching.is_alive()

    platform.gate.set()
    fetching.join(30)
    assert platform.calls["message/custom/send"] == 1


def test_the_lease_of_a_caller_that_died_runs_out(wechat, database):
    store = TokenStore(database, lease=timedelta(milliseconds=200))
    assert store._find_or_lease("token:x", None, "dead") == ""

    assert store.once("token:x", None, lambda: ("token-2", 7200)) == "token-2"


def test_a_late_caller_does_not_overwrite_what_another_fetched(database):
    store = TokenStore(database, lease=timedelta(0))

    def overtaken():
        assert store.once("token:x", None, lambda: ("new", 7200)) == "new"
        return "late", 7200

    assert store.once("token:x", None, overtaken) == "late"
    assert store.fresh("token:x") == "new"


def test_a_fetch_that_fails_gives_the_lease_back_at_once(database):
    store = TokenStore(database)
    with pytest.raises(WechatError):
        store.once("token:x", None, lambda: (_ for _ in ()).throw(WechatError(NO_ANSWER)))

    assert store.once("token:x", None, lambda: ("token-1", 7200)) == "token-1"


def test_a_log_in_of_the_mini_program_gives_the_openid(wechat):
    assert open_miniprogram(wechat, "good")["openid"] == "o-mini"


def test_a_bad_code_of_the_mini_program_is_an_error(wechat):
    with pytest.raises(WechatError, match="40029"):
        open_miniprogram(wechat, "bad")


def read(picture):
    """Return what a reader sees in a picture."""
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))
    return code.text


def test_a_meal_code_is_signed_and_sent_as_a_picture(client, platform, database):
    with database.transaction(EVERYWHERE) as session:
        account = WechatAccount(appid="a", openid="o-1", met_at=clock.now(), heard_at=clock.now())
        session.add(account)
        session.flush()
        name = f"wechat:{account.id}"

    meant = {"person": reference_of("P", 7), "day": "2026-03-02", "meal": "lunch", "expires_at": "2026-03-02T05:00:00Z"}
    channel = WechatChannel(database, Ways(database, client, builders.KEYS, Templates()))
    channel.send(name, "meal_code", meant, at=clock.now())
    channel.send(name, "meal_code", {"digits": "1234567890" * 5}, at=clock.now())

    page = checkin.read_page_code(builders.KEYS, read(platform.sent[0]))
    assert (page.person_ref, page.service_date, page.meal) == (meant["person"], date(2026, 3, 2), "lunch")
    assert json.loads(platform.sent[1])["image"] == {"media_id": "m-1"}
    assert read(platform.sent[2]) == "1234567890" * 5


def test_a_demonstration_gets_a_menu_and_the_codes_of_its_unspent_slips(platform, wechat, database):
    scenes = demo.scenes()[:2]
    guest = init_app(
        Flask("test"), replace(Settings.from_environment({}, Path("nowhere")), wechat=wechat), database, builders.KEYS
    )
    with database.transaction(EVERYWHERE) as session:
        builders.the_nation(session)
        people = [builders.a_senior(session, name=name) for name in ("王秀英", "李建国")]
        for person_id, scene, code in zip(people, scenes, ("11111116", "22222229"), strict=True):
            seniors.keep_slip(session, person_id=person_id, scene=scene, code=code, actor="test", at=clock.now())
        seniors.bind_by_scene(session, scene=scenes[0], account="wechat:1", at=clock.now())

    assert guest.rehearse(clock.now())
    assert (platform.calls["menu/create"], platform.calls["qrcode/create"]) == (1, 1)
    assert scenes[1].encode() in platform.sent[-1]


def test_a_demonstration_whose_wechat_is_away_says_so(platform, wechat, database):
    platform.code = -1
    guest = init_app(
        Flask("test"), replace(Settings.from_environment({}, Path("nowhere")), wechat=wechat), database, builders.KEYS
    )

    assert not guest.rehearse(clock.now())
