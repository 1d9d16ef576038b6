from __future__ import annotations

import pytest
from flask import request

from canteen.http.auth import PUBLIC, audience
from canteen.http.security import LARGEST_BODY
from tests.edges import PRODUCTION, built, log_in, settings_for, token_on
from tests.staffing import PASSWORD, a_clerk


@pytest.fixture
def production(database, tmp_path):
    yield from built(settings_for(database, tmp_path, **PRODUCTION))


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("Content-Security-Policy", "default-src 'self'"),
        ("Content-Security-Policy", "img-src 'self' data:"),
        ("Content-Security-Policy", "frame-ancestors 'self'"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(self)"),
        ("Cache-Control", "no-store"),
    ],
)
@pytest.mark.parametrize("page", ["/login", "/nowhere", "/healthz"])
def test_every_answer_carries_the_protecting_headers(client, page, header, part):
    assert part in client.get(page).headers[header]


def test_the_simulator_may_be_framed_at_home_only(client, production):
    at_home = client.get("/login").headers["Content-Security-Policy"]
    outside = production.test_client().get("/login").headers["Content-Security-Policy"]

    assert "frame-src 'self' http://127.0.0.1:8001;" in at_home
    assert "127.0.0.1" not in outside


def test_production_insists_on_https(production):
    assert production.test_client().get("/login").headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_form_without_its_token_is_refused(client):
    response = client.post("/login", data={"username": "wang", "password": PASSWORD})

    assert response.status_code == 400
    assert "请刷新后再试" in response.text


def test_a_request_in_json_needs_the_token_too(client):
    response = client.post("/logout", json={})

    assert (response.status_code, response.json["code"]) == (401, "http.csrf")


def test_the_token_may_come_in_a_header(client):
    token = token_on(client)

    assert client.post("/logout", json={}, headers={"X-CSRFToken": token}).status_code == 303


def test_the_cookie_is_closed_to_scripts_and_other_sites(client, database):
    a_clerk(database)
    cookie = next(
        text for text in log_in(client, "wang", PASSWORD).headers.getlist("Set-Cookie") if text.startswith("staff=")
    )

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_cookies_travel_over_https_only_in_production(production):
    client = production.test_client()
    page = client.get("/login", base_url="https://canteen.invalid")

    cookies = page.headers.getlist("Set-Cookie")
    assert cookies
    assert all("Secure" in text for text in cookies)


def test_a_body_that_is_too_large_is_refused(client):
    response = client.post("/login", data=b"x" * (LARGEST_BODY + 1), content_type="application/x-www-form-urlencoded")

    assert response.status_code == 413


@pytest.mark.parametrize(("proxies", "address"), [("0", "127.0.0.1"), ("1", "192.0.2.7")])
def test_the_address_of_a_proxy_is_believed_only_when_told(database, tmp_path, proxies, address):
    for app in built(settings_for(database, tmp_path, TRUSTED_PROXIES=proxies)):
        app.add_url_rule("/address", view_func=audience(PUBLIC)(lambda: request.remote_addr))

        assert app.test_client().get("/address", headers={"X-Forwarded-For": "192.0.2.7"}).text == address
