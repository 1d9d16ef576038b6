"""The five steps of the start page work whenever, and in whatever zone, somebody starts the demonstration.

Through the real pages, the real wire and the real clock of the demonstration.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from flask.testing import FlaskClient

from bot.app import init_app
from canteen import demo
from canteen.foundation.db import Database
from canteen.house import House
from canteen.http import security
from tests import builders as make
from tests.bot.wire import Phone
from tests.edges import ROOT, built, settings_for, token_on

# When a newcomer types `make run`: at night, after most cut-offs, before midnight, on a Saturday, on National Day.
HOURS = (
    "2026-11-23T03:00+08:00",
    pytest.param("2026-11-23T09:31+08:00", marks=pytest.mark.variation),
    pytest.param("2026-11-23T23:50+08:00", marks=pytest.mark.variation),
    pytest.param("2026-11-21T15:00+08:00", marks=pytest.mark.variation),
    pytest.param("2026-10-01T08:00+08:00", marks=pytest.mark.variation),
)
# A zone is a matter of the database too: PostgreSQL is told the one of the process.
ZONES = (
    pytest.param("Asia/Shanghai", marks=pytest.mark.variation),
    pytest.param("UTC", marks=pytest.mark.variation),
    "America/New_York",
)
AN_HOUR = "2026-11-23T03:00+08:00"
HER_SLIP = "bind-demo-wang-xiu-ying"


class Visitor:
    """Hold what stands side by side on the start page: a telephone, and a browser that sees counter and books."""

    def __init__(self, client: FlaskClient, phone: Phone) -> None:
        self.client, self.phone = client, phone
        form = {"csrf_token": token_on(client, "/"), "username": "tour"}
        assert client.post("/demo/login", data=form).status_code == 303

    def walk(self) -> None:
        """Take the five steps as the start page words them."""
        served = self.client.get("/demo/pulse").json["redemptions"]
        wish, yes, ask = re.findall(r"说“(.*?)”", self.client.get("/").text)[:3]
        assert "您付9元" in self.phone.says(wish)
        assert "订好了" in self.phone.says(yes)
        assert "取餐码：" in self.phone.says(ask)
        self.scan(self.code())
        assert self.client.get("/demo/pulse").json["redemptions"] == served + 1
        self.read_and_freeze()

    def code(self) -> str:
        """Ask for the meal code and return its number."""
        return re.search(r"取餐码：(\d{4}) (\d{4})", self.phone.says("取餐码")).expand(r"\1\2")

    def scan(self, number: str) -> None:
        """Type the number at the counter."""
        page = self.client.get("/counter?embed=1").text
        headers = {"X-CSRFToken": re.search(r'data-csrf="([^"]+)"', page)[1], "Accept": "application/json"}
        body = {"scan_id": f"tour-{number}", "code": number, "means": "typed"}
        answer = self.client.post("/counter/scans", json=body, headers=headers).json
        assert (answer["word"], answer["collect"]) == ("可以取", "收 9 元")

    def read_and_freeze(self) -> None:
        """Open the meal from the month's total, freeze the month and open its workbook."""
        statement = self.client.get("/accounting/statements/current").location
        meals = self.client.get(f"{statement}/meals").text
        assert "输号" in meals
        form = {"csrf_token": token_on(self.client, statement)}
        frozen = self.client.post(f"{statement}/freeze", data=form, follow_redirects=True).text
        assert "已冻结" in frozen
        book = openpyxl.load_workbook(io.BytesIO(self.client.get(f"{statement}/workbook").data))
        assert len(book.sheetnames) == 2


@pytest.fixture
def local_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Let a test set the zone of the machine, and set it back."""
    yield monkeypatch
    monkeypatch.undo()
    time.tzset()


def a_visitor(database: Database, folder: Path, hour: str) -> Iterator[Visitor]:
    """Load a small demonstration for this hour and enter it as everybody does."""
    start = demo.opening(datetime.fromisoformat(hour))
    demo.load(database, make.KEYS, wanted=demo.Wanted(start, people=3, days=1), say=lambda _: None)
    (folder / "static").symlink_to(ROOT / "static")
    settings = settings_for(database, folder, CANTEEN_CLOCK=start.isoformat())
    for app in built(settings):
        house: House = app.extensions["canteen"]
        guest = init_app(app, settings, house.database, house.keys)
        security.exempt_from_csrf(app, guest.blueprint)
        phone = Phone(app.test_client(), settings.wechat)
        assert "王秀英" in phone.event("subscribe", f"qrscene_{HER_SLIP}")
        phone.says("1")
        yield Visitor(app.test_client(), phone)


@pytest.mark.parametrize("hour", HOURS)
def test_the_tour_works_whenever_it_is_started(database: Database, tmp_path: Path, hour: str) -> None:
    for visitor in a_visitor(database, tmp_path, hour):
        visitor.walk()


@pytest.mark.parametrize("zone", ZONES)
def test_the_tour_works_in_every_zone(
    database: Database, tmp_path: Path, local_zone: pytest.MonkeyPatch, zone: str
) -> None:
    local_zone.setenv("TZ", zone)
    time.tzset()
    for visitor in a_visitor(database, tmp_path, AN_HOUR):
        visitor.walk()


@pytest.mark.variation
def test_the_tour_works_again_after_the_clock_was_moved_to_another_day(database: Database, tmp_path: Path) -> None:
    for visitor in a_visitor(database, tmp_path, AN_HOUR):
        now = datetime.fromisoformat(visitor.client.get("/demo/clock").json["now"])
        later = (now + timedelta(days=21)).replace(hour=10, minute=45)
        visitor.client.post("/demo/clock", json={"now": later.isoformat()})
        visitor.walk()
