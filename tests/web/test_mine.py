"""Followers come in by WeChat and find their own pages: two taps order, one question cancels, strangers see nothing."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from bot import accounts
from bot.follower import FollowerDoor
from bot.simulator.app import create_app as a_wechat
from bot.simulator.settings import Settings as WechatWorld
from canteen import checkin, menus, seniors, subsidy
from canteen.foundation.db import EVERYWHERE
from canteen.notices.tables import Notice
from canteen.orders.tables import Order
from canteen.seniors.tables import Person
from canteen.web.mine import door
from tests import builders as make

TUESDAY = date(2026, 3, 3)
OPENED = re.compile(r'name="([^"]+)" value="([^"]*)"')


@dataclass
class Telephone:
    """Hold the browser of a follower inside WeChat."""

    client: FlaskClient
    wechat: Flask
    user: str

    def tap(self, page: str) -> str:
        """Tap a button of the menu and follow to the page that opens."""
        away = self.client.get(f"/mine/enter?to={page}")
        back = self.authorized(away.location)
        return self.client.get(back, follow_redirects=True).text

    def tap_then(self, address: str) -> str:
        """Come in, and open an address."""
        self.tap("home")
        return self.client.get(address).text

    def authorized(self, address: str) -> str:
        """Go to WeChat and return where it sends the browser back to."""
        parts = urlsplit(address)
        answer = self.wechat.test_client().get(f"{parts.path}?{parts.query}&user={self.user}")
        assert answer.status_code == 302, answer.text
        return answer.location.removeprefix("http://127.0.0.1:8000")

    def press(self, page: str, label: str) -> str:
        """Press a button or follow a link of a page."""
        link = re.search(rf'<a[^>]*href="([^"]+)"[^>]*>{label}</a>', page)
        if link:
            return self.client.get(html.unescape(link[1]), follow_redirects=True).text
        form = next(
            one for one in re.findall(r'<form method="post" action="[^"]+">.*?</form>', page, re.S) if label in one
        )
        action = html.unescape(re.search(r'action="([^"]+)"', form)[1])
        fields = OPENED.findall(form)
        sent = {name: [value for key, value in fields if key == name] for name, _ in fields}
        return self.client.post(action, data=sent, follow_redirects=True).text


@pytest.fixture
def wechat(serving) -> Flask:
    world = a_wechat(WechatWorld())
    world.config["ROOT"] = serving(world) + "/"
    return world


@pytest.fixture
def telephone(office, wechat) -> Iterator:
    """Let a user of the simulated WeChat in at eight in the morning, bound to whom the test says."""
    office.app.extensions["canteen.clock"].set(make.BEFORE)
    settings = office.app.extensions["canteen"].settings.wechat
    root = wechat.config["ROOT"]
    settings = replace(settings, api_root=root, open_root=f"{root}connect/")
    door.let_in(office.app, FollowerDoor(office.database, settings))
    known = {one["key"]: one["openid"] for one in wechat.test_client().get("/simulator/users").json["users"]}

    def of(user: str, *person_ids: int, **right) -> Telephone:
        with office.database.transaction(EVERYWHERE) as session:
            account = accounts.meet(session, appid=settings.appid, openid=known[user], at=make.BEFORE)
            for person_id in person_ids:
                seniors.link(
                    session, person_id=person_id, account=accounts.opaque(account.id), proof="t", actor="staff:1",
                    at=make.BEFORE, **right,
                )  # fmt: skip
        return Telephone(office.app.test_client(), wechat, user)

    return of


def a_mother(office, *, ordered=False, **about) -> int:
    """Register a mother who eats at the town's canteen, perhaps with a lunch ordered for Monday and one to order."""
    with office.database.transaction(EVERYWHERE) as session:
        person_id = make.a_senior(session, **about)
        session.get(Person, person_id).home_canteen_id = office.town.canteen_id
        if ordered:
            make.an_order(session, office.town, person_id)
            place = {"canteen_id": office.town.canteen_id, "meal": "lunch"}
            monday = menus.day(session, service_date=make.MONDAY, **place)
            items = [(one.dish_id, one.price_fen, 50) for one in monday.items]
            menus.offer(session, service_date=TUESDAY, capacity=50, items=items, **place)
        return person_id


