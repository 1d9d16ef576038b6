"""A notice goes by the first way that works, on the simulator's wire; what each error number means is one table."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot import grants
from bot.app import init_app
from bot.channel import NO_WAY, WechatChannel
from bot.client import Client, WechatError
from bot.errcodes import POLICIES, policy
from bot.simulator.app import create_app
from bot.simulator.errcodes import ERRCODES
from bot.simulator.settings import Settings as Pretended
from bot.tables import NoticeGrant, NoticeGrantHeld, WechatAccount
from bot.templates import LONGEST, Templates, fitted
from bot.token import TokenStore
from bot.ways import Ways
from canteen import notices
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from tests import builders
from tests.bot.wire import Phone, message
from tests.builders import MONDAY, at
from tests.house.tree import ROOT

AT = at(MONDAY, 12)
TEMPLATES = ROOT / "bot" / "templates.toml"
CONTENT = {"name": "王秀英", "day": "2026-03-02", "meal": "lunch", "at": "11:42", "own": "4", "phone": "12349"}
CONTENT |= {
    "canteen": "桂花里幸福食堂",
    "other": "莲花里幸福食堂",
    "other_phone": "12345",
    "time": "11:42",
    "helper": "邻居",
}
CONTENT |= {
    "dishes": "清蒸鲈鱼套餐×2、炒青菜×1",
    "old": "清蒸鲈鱼套餐",
    "new": "红烧肉套餐",
    "harm": "花生",
    "helper": "邻居",
}
ONCE, LONG_TERM, TEMPLATE = "demo-meal-once", "demo-care-long-term", "demo-order-changed"


class World:
    """Hold the platform's side and ours: a follower whose window is closed, unless she writes."""

    def __init__(self, serving, settings, database):
        self.database, self.app = database, create_app(Pretended())
        self.simulator = self.app.test_client()
        self.templates = Templates.read(TEMPLATES)
        wechat = replace(settings.wechat, api_root=serving(self.app) + "/")
        self.client = Client(wechat, TokenStore(database))
        self.channel = WechatChannel(database, Ways(database, self.client, builders.KEYS, self.templates))
        self.pretended = self.app.extensions["wechat_simulator"]
        self.user = self.pretended.account.user("senior")
        self.user.following = True
        with database.transaction(EVERYWHERE) as session:
            old = AT - timedelta(days=3)
            account = WechatAccount(appid=wechat.appid, openid=self.user.openid, met_at=old, heard_at=old)
            session.add(account)
            session.flush()
            self.account_id = account.id

    def send(self, kind):
        outcome = self.channel.send(f"wechat:{self.account_id}", kind, CONTENT, at=AT)
        return outcome.then, outcome.code, [(one.way, one.outcome) for one in outcome.tries]

    def hear(self):
        """Let her write: the window opens on both sides."""
        with self.database.transaction(EVERYWHERE) as session:
            session.execute(update(WechatAccount).values(heard_at=AT))
        self.pretended.account.open_window(self.user, kind="message", at=self.pretended.clock.timestamp())

    def fail(self, errcode, path="template/send"):
        self.simulator.post("/simulator/errors", json={"errcode": errcode, "path": f"message/{path}"})

    def grant(self, template_id, count=1):
        self.pretended.account.grant(self.user.openid, template_id, count)
        with self.database.transaction(EVERYWHERE) as session:
            grants.accept(
                session, account_id=self.account_id, template_id=template_id, key=None, at=AT,
                is_long_term=self.templates.is_long_term(template_id),
            )  # fmt: skip

    def held(self, template_id):
        with self.database.reading(EVERYWHERE) as session:
            return grants.held(session, account_id=self.account_id, template_id=template_id)

    def shown(self):
        return self.simulator.get("/simulator/users/senior/messages").get_json()["messages"][-1]


@pytest.fixture
def world(serving, settings, database):
    return World(serving, settings, database)


def test_each_way_is_taken_where_it_is_open_and_each_grant_is_used_once(world):
    assert world.send("meal_on_the_way") == ("never", NO_WAY, [])
    assert world.send("kitchen_closed") == ("sent", "sent", [("template", "sent")])
    assert [line["value"] for line in world.shown()["content"]["lines"]][1] == "午饭停餐，已经取消"

    assert world.send("meal_taken") == ("never", "wechat.no_grant", [("one_time", "wechat.no_grant")])
    world.grant(ONCE)
    world.grant(ONCE)
    assert [world.send("meal_taken")[0] for _ in range(3)] == ["sent", "sent", "never"]
    assert world.shown()["content"]["template_id"] == ONCE

    world.grant(LONG_TERM, -1)
    assert [world.send("meal_missed")[2] for _ in range(2)] == [[("long_term", "sent")]] * 2
    assert (world.held(ONCE), world.held(LONG_TERM)) == (0, 1)

    world.hear()
    assert [world.send("meal_taken")[2] for _ in range(6)] == [*[[("service", "sent")]] * 5, [
        ("service", "wechat.count_used_up"), ("one_time", "wechat.no_grant"),
    ]]  # fmt: skip
    assert world.send("kitchen_closed")[2] == [("service", "wechat.count_used_up"), ("template", "sent")]


