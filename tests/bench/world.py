"""Fill a database with people who ordered lunch, and write the requests that bring them to the counter."""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session
from wechatpy.crypto import WeChatCrypto

from canteen import access, seniors
from canteen.foundation.db import EVERYWHERE, Database
from canteen.menus.tables import DayMenu, MenuItem
from canteen.seniors.tables import Person
from tests import builders as make
from tests.bench.floor import AES_KEY, APPID, TOKEN
from tests.bench.load import CLIENTS, Ask

PASSWORD = "correct-horse"
CLOCK = make.at(make.MONDAY, 11, 30)


@dataclass(frozen=True)
class World:
    """Hold the canteen, the numbers of the people who may come, and the slips of those who write."""

    canteen_id: int
    numbers: list[str]
    codes: list[str]


def fill(database: Database, people: int) -> World:
    """Make one canteen under Shenzhen's policy, a counter log-in, and people with orders and numbers."""
    with database.transaction(EVERYWHERE) as session:
        town = make.a_town(session)
        session.execute(update(DayMenu).values(capacity=10 * people))
        session.execute(update(MenuItem).values(portions=10 * people))
        access.install(session, actor="bench", at=make.BEFORE)
        staff = access.add(session, username="wang", name="王师傅", password=PASSWORD, actor="bench", at=make.BEFORE)
        access.give(
            session, ref=staff.ref, role="canteen_staff", canteen_id=town.canteen_id, actor="bench", at=make.BEFORE
        )
        numbers = []
        for number in range(people):
            # A day has a thousand identity numbers in the tests' world.
            person = make.a_senior(session, birth=date(1954, 5, 1) + timedelta(days=number // 900))
            make.an_order(session, town, person)
            numbers.append(make.a_number(session, person))
        codes = [_slip(session, town.canteen_id) for _ in range(CLIENTS)]
    return World(town.canteen_id, numbers, codes)


def _slip(session: Session, canteen_id: int) -> str:
    person = make.a_senior(session, name="李桂兰")
    session.get_one(Person, person).home_canteen_id = canteen_id
    return seniors.issue_slip(session, person_id=person, actor="bench", at=CLOCK).code


def floor_scans(numbers: list[str], name: str) -> list[Ask]:
    """Write scans as the floor takes them."""
    headers = {"Content-Type": "application/json"}
    return [
        Ask("/redeem", json.dumps({"code": code, "scan_id": f"{name}-{n:06d}"}).encode(), headers)
        for n, code in enumerate(numbers)
    ]


def product_scans(numbers: list[str], name: str, headers: dict[str, str]) -> list[Ask]:
    """Write scans as the counter's page sends them."""
    body = {"means": "gun", "happened_at": CLOCK.isoformat(), "sent_at": CLOCK.isoformat()}
    return [
        Ask("/counter/scans", json.dumps({**body, "code": code, "scan_id": f"{name}-{n:06d}"}).encode(), headers)
        for n, code in enumerate(numbers)
    ]


def at_the_counter(port: int) -> dict[str, str]:
    """Log in as the counter's staff and return the headers that its page sends."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    jar: dict[str, str] = {}

    def ask(method: str, path: str, form: dict[str, str] | None = None) -> str:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, urllib.parse.urlencode(form) if form else None, headers)
        answer = connection.getresponse()
        for line in answer.msg.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            jar[name] = value
        return answer.read().decode()

    token = re.search(r'name="csrf_token" value="([^"]+)"', ask("GET", "/login"))
    assert token
    ask("POST", "/login", {"csrf_token": token[1], "username": "wang", "password": PASSWORD, "next": "/counter"})
    page = re.search(r'data-csrf="([^"]+)"', ask("GET", "/counter"))
    assert page, "the counter's page did not open"
    cookie = "; ".join(f"{name}={value}" for name, value in jar.items())
    return {"Cookie": cookie, "X-CSRFToken": page[1], "Content-Type": "application/json", "Accept": "application/json"}


def messages(path: str, texts: Sequence[str], name: int, at: datetime = CLOCK) -> list[Ask]:
    """Write text messages as WeChat delivers them in safe mode, each with an id of its own.

    Every client is one person: it gets each sixteenth of them.
    """
    stamp = int(at.timestamp())
    return [
        _message(path, f"oBench{n % CLIENTS:022d}", text, name * 1_000_000 + n, stamp) for n, text in enumerate(texts)
    ]


def _message(path: str, openid: str, text: str, number: int, timestamp: int) -> Ask:
    nonce = str(number)
    xml = (
        f"<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>"
        f"<CreateTime>{timestamp}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{text}]]></Content><MsgId>{number}</MsgId></xml>"
    )
    sealed = WeChatCrypto(TOKEN, AES_KEY, APPID).encrypt_message(xml, nonce, str(timestamp))
    found = re.search(r"<Encrypt><!\[CDATA\[(.+?)\]\]></Encrypt>", sealed)
    assert found
    query = {
        "signature": _sha1(TOKEN, str(timestamp), nonce), "timestamp": timestamp, "nonce": nonce, "openid": openid,
        "encrypt_type": "aes", "msg_signature": _sha1(TOKEN, str(timestamp), nonce, found[1]),
    }  # fmt: skip
    return Ask(f"{path}?{urllib.parse.urlencode(query)}", sealed.encode(), {"Content-Type": "text/xml"})


def _sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()
