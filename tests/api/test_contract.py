"""What is promised to developers is written down, whole, and kept."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from typing import Any

import pytest

from canteen.api import RESOURCES
from canteen.api.refusals import REFUSALS, table
from canteen.foundation import errors
from canteen.http import words
from canteen.http.errors import status_of
from tests.edges import ROOT
from tests.house.tree import dotted, product

GOLDEN = ROOT / "tests" / "contracts" / "openapi.json"
RENEW = "renew it by: flask --app wsgi openapi write tests/contracts/openapi.json"
NAMES = ("get", "post", "put", "patch", "delete")


@pytest.fixture
def document(client) -> dict[str, Any]:
    return client.get("/api/v1/openapi.json").json


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        yield from ((f"{name.upper()} {path}", item[name]) for name in NAMES if name in item)


def test_the_contract_is_the_one_on_file(document):
    assert document == json.loads(GOLDEN.read_text("utf-8")), f"the contract changed; if that is meant, {RENEW}"


def test_the_command_writes_the_contract(app):
    told = app.test_cli_runner().invoke(args=["openapi", "print"])

    assert json.loads(told.output) == json.loads(GOLDEN.read_text("utf-8"))


def test_the_contract_is_openapi_3_1(document):
    assert document["openapi"] == "3.1.0"
    assert document["security"] == [{"bearer": []}]


def test_every_operation_is_told_in_full(document):
    poor = [
        name
        for name, operation in _operations(document)
        if not operation["summary"].endswith(".") or not operation["operationId"] or not operation["tags"]
    ]

    assert not poor, poor


def test_every_operation_shows_an_example_and_its_refusals(document):
    for name, operation in _operations(document):
        good = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
        bad = {status for status in operation["responses"] if status.startswith(("4", "5"))}
        assert [answer["content"]["application/json"]["example"] for answer in good], name
        assert {"429", "500", "503"} <= bad, name
        assert ("401" in bad) == ("security" not in operation), name
        if "requestBody" in operation:
            assert operation["requestBody"]["content"]["application/json"]["example"], name


def test_an_example_of_a_body_is_a_good_body():
    for resource in RESOURCES:
        for documented in resource._docs.values():
            for told in documented.values():
                for body in (told or {}).get("arguments", {}).get("parameters", []):
                    if body["in"] == "json":
                        body["schema"]().load(body["example"])


def test_every_code_is_raised_somewhere_with_its_status():
    raised = dict(_raised())
    for code, refusal in REFUSALS.items():
        if not code.startswith("http."):
            assert status_of(raised[code](code)) == refusal.status, code


def test_every_code_has_a_sentence_for_people():
    unsaid = [
        code for code in REFUSALS if not code.startswith("http.") and words.refusal(code, {}) == words.http("other")
    ]

    assert not unsaid


def test_the_page_for_developers_lists_every_code():
    page = (ROOT / "docs" / "api.md").read_text("utf-8")

    assert table() in page, "copy what canteen.api.refusals.table() returns"


def _raised() -> Iterator[tuple[str, type[errors.CanteenError]]]:
    for source in product():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                kind = getattr(errors, dotted(node.func).rpartition(".")[2], None)
                if isinstance(kind, type):
                    yield str(node.args[0].value), kind
