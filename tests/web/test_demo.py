from __future__ import annotations

from datetime import datetime

import pytest

from canteen.foundation import clock
from canteen.foundation.settings import SettingsError
from tests.edges import DEMO, PRODUCTION, built, settings_for, token_on
from tests.staffing import a_clerk


@pytest.fixture
def demo(database, tmp_path):
    for app in built(settings_for(database, tmp_path, **DEMO)):
        yield app.test_client()


def test_one_click_enters_without_a_password(demo, database):
    a_clerk(database)

    response = demo.post("/demo/login", data={"username": "wang", "csrf_token": token_on(demo)})

    assert (response.status_code, response.location) == (303, "/home")
    assert demo.get("/home").status_code == 200


def test_one_click_needs_the_form_token(demo, database):
    a_clerk(database)

    assert demo.post("/demo/login", data={"username": "wang"}).status_code == 400


def test_one_click_as_nobody_is_not_found(demo):
    assert demo.post("/demo/login", data={"username": "nobody", "csrf_token": token_on(demo)}).status_code == 404


def test_the_start_page_offers_the_people_of_the_demonstration(demo, database):
    a_clerk(database, "accountant")

    assert "民政会计" in demo.get("/").text


def test_production_refuses_to_be_a_demonstration(database, tmp_path):
    with pytest.raises(SettingsError, match="CANTEEN_CLOCK"):
        settings_for(database, tmp_path, **PRODUCTION, **DEMO)


def test_production_has_no_door_of_the_demonstration(database, tmp_path):
    for app in built(settings_for(database, tmp_path, **PRODUCTION)):
        assert not [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/demo")]


def test_the_clock_starts_where_the_setting_says(demo):
    shown = datetime.fromisoformat(demo.get("/demo/clock").json["now"])

    assert (shown.isoformat()[:16], shown.utcoffset().seconds) == ("2026-11-23T10:40", 8 * 3600)


def test_setting_the_clock_moves_everything(demo):
    answer = demo.post("/demo/clock", json={"now": "2026-11-24T08:00:00+08:00", "running": True})

    assert answer.json["running"] is True
    assert clock.today().isoformat() == "2026-11-24"


def test_whoever_is_in_stays_in_when_the_clock_is_moved_by_days(demo, database):
    a_clerk(database)
    demo.post("/demo/login", data={"username": "wang", "csrf_token": token_on(demo)})

    for now in ("2026-12-24T09:00:00+08:00", "2026-11-23T10:40:00+08:00"):
        demo.post("/demo/clock", json={"now": now})
        assert demo.get("/home").status_code == 200


def test_a_naive_instant_is_meant_in_china(demo):
    demo.post("/demo/clock", json={"now": "2026-11-24T00:30:00"})

    assert clock.today().isoformat() == "2026-11-24"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"now": "soon"}, "demo.clock_malformed"),
        ({}, "demo.clock_malformed"),
        ([], "demo.clock_malformed"),
        ({"now": "2026-11-24T08:00:00", "running": False}, "demo.clock_cannot_stop"),
    ],
)
def test_a_clock_cannot_be_set_to_nonsense(demo, body, code):
    response = demo.post("/demo/clock", json=body)

    assert (response.status_code, response.json["code"]) == (422, code)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_only_the_machine_itself_sets_the_clock(demo, method):
    response = demo.open("/demo/clock", method=method, json={}, environ_base={"REMOTE_ADDR": "192.0.2.1"})

    assert (response.status_code, response.json["code"]) == (403, "demo.loopback_only")


def test_the_pulse_of_a_day_without_meals_is_zero(demo):
    assert demo.get("/demo/pulse").json == {"redemptions": 0, "latest": None, "clock": "11 月 23 日 星期一 10:40"}
