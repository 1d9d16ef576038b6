"""A page may use WeChat's scanner only under a signature that WeChat's own example confirms."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from bot.client import Client
from bot.page_config import page_config, signature
from bot.simulator.app import create_app
from bot.simulator.settings import Settings as SimulatorSettings
from bot.tables import WechatToken
from bot.token import TokenStore
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.settings import Settings
from tests import builders as make


def test_signature_is_that_of_the_example_in_the_documentation():
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    url = "http://mp.weixin.qq.com?params=value#top"
    made = signature(ticket, nonce="Wm3WZYTPz0wzccnW", timestamp=1414587457, url=url)

    assert made == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"


def test_one_ticket_of_the_simulator_signs_many_pages_and_is_kept_sealed(serving, database):
    root = serving(create_app(SimulatorSettings(public_url="http://127.0.0.1:9"))) + "/"
    wechat = replace(Settings.from_environment({}, Path("nowhere")).wechat, api_root=root)
    client = Client(wechat, TokenStore(database))
    one, other = (page_config(client, url=f"http://here/counter?{n}", at=make.NOON) for n in range(2))
    with database.reading(EVERYWHERE) as session:
        kept = set(session.scalars(select(WechatToken.key)))

    assert one["appId"] == wechat.appid
    assert one["signature"] != other["signature"]
    assert one["signature"] == signature(
        client.page_ticket(),
        nonce=str(one["nonceStr"]),
        timestamp=int(make.NOON.timestamp()),
        url="http://here/counter?0",
    )
    assert kept == {f"token:{wechat.appid}", f"ticket:{wechat.appid}"}
