"""Play WeChat's side of the wire: sign, encrypt, deliver, and read the answers."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from flask.testing import FlaskClient
from wechatpy.crypto import WeChatCrypto
from werkzeug.test import TestResponse

from bot.envelope import read
from canteen.foundation import clock
from canteen.foundation.settings import WechatSettings

ACCOUNT = "gh_canteen"
_numbers = count(1_000_000)


def signed(settings: WechatSettings, *more: str, stamp: int | None = None) -> dict[str, str]:
    """Return the query of a delivery; further parts are signed too, as msg_signature."""
    timestamp = str(stamp if stamp is not None else int(clock.now().timestamp()))
    query = {"timestamp": timestamp, "nonce": "nonce"}
    query["signature"] = _sha1(settings.token, timestamp, "nonce")
    if more:
        query |= {"encrypt_type": "aes", "msg_signature": _sha1(settings.token, timestamp, "nonce", *more)}
    return query


def encrypted(settings: WechatSettings, xml: str, *, aes_key: str | None = None) -> tuple[str, str]:
    """Return the outer body and the cipher text of a message."""
    crypto = WeChatCrypto(settings.token, aes_key or settings.aes_key, settings.appid)
    cipher = re.search(r"<Encrypt><!\[CDATA\[(.*?)\]\]>", crypto.encrypt_message(xml, "nonce", "1"))[1]
    return f"<xml><ToUserName>{ACCOUNT}</ToUserName><Encrypt><![CDATA[{cipher}]]></Encrypt></xml>", cipher


def message(openid: str = "o-1", kind: str = "text", **nodes: Any) -> str:
    """Write the XML of a message or event."""
    nodes = {"CreateTime": int(clock.now().timestamp()), "MsgType": kind, **nodes}
    if kind != "event":
        nodes.setdefault("MsgId", next(_numbers))
    body = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in nodes.items())
    return f"<xml><ToUserName>{ACCOUNT}</ToUserName><FromUserName>{openid}</FromUserName>{body}</xml>"


@dataclass
class Phone:
    """Hold a telephone that talks to the official account."""

    client: FlaskClient
    settings: WechatSettings
    openid: str = "o-1"
    last: str = ""
    taps: dict[str, tuple[str, str]] = field(default_factory=dict)

    def says(self, text: str, **nodes: Any) -> str:
        """Send a text and return the answer without markup."""
        return self.deliver(message(self.openid, Content=text, **nodes))

    def speaks(self, recognition: str, media_id: str = "") -> str:
        """Send a voice message with what was recognised; without an id its sound cannot be fetched."""
        named = {"MediaId": media_id} if media_id else {}
        return self.deliver(message(self.openid, "voice", Recognition=recognition, Format="amr", **named))

    def event(self, name: str, key: str = "", **nodes: Any) -> str:
        """Send an event."""
        return self.deliver(message(self.openid, "event", Event=name, EventKey=key, **nodes))

    def taps_on(self, label: str) -> str:
        """Tap a line of the last answer."""
        content, menu_id = next(tap for shown, tap in self.taps.items() if label in shown)
        return self.says(content, bizmsgmenuid=menu_id)

    def deliver(self, xml: str) -> str:
        """Deliver XML as the platform does, and return what the person reads."""
        response = self.post(xml)
        assert response.status_code == 200, response.status
        return self.read(response)

    def post(self, xml: str) -> TestResponse:
        """Deliver XML and return the raw answer."""
        body, cipher = encrypted(self.settings, xml)
        return self.client.post("/wechat", query_string=signed(self.settings, cipher), data=body)

    def read(self, response: TestResponse) -> str:
        """Open an answer."""
        text = response.get_data(as_text=True)
        if text == "success":
            self.last = ""
            return ""
        parts = dict(re.findall(r"<(\w+)>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</\1>", text.removeprefix("<xml>")))
        crypto = WeChatCrypto(self.settings.token, self.settings.aes_key, self.settings.appid)
        xml = crypto.decrypt_message(text, parts["MsgSignature"], parts["TimeStamp"], parts["Nonce"])
        self.last = read(xml.encode()).text
        tap = r'<a href="weixin://bizmsgmenu\?msgmenucontent=(.*?)&msgmenuid=(.*?)">(.*?)</a>'
        self.taps = {shown: (content, menu_id) for content, menu_id, shown in re.findall(tap, self.last)}
        return re.sub(r"<[^>]+>", "", self.last)


def _sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()
