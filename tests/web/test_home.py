from __future__ import annotations

from datetime import UTC, datetime

import pytest

from canteen.web import frame
from tests.edges import log_in
from tests.staffing import PASSWORD, a_clerk


def test_a_stranger_finds_the_way_in(client):
    response = client.get("/")

    assert response.status_code == 200
    assert 'href="/login"' in response.text


def test_who_is_logged_in_goes_home_from_the_entry_page(client, database):
    a_clerk(database)
    log_in(client, "wang", PASSWORD)

    assert client.get("/").location == "/home"


def test_home_greets_by_name(client, database):
    a_clerk(database)
    log_in(client, "wang", PASSWORD)

    assert "王师傅，" in client.get("/home").text


@pytest.mark.parametrize(("hour", "part"), [(0, "上午好"), (3, "上午好"), (4, "下午好"), (10, "晚上好")])
def test_the_greeting_follows_the_hours_of_china(hour, part):
    assert frame.greeting("王", datetime(2026, 11, 23, hour, tzinfo=UTC)) == f"王，{part}"


def test_every_way_of_the_menu_needs_a_known_permission():
    from canteen import access

    assert {way.permission for way in frame.ways()} <= access.PERMISSIONS