def test_what_the_platform_refuses_decides_what_is_tried_next_and_what_is_marked(world):
    world.grant(ONCE)
    world.fail(45009, "subscribe/bizsend")
    outcome = world.channel.send(f"wechat:{world.account_id}", "meal_taken", CONTENT, at=AT)
    assert (outcome.then, outcome.not_before) == ("again", at(MONDAY, 0) + timedelta(days=1))
    assert world.held(ONCE) == 1, "what the platform refused is given back"

    world.fail(43101, "subscribe/bizsend")
    assert world.send("meal_taken")[:2] == ("never", "wechat.no_grant")
    assert world.held(ONCE) == 0, "the platform knows of none"
    world.fail(-1)
    assert world.send("kitchen_closed") == ("again", "wechat.no_answer", [("template", "wechat.no_answer")])
    world.fail(40001)
    assert world.send("kitchen_closed")[0] == "sent", "a dead token is replaced once"
    world.fail(43004)
    assert world.send("kitchen_closed")[:2] == ("never", "wechat.unfollowed")
    assert world.send("kitchen_closed") == ("never", "wechat.unfollowed", []), "the account is marked"
    world.fail(45009, "custom/send")
    with pytest.raises(WechatError) as refused:
        world.client.send_text(world.user.openid, "x")
    assert re.fullmatch(r"[0-9a-f]+(-[0-9a-f]{8}){2}", refused.value.rid), "what its support asks for"


def test_no_more_is_used_than_was_accepted_whoever_writes(database, world):
    world.grant(ONCE)
    with database.transaction(EVERYWHERE) as session:
        row = {"account_id": world.account_id, "template_id": ONCE, "at": AT}
        assert [grants.take(session, **row, is_long_term=False) for _ in range(2)] == [True, False]
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(insert(NoticeGrant).values(**row, change=-1, reason="used"))
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(update(NoticeGrant).values(change=5))
        accepted = [grants.accept(session, **row, is_long_term=False, key="event:1") for _ in range(2)]
        assert len(accepted) == 2
        assert session.scalars(select(NoticeGrantHeld.held)).all() == [1], "an event counts once"


def report(phone, event, inner):
    return message(phone.openid, "event", Event=event).replace("</xml>", inner + "</xml>")


def chosen(event, said):
    rows = [
        f"<TemplateId>{one}</TemplateId><SubscribeStatusString>{word}</SubscribeStatusString>" for one, word in said
    ]
    return f"<{event.title()}>{''.join(f'<List>{row}</List>' for row in rows)}</{event.title()}>"


@pytest.fixture
def phone(settings, database, show_time):
    app, stated = Flask("test"), replace(settings.wechat, templates=TEMPLATES)
    init_app(app, replace(settings, wechat=stated), database, builders.KEYS)
    return Phone(app.test_client(), settings.wechat)


def test_acceptances_refusals_and_reports_come_in_as_events(database, phone):
    phone.event("subscribe")

    def choose(event, *said):
        xml = report(phone, event, chosen(event, said))
        assert [phone.deliver(xml), phone.deliver(xml)] == ["", ""]
        with database.reading(EVERYWHERE) as session:
            return {row.template_id: row.held for row in session.scalars(select(NoticeGrantHeld))}

    accepted = choose("subscribe_msg_popup_event", (ONCE, "accept"), (LONG_TERM, "accept"), ("other", "reject"))
    assert accepted == {ONCE: 1, LONG_TERM: 1}
    assert choose("subscribe_msg_change_event", (LONG_TERM, "reject")) == {ONCE: 1, LONG_TERM: 0}

    with database.transaction(EVERYWHERE) as session:
        notices.enqueue(session, key="k", account="wechat:1", kind="text", content={"text": "x"}, at=clock.now())
        (due,) = notices.due(session, at=clock.now(), limit=1)
        taken = notices.Outcome("sent", "sent", (notices.Try("template", "sent", "wechat:77"),))
        notices.mark(session, notice_id=due.notice_id, outcome=taken, at=clock.now())
    phone.deliver(report(phone, "TEMPLATESENDJOBFINISH", "<MsgID>77</MsgID><Status>failed:user block</Status>"))
    with database.reading(EVERYWHERE) as session:
        assert [letter.outcome for letter in notices.dead(session)] == ["wechat.blocked"]


def test_a_row_is_stated_for_each_error_number_once_and_an_unknown_one_is_tried_again():
    rows = tomllib.loads((ROOT / "bot" / "errcodes.toml").read_text(encoding="utf-8"))
    assert sum(len(row["codes"]) for row in rows.values()) == len(POLICIES)
    assert set(POLICIES) - {-2, -3, 48006} <= set(ERRCODES), "the simulator can answer each"
    assert policy(99999).then == "again"


@pytest.mark.parametrize("template", Templates.read(TEMPLATES).held, ids=lambda one: one.template_id)
def test_every_field_of_a_template_fits_whatever_it_says(template):
    for kind in template.kinds:
        for name, value in template.filled(kind, CONTENT).items():
            assert 0 < len(value["value"]) <= LONGEST[name.rstrip("0123456789")]
            assert "{" not in value["value"]
    assert fitted("thing2", "长" * 30) == "长" * 19 + "…"
    assert fitted("thing2", "一\n二 ") == "一 二"
    assert fitted("thing2", "") == "无"