def ordered(office, person_id: int) -> list[tuple[str, str, str]]:
    with office.database.reading(EVERYWHERE) as session:
        rows = session.scalars(select(Order).where(Order.person_id == person_id).order_by(Order.id))
        return [(str(one.service_date), one.state, one.dishes) for one in rows]


def test_two_taps_order_what_was_eaten_last_at_the_price_of_every_door(office, telephone):
    mother_id = a_mother(office, ordered=True)
    daughter, mother = telephone("daughter", mother_id, relation="妈妈"), telephone("senior", mother_id, is_self=True)
    picked = mother.tap("order")
    assert "明天午餐" in picked
    assert "3月3号星期二" in picked
    checked = mother.press(picked, "就吃这个")
    done = mother.press(checked, "就这样订")

    assert "张秀英，您好" in checked
    assert "帮妈妈张秀英看" in daughter.tap("home")
    assert "红烧肉" in checked
    assert "9 点半以前可以退" in checked
    assert "明天午餐订好了" in done
    assert ordered(office, mother_id) == [("2026-03-02", "placed", "红烧肉"), ("2026-03-03", "placed", "红烧肉")]
    with office.database.reading(EVERYWHERE) as session:
        inside, outside = (subsidy.Quote.from_json(one.quote) for one in session.scalars(select(Order)))
        assert (inside.own_fen, inside.subsidy_fen) == (outside.own_fen, outside.subsidy_fen)
        assert "您付 13 元" in subsidy.spoken(outside)
        assert subsidy.spoken(outside) in checked
        assert [one.kind for one in session.scalars(select(Notice))] == ["order_told"]
    # The same form once more, from a slow network, makes no second order.
    assert "明天午餐订好了" in mother.press(checked, "就这样订")
    assert len(ordered(office, mother_id)) == 2


def test_a_price_that_changed_is_read_back_again(office, telephone):
    mother = telephone("senior", a_mother(office), is_self=True)
    dishes = mother.press(mother.tap("order"), "看看有什么菜")
    checked = mother.client.get(f"/mine/order/check?{_sent(dishes)}").text
    again = mother.press(checked.replace('name="own" value="1300"', 'name="own" value="1200"'), "就这样订")

    assert "价钱变了" in again
    assert "午餐订好了" in mother.press(again, "就这样订")


def _sent(page: str) -> str:
    fields = re.findall(r'name="(person|day|meal)" value="([^"]*)"', page)
    dish = re.search(r'name="dish" value="([^"]+)"', page)[1]
    return "&".join(f"{name}={value}" for name, value in [*fields, ("dish", dish)])


def test_not_eating_today_is_asked_once_and_can_be_undone(office, telephone):
    mother_id = a_mother(office, ordered=True)
    mother = telephone("senior", mother_id, is_self=True)
    asked = mother.press(mother.tap("orders"), "今天午餐不吃了")
    gone = mother.press(asked, "今天午餐不吃了")
    assert "今天午餐不吃了吗？" in asked
    assert "今天午餐不订了" in gone
    assert [state for _, state, _ in ordered(office, mother_id)] == ["cancelled"]
    assert "今天午餐订好了" in mother.press(gone, "还是要吃，再订上")
    listed = mother.tap("orders")
    office.app.extensions["canteen.clock"].set(make.at(make.MONDAY, 9, 30))

    late = mother.press(listed, "今天午餐不吃了")
    assert "9 点半就停了" in late
    assert "不来吃不收您的钱" in late
    assert "就这样" not in late
    refused = mother.press(asked, "今天午餐不吃了")
    assert [state for _, state, _ in ordered(office, mother_id)] == ["cancelled", "placed"]
    assert "今天午餐不订了" in refused


