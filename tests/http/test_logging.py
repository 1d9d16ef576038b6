from __future__ import annotations

import io
import json
import logging as standard_logging

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from canteen.http import logging
from tests.edges import log_in


@pytest.fixture
def writing():
    """Log as a running process does, and put everything back."""
    root, written = standard_logging.getLogger(), io.StringIO()
    handlers, level = list(root.handlers), root.level
    logging.configure(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def masked(value):
    return logging.mask(None, "info", {"event": value})["event"]


@pytest.mark.parametrize(
    "personal",
    [
        "441502195003071234",
        "44150219500307123X",
        "441502500307123",
        "13800138000",
        "+8613800138000",
        "138 0013 8000",
        "138-0013-8000",
        "oABCdefGHIjklMNOpqrSTUvwx_-1",
    ],
)
def test_what_looks_personal_is_masked(personal):
    assert personal not in masked(f"found {personal}, twice: {personal}")


@pytest.mark.parametrize("plain", ["D-7KQ2MWX9TC", "441502000000", "2026-11-23T10:40:00", "38162047", "12.05", "/home"])
def test_references_and_days_stay_readable(plain):
    assert masked(f"at {plain} now") == f"at {plain} now"


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.lists(st.sampled_from(["list", "dict"]), max_size=4))
def test_numbers_are_masked_however_deep_they_lie(phone, nesting):
    value = int(phone)
    for kind in nesting:
        value = [value] if kind == "list" else {"inside": value}

    assert phone not in json.dumps(masked(value))


@pytest.mark.parametrize("key", ["name", "phone", "password", "token", "openid"])
def test_what_is_personal_by_its_name_is_hidden(key):
    assert logging.mask(None, "info", {key: "王秀英"}) == {key: "***"}


def test_a_traceback_is_masked_too(writing):
    try:
        raise ValueError("no such phone 13800138000")
    except ValueError:
        structlog.get_logger("canteen.test").error("failed", exc_info=True)

    (line,) = writing()
    assert "ValueError" in line["exception"]
    assert "13800138000" not in line["exception"]


def test_lines_of_other_packages_are_json_and_masked(writing):
    standard_logging.getLogger("elsewhere").warning("call %s", "13800138000")

    (line,) = writing()
    assert (line["event"], line["logger"], line["level"]) == ("call ***", "elsewhere", "warning")


def test_a_request_is_logged_without_what_was_typed(app, writing):
    log_in(app.test_client(), "zhangsan", "a-secret-password")

    text = json.dumps(writing())
    assert "web.log_in" in text
    assert "zhangsan" not in text
    assert "a-secret-password" not in text


def test_each_request_has_an_id(client):
    first, second = client.get("/login").headers["X-Request-ID"], client.get("/login").headers["X-Request-ID"]

    assert first != second


def test_the_id_of_a_proxy_is_kept(client):
    assert client.get("/login", headers={"X-Request-ID": "abc-12345"}).headers["X-Request-ID"] == "abc-12345"


def test_an_id_that_could_forge_lines_is_not_kept(client):
    assert client.get("/login", headers={"X-Request-ID": "x" * 65}).headers["X-Request-ID"] != "x" * 65
