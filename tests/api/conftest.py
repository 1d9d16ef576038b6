"""Give the API a town, two families and a WeChat of its own on loopback."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.miniprogram import MiniProgram
from bot.simulator.app import create_app as a_wechat
from bot.simulator.settings import Settings as WechatWorld
from canteen import api, places, seniors
from canteen.api.refusals import EVERYWHERE as EVERYWHERE_REFUSED
from canteen.api.refusals import REFUSALS
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.references import reference_of
from canteen.foundation.settings import Settings
from tests import builders as make
from tests.edges import built, settings_for

PROBLEM = "application/problem+json; charset=utf-8"


@dataclass(frozen=True)
class Family:
    """Hold what tests know of the town: keys for the inside, references for the outside."""

    town: make.Town
    mother_id: int
    mother: str
    stranger_id: int
    stranger: str
    canteen: str
    item: str
    other_item: str
    slip: seniors.Slip

    def meal(self, **other: Any) -> dict[str, Any]:
        """Return the body that asks for a lunch on Monday."""
        asked = {
            "person": self.mother,
            "canteen": self.canteen,
            "date": make.MONDAY.isoformat(),
            "meal": "lunch",
            "mode": "dine_in",
            "items": [{"item": self.item}],
        }
        return asked | other


@dataclass
class Phone:
    """Hold a mini-program that calls the API with its token."""

    client: FlaskClient
    token: str = ""

    def call(self, method: str, path: str, **more: Any) -> TestResponse:
        """Call the API; every problem must be one that the contract names."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= more.pop("headers", {})
        with self.client as client:
            answer = client.open(f"/api/v1{path}", method=method, headers=headers, **more)
            _check(answer, client.application.view_functions.get(request.endpoint or ""))
        return answer

    def get(self, path: str, **query: Any) -> TestResponse:
        """Look something up."""
        return self.call("GET", path, query_string=query)

    def post(self, path: str, body: object, key: str | None = None) -> TestResponse:
        """Send a body."""
        headers = {"Idempotency-Key": key} if key else {}
        return self.call("POST", path, data=json.dumps(body), content_type="application/json", headers=headers)

    def order(self, body: object, key: str = "key-00000001") -> TestResponse:
        """Place an order."""
        return self.post("/orders", body, key)

    def cancel(self, ref: str) -> TestResponse:
        """Cancel an order."""
        return self.call("DELETE", f"/orders/{ref}")


def _check(answer: TestResponse, view: Any) -> None:
    """See that an answer is one that the contract names."""
    assert answer.status_code != 500, answer.text
    if answer.status_code >= 400:
        assert answer.content_type == PROBLEM
        assert answer.json["status"] == answer.status_code == REFUSALS[answer.json["code"]].status
        assert view is None or answer.json["code"] in {*EVERYWHERE_REFUSED, *view.refusals}
    assert "Set-Cookie" not in answer.headers
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


@pytest.fixture
def show_time(database: Database, settings: Settings) -> Iterator[Callable[[datetime], None]]:
    """Run on a clock that starts on Monday at eight; the answer moves it."""
    settings.var.mkdir(exist_ok=True)
    demo = clock.run_demo(settings.var / "clock.json", make.BEFORE)
    yield demo.set
    clock.run_real()


@pytest.fixture
def wechat(serving: Any) -> Flask:
    world = a_wechat(WechatWorld())
    world.config["ROOT"] = serving(world) + "/"
    return world


@pytest.fixture
def settings(database: Database, tmp_path: Any) -> Settings:
    return settings_for(database, tmp_path)


@pytest.fixture
def app(settings: Settings, database: Database, wechat: Flask, show_time: object) -> Iterator[Flask]:
    """Build the whole application, with the accounts of WeChat let in."""
    for app in built(settings):
        reached = replace(settings.wechat, api_root=wechat.config["ROOT"])
        api.let_in(app, MiniProgram(database, reached))
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def log_in(client: FlaskClient, wechat: Flask) -> Callable[[str], Phone]:
    """Log a user of the simulator in, as the mini-program does."""

    def perform(user: str = "daughter") -> Phone:
        phone = Phone(client)
        answer = phone.post("/session", {"code": code_of(wechat, user)})
        assert answer.status_code == 201, answer.text
        phone.token = answer.json["token"]
        return phone

    return perform


def code_of(wechat: Flask, user: str) -> str:
    """Let the simulator issue a log-in code."""
    known = [one["key"] for one in wechat.test_client().get("/simulator/users").json["users"]]
    chosen = user if user in known else known[-1]
    return str(wechat.test_client().post(f"/simulator/users/{chosen}/code", json={}).json["code"])


@pytest.fixture
def family(database: Database, town: make.Town, show_time: object) -> Family:
    with database.transaction(EVERYWHERE) as session:
        mother_id, stranger_id = make.a_senior(session), make.a_senior(session, name="李建国")
        seniors.person_by_id(session, person_id=mother_id).home_canteen_id = town.canteen_id
        session.flush()
        return Family(
            town=town,
            mother_id=mother_id,
            mother=seniors.person_by_id(session, person_id=mother_id).ref,
            stranger_id=stranger_id,
            stranger=seniors.person_by_id(session, person_id=stranger_id).ref,
            canteen=places.canteen_by_id(session, canteen_id=town.canteen_id).ref,
            item=reference_of("M", town.item_id),
            other_item=reference_of("M", town.other_item_id),
            slip=seniors.issue_slip(session, person_id=mother_id, actor="staff:test", at=make.BEFORE),
        )


@pytest.fixture
def daughter(log_in: Callable[[str], Phone], app: Flask, database: Database, family: Family) -> Phone:
    """Give the mini-program of a daughter who is bound to her mother."""
    phone = log_in("senior")
    account = app.extensions["canteen.accounts"].account_of(phone.token)
    with database.transaction(EVERYWHERE) as session:
        bound = seniors.bind_by_scene(session, scene=family.slip.scene, account=account, at=make.BEFORE)
        seniors.call_person(session, account=account, person_id=bound.person.person_id, relation="妈妈")
    return phone


@pytest.fixture
def outsider(log_in: Callable[[str], Phone], daughter: Phone) -> Phone:
    """Give the mini-program of somebody who is bound to nobody."""
    return log_in("the last one")
