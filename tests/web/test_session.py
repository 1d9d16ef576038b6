from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen import access
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.web.session import is_own_page
from tests.edges import log_in, token_on
from tests.staffing import PASSWORD, a_clerk


def test_the_right_password_leads_home(client, database):
    a_clerk(database)

    response = log_in(client, "wang", PASSWORD)

    assert (response.status_code, response.location) == (303, "/home")


def test_the_page_that_was_wanted_comes_next(client, database):
    a_clerk(database)

    assert log_in(client, "wang", PASSWORD, next="/home?day=1").location == "/home?day=1"


@pytest.mark.parametrize("elsewhere", ["https://evil.invalid", "//evil.invalid", "/\\evil.invalid", "/\r\nx", "home"])
def test_nobody_is_sent_elsewhere_after_the_log_in(client, database, elsewhere):
    a_clerk(database)

    assert log_in(client, "wang", PASSWORD, next=elsewhere).location == "/home"


@given(st.text(max_size=20))
def test_a_page_of_ours_always_begins_with_one_slash(text):
    assert not is_own_page(text) or (text[0] == "/" and text[1:2] not in {"/", "\\"})


def test_a_wrong_password_shows_the_form_again(client, database):
    a_clerk(database)

    response = log_in(client, "wang", "wrong-password")

    assert response.status_code == 401
    assert "账号或密码不对。" in response.text
    assert 'value="wang"' in response.text
    assert "wrong-password" not in response.text


def test_unknown_name_and_wrong_password_look_the_same(client, database):
    a_clerk(database)

    wrong = log_in(client, "wang", "wrong-password")
    unknown = log_in(client, "feng", "wrong-password")

    assert unknown.status_code == wrong.status_code
    assert unknown.text.replace("feng", "wang") == wrong.text


def test_too_many_tries_are_told_with_the_seconds(client, database):
    a_clerk(database)
    answers = [log_in(client, "wang", "wrong-password") for _ in range(6)]

    assert answers[-1].status_code == 429
    assert "秒后再试" in answers[-1].text


def test_logging_out_takes_the_cookie_and_ends_the_session(client, database):
    a_clerk(database)
    log_in(client, "wang", PASSWORD)
    stolen = client.get_cookie("staff").value

    client.post("/logout", data={"csrf_token": token_on(client, "/home")})

    assert client.get_cookie("staff") is None
    client.set_cookie("staff", stolen)
    assert client.get("/home").status_code == 303


def test_a_session_ended_by_an_administrator_is_over_with_the_next_click(client, database):
    staff = a_clerk(database)
    log_in(client, "wang", PASSWORD)
    with database.transaction(EVERYWHERE) as session:
        access.end_all(session, ref=staff.ref, actor="test", at=clock.now())

    assert client.get("/home").location == "/login?next=/home"


def test_a_new_session_gets_a_new_form_token(client, database):
    a_clerk(database)
    before = token_on(client)
    log_in(client, "wang", PASSWORD)

    assert client.post("/logout", data={"csrf_token": before}).status_code == 400


def test_without_the_demonstration_nobody_enters_without_a_password(client, database):
    a_clerk(database)

    assert client.post("/demo/login", data={"username": "wang", "csrf_token": token_on(client)}).status_code == 404
