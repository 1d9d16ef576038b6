"""A test's database is fresh, migrated, and as narrow as the one of production."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import ProgrammingError

from canteen import schema
from canteen.foundation.db import Database
from tests.postgresql import owner_url


def _url(database):
    return database.engine.url.render_as_string(hide_password=False)


@pytest.mark.parametrize("round_", [1, 2])
def test_what_one_test_leaves_no_other_finds(database, round_):
    with database.acting() as connection:
        connection.execute(text("INSERT INTO audit_heads (chain, seq, hash) VALUES ('left', 1, 'behind')"))
        left = connection.execute(text("SELECT count(*) FROM audit_heads")).scalar()

    assert left == 1


def test_database_of_a_test_is_at_the_newest_revision(database):
    assert schema.current(_url(database)) == schema.head()


@pytest.mark.postgresql
def test_application_may_not_alter_what_is_booked(database):
    with pytest.raises(ProgrammingError, match="permission denied"), database.acting() as connection:
        connection.execute(text("DELETE FROM postings"))


@pytest.mark.postgresql
def test_owner_sees_the_same_tables(database):
    owner = Database(owner_url(_url(database)))

    assert "postings" in inspect(owner.engine).get_table_names()
    owner.dispose()


def _hello(_environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return ["<h1>幸福食堂</h1>".encode()]


def test_an_application_is_served_on_loopback(serving):
    address = urlsplit(serving(_hello))
    connection = http.client.HTTPConnection(address.hostname, address.port)
    connection.request("GET", "/")

    assert connection.getresponse().status == 200
    connection.close()


@pytest.mark.browser
def test_a_page_opens_in_the_browser(serving, page):
    page.goto(serving(_hello))

    assert page.inner_text("h1") == "幸福食堂"
