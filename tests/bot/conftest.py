"""Put the official account into a canteen that has dishes and people, at a stated instant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import pytest
from flask import Flask

from bot.app import init_app
from canteen import menus, seniors
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.settings import Settings
from tests import builders
from tests.bot.wire import Phone

MORNING = builders.at(builders.MONDAY, 8)
TUESDAY = date(2026, 3, 3)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment({"PUBLIC_URL": "https://canteen.example"}, tmp_path)


@pytest.fixture
def show_time(tmp_path: Path) -> Iterator[Callable[[datetime], None]]:
    """Run on a clock that starts on Monday morning; the answer moves it."""
    demo = clock.run_demo(tmp_path / "clock.json", MORNING)
    yield demo.set
    clock.run_real()


@pytest.fixture
def app(settings: Settings, database: Database, show_time: object) -> Flask:
    app = Flask("test")
    init_app(app, settings, database, builders.KEYS)
    return app


@pytest.fixture
def phone(app: Flask, settings: Settings) -> Phone:
    return Phone(app.test_client(), settings.wechat)


@dataclass(frozen=True)
class Village:
    """Hold a canteen with lunch for two days, and its people's slips."""

    canteen_id: int
    mother_id: int
    mother: seniors.Slip
    father: seniors.Slip


@pytest.fixture
def village(database: Database, nation: None, show_time: object) -> Village:
    with database.transaction(EVERYWHERE) as session:
        builders.a_policy(session)
        canteen_id = builders.a_canteen(session, name="幸福里食堂")
        _cook(session, canteen_id)
        mother = builders.a_senior(session, name="王秀英")
        father = builders.a_senior(session, name="李建国")
        for person_id in (mother, father):
            seniors.person_by_id(session, person_id=person_id).home_canteen_id = canteen_id
        slips = [seniors.issue_slip(session, person_id=one, actor="staff:test", at=MORNING) for one in (mother, father)]
    return Village(canteen_id, mother, *slips)


@pytest.fixture
def mother(phone: Phone, village: Village) -> Phone:
    """Give the mother's own telephone, bound by her slip."""
    phone.event("subscribe", f"qrscene_{village.mother.scene}")
    phone.says("1")
    return phone


@pytest.fixture
def daughter(phone: Phone, village: Village) -> Phone:
    """Give the telephone of a daughter who is bound to her mother."""
    other = replace(phone, openid="o-daughter", taps={})
    other.event("subscribe", f"qrscene_{village.mother.scene}")
    other.says("2")
    return other


def _cook(session, canteen_id: int) -> None:
    names = (("红烧肉", 1500, ["烧肉"]), ("清蒸鲈鱼", 1800, ["鲈鱼"]), ("炒青菜", 600, ["青菜"]), ("米饭", 100, []))
    dishes = [
        menus.add_dish(session, canteen_id=canteen_id, name=name, price_fen=price, aliases=aliases)
        for name, price, aliases in names
    ]
    for day in (builders.MONDAY, TUESDAY):
        items = [(dish.id, dish.price_fen, 50) for dish in dishes]
        menus.offer(session, canteen_id=canteen_id, service_date=day, meal="lunch", capacity=50, items=items)