def test_code_bill_and_status_are_of_the_person(office, telephone):
    mother_id = a_mother(office, ordered=True, categories=["minimum_living"])
    mother = telephone("senior", mother_id, is_self=True)
    code = mother.tap("code")
    number = re.search(r"(\d{4})</span> <span>(\d{4})", code)
    served = checkin.redeem(office.database, make.KEYS, make.a_scan(office.town, number[1] + number[2]))
    office.app.extensions["canteen.clock"].set(make.at(make.MONDAY, 13))
    bill, status = mother.tap("bill"), mother.tap("status")

    assert served.reason == "served"
    assert "吃了 1 顿" in bill
    assert "您付" in bill
    assert "今天午餐" in bill
    assert "这个月吃了 1 顿" in status
    assert "一直有" in status
    assert "取过了" in mother.tap("code")


def test_only_the_person_herself_takes_a_right_away(office, telephone):
    mother_id = a_mother(office, ordered=True)
    mother = telephone("senior", mother_id, is_self=True)
    daughter = telephone("daughter", mother_id, relation="妈妈")
    theirs, hers = mother.tap("family"), daughter.tap("family")
    assert "叫您“妈妈”的人" in theirs
    assert "不让他管了" not in hers
    assert "本人的微信" in hers
    limited = mother.press(theirs, "改成只让看")
    assert "现在只能看" in limited
    assert "您现在只能看" in daughter.tap("order")
    page = re.search(r'href="(/mine/family/[^"]+/end)"', limited)[1]
    assert "要本人用自己的手机办" in daughter.client.get(page).text
    assert "管不了了" in mother.press(mother.press(limited, "不让他管了"), "不让他管了")
    assert "还不认识您" in daughter.client.get("/mine/orders").text


def test_one_who_acts_for_two_sees_and_changes_for_whom(office, telephone):
    first, second = a_mother(office, ordered=True), a_mother(office, name="李建国")
    daughter = telephone("daughter", first, second)
    home = daughter.tap("home")
    other = daughter.press(daughter.press(home, "换个人"), "李建国")

    assert "帮张秀英看" in home
    assert "帮李建国看" in other
    assert "还没有订饭" in other


def test_strangers_and_stolen_addresses_are_told_why_not(office, telephone):
    mother_id = a_mother(office, ordered=True)
    mother, stranger = telephone("senior", mother_id, is_self=True), telephone("stranger")
    back = mother.authorized(mother.client.get("/mine/enter?to=orders").location)

    assert "还不认识您" in stranger.tap("home")
    # The address that another browser was sent back to opens nothing there.
    assert "别处打开过" in stranger.client.get(back).text
    assert "我订的饭" in mother.client.get(back, follow_redirects=True).text
    # Nor does it open anything a second time, with a state of the browser's own.
    state = re.search(r"state=(\w+)", mother.client.get("/mine/enter").location)[1]
    assert "打开过一次" in mother.client.get(re.sub(r"state=\w+", f"state={state}", back)).text
    assert mother.client.get("/mine/orders").status_code == 303
    with office.database.reading(EVERYWHERE) as session:
        ref = session.scalars(select(Order.ref)).one()
    assert "没有找到" in telephone("daughter", a_mother(office)).tap_then(f"/mine/orders/{ref}/cancel")


@pytest.mark.parametrize(
    "query", ["day=x&meal=lunch", "day=2026-03-02&meal=tea", "day=2026-03-02&meal=lunch&dish=M-1", "meal=lunch"]
)
def test_a_spoiled_address_is_answered_in_words(office, telephone, query):
    mother = telephone("senior", a_mother(office), is_self=True)
    mother.tap("home")
    answer = mother.client.get(f"/mine/order/check?{query}")

    assert answer.status_code == 422
    assert "从头再点一次" in answer.text


def test_the_way_in_leads_to_no_other_page(office, telephone):
    mother = telephone("senior", a_mother(office), is_self=True)
    for after in ("https://elsewhere.invalid/", "//elsewhere.invalid", "/mine\\elsewhere", "/office"):
        back = mother.authorized(mother.client.get("/mine/enter", query_string={"next": after}).location)
        assert mother.client.get(back).location == "/mine"
