"""What REDIS_URL switches, tried on a real server: the queue between processes, counts that many share, its loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from flask import Flask
from redis import Redis

from canteen import seniors
from canteen.app import create_app
from canteen.foundation.db import EVERYWHERE, Database
from canteen.house import House
from canteen.http.auth import PUBLIC, audience
from canteen.http.limits import limited
from canteen.jobs import Jobs
from tests import builders as make
from tests.edges import settings_for
from tests.journeys.running import Running, running, until
from tests.redis_server import RedisServer

pytestmark = pytest.mark.redis


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    folder = tmp_path / "redis"
    folder.mkdir()
    started = RedisServer(folder)
    yield started
    started.stop()


@pytest.fixture
def slip(database: Database, town: make.Town) -> seniors.Slip:
    """Set up a canteen with lunch, and a senior who has ordered it and holds a slip."""
    with database.transaction(EVERYWHERE) as session:
        person_id = make.a_senior(session)
        seniors.person_by_id(session, person_id=person_id).home_canteen_id = town.canteen_id
        make.an_order(session, town, person_id)
        return seniors.issue_slip(session, person_id=person_id, actor="staff:test", at=make.BEFORE)


@pytest.fixture
def new_app(database: Database, tmp_path: Path, server: RedisServer) -> Iterator[Callable[[], Flask]]:
    """Make applications as further processes would: on the same database, with the same Redis."""
    made = []

    def make_one() -> Flask:
        made.append(create_app(settings_for(database, tmp_path, REDIS_URL=server.url)))
        made[-1].add_url_rule("/often", view_func=often)
        return made[-1]

    yield make_one
    for app in made:
        app.extensions["canteen"].database.dispose()


@audience(PUBLIC)
@limited("2/minute")
def often() -> str:
    return "here"


def test_the_worker_says_at_once_what_a_page_enqueued(
    server: RedisServer, slip: seniors.Slip, database: Database, tmp_path: Path
) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    database.dispose()
    with running(tmp_path, url, clock="2026-03-02T10:30+08:00", REDIS_URL=server.url) as house:
        for said in (slip.code, "1", "取餐码"):
            says(house, said)
        until(lambda: "image" in kinds(house), "the picture of the code")

    with Redis.from_url(server.url) as client:
        used = client.info("commandstats")
    assert used["cmdstat_lpush"]["calls"] >= 1
    assert not (tmp_path / "var" / "jobs.db").exists()


def says(house: Running, text: str) -> None:
    address = f"{house.simulator}/simulator/users/senior"
    if not requests.get(f"{address}/state", timeout=60).json()["user"]["following"]:
        requests.post(f"{address}/follow", json={}, timeout=60).raise_for_status()
    requests.post(f"{address}/text", json={"text": text}, timeout=60).raise_for_status()


def kinds(house: Running) -> list[str]:
    state = requests.get(f"{house.simulator}/simulator/users/senior/state", timeout=60).json()
    return [line["kind"] for line in state["messages"] if line["side"] == "account"]


def test_one_process_asks_and_another_finds_it(new_app: Callable[[], Flask]) -> None:
    asking, working = new_app().extensions["canteen.jobs"], new_app().extensions["canteen.jobs"]

    asking.deliver_soon()

    assert (asking.huey.pending_count(), working.huey.pending_count()) == (1, 1)
    assert working.huey.dequeue().name == "deliver_due_notices"
    assert asking.huey.pending_count() == 0


def test_two_processes_count_the_same_visitor_together(new_app: Callable[[], Flask]) -> None:
    one, other = new_app().test_client(), new_app().test_client()

    assert [client.get("/often").status_code for client in (one, other, one, other)] == [200, 200, 429, 429]


def test_without_its_redis_a_process_counts_for_itself(new_app: Callable[[], Flask], server: RedisServer) -> None:
    one, other = new_app().test_client(), new_app().test_client()
    server.stop()

    assert [one.get("/often").status_code for _ in range(3)] == [200, 200, 429]
    assert other.get("/often").status_code == 200


def test_an_act_is_not_undone_by_a_queue_that_is_away(database: Database, tmp_path: Path, server: RedisServer) -> None:
    house = House.build(settings_for(database, tmp_path, REDIS_URL=server.url))
    server.stop()

    Jobs(house).deliver_soon()

    house.database.dispose()
