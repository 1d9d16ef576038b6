from __future__ import annotations

import json
import re

import pytest
import structlog
from sqlalchemy.exc import OperationalError

from canteen.foundation.errors import Conflict, Denied, Invalid, NotFound, Refused, Unavailable
from canteen.http.auth import PUBLIC, audience
from canteen.http.limits import limited


@pytest.fixture
def raising(app):
    """Serve an endpoint that raises what the test wants, below /api and as a page."""

    def serve(error):
        @audience(PUBLIC)
        def view():
            raise error

        app.add_url_rule("/raise", view_func=view)
        app.add_url_rule("/api/v1/raise", "api_raise", view)
        return app.test_client()

    return serve


@pytest.mark.parametrize(
    ("kind", "status"),
    [(NotFound, 404), (Denied, 403), (Invalid, 422), (Refused, 409), (Conflict, 409), (Unavailable, 503)],
)
def test_each_kind_of_refusal_has_its_status(raising, kind, status):
    assert raising(kind("orders.empty")).get("/raise").status_code == status


def test_the_api_answers_problem_details(raising):
    response = raising(Refused("orders.already_ordered", ref="D-234")).get("/api/v1/raise")

    assert response.content_type == "application/problem+json; charset=utf-8"
    assert json.loads(response.data) == {
        "type": "urn:problem:canteen:orders.already_ordered",
        "title": "办不了",
        "status": 409,
        "code": "orders.already_ordered",
        "detail": "这一餐已经订过了（订单 D-234）。",
        "params": {"ref": "D-234"},
    }


def test_a_page_says_the_sentence_to_people(raising):
    response = raising(Refused("orders.full")).get("/raise", headers={"Accept": "text/html"})

    assert response.content_type == "text/html; charset=utf-8"
    assert "这一餐的名额已经满了。" in response.text


def test_a_page_asked_for_json_answers_problem_details(raising):
    response = raising(Refused("orders.empty")).get("/raise", headers={"Accept": "application/json"})

    assert response.content_type.startswith("application/problem+json")


def test_too_many_tries_tells_when_to_come_back(raising):
    response = raising(Refused("access.too_many_tries", seconds=300)).get("/api/v1/raise")

    assert (response.status_code, response.headers["Retry-After"]) == (429, "300")


def test_what_nobody_foresaw_shows_an_incident_number_and_nothing_else(raising):
    response = raising(RuntimeError("the secret is 42")).get("/raise")

    assert response.status_code == 500
    assert re.search(r"E-[2-9B-Z]{7}", response.text)
    assert "secret" not in response.text


def test_an_incident_is_logged_once_under_its_number(raising):
    client = raising(RuntimeError("broken"))
    with structlog.testing.capture_logs() as lines:
        response = client.get("/api/v1/raise")

    incidents = [line["incident"] for line in lines if line["log_level"] == "error"]
    assert incidents == [json.loads(response.data)["params"]["incident"]]


def test_a_database_that_is_away_asks_to_come_again(raising):
    response = raising(OperationalError("SELECT", {}, Exception("locked"))).get("/api/v1/raise")

    assert (response.status_code, response.headers["Retry-After"]) == (503, "2")


def test_an_unknown_address_is_told_in_words(client):
    response = client.get("/nowhere")

    assert response.status_code == 404
    assert "没有这一页。" in response.text


def test_an_unknown_address_of_the_api_is_a_problem(client):
    assert client.get("/api/v1/nowhere").json["code"] == "http.not_found"


def test_a_wrong_method_names_the_right_ones(client):
    response = client.put("/healthz", headers={"Accept": "application/json"})

    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_who_asks_too_often_is_told_to_wait(app):
    @audience(PUBLIC)
    @limited("2/minute")
    def often():
        return "here"

    app.add_url_rule("/often", view_func=often)
    client = app.test_client()

    answers = [client.get("/often").status_code for _ in range(3)]

    assert answers == [200, 200, 429]


def test_a_view_without_a_bound_may_be_called_often(client):
    assert {client.get("/healthz").status_code for _ in range(5)} == {200}
