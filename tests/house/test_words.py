"""Every refusal can be said, on the pages and in the chat; nothing is said that nobody refuses."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.house.tree import PRODUCT, ROOT, Source, dotted, sources

REFUSALS = {"NotFound", "Denied", "Invalid", "Refused", "Conflict", "Unavailable"}
FILES = ["canteen/http/words.toml", "bot/words.toml"]

# What one audience alone can meet need not be sayable to the other.
ONLY_PAGES = (
    "canteen/http",
    "canteen/api",
    "canteen/web",
    "canteen/settlement",
    "canteen/checkin/devices.py",
    "canteen/treasury",
    "canteen/anomalies",
    "canteen/exports",
    "canteen/ledger/chart.py",
    "canteen/eligibility/decide.py",
    "canteen/eligibility/find.py",
    "canteen/eligibility/recheck",
    "canteen/seniors/roster/remembered.py",
    "canteen/cli/delivery.py",
    "canteen/delivery",
    "canteen/kitchen",
    "canteen/tills",
    "canteen/safety",
    "canteen/rounds",
    "canteen/welfare",
    "canteen/ledger/periods.py",
    "canteen/places/operators.py",
    "canteen/places/canteens.py",
    "canteen/places/hours.py",
)
ONLY_CHAT = ("bot",)


@pytest.mark.parametrize("file", FILES)
def test_every_refusal_has_words(file):
    unsaid = sorted(_must_be_said(file) - _said(file))

    assert not unsaid, "\n".join(unsaid)


@pytest.mark.parametrize("file", FILES)
def test_no_words_are_left_without_a_refusal(file):
    orphans = sorted(_said(file) - set(_raised(*PRODUCT)))

    assert not orphans, "\n".join(orphans)


def _must_be_said(file: str) -> set[str]:
    elsewhere = ONLY_CHAT if file.startswith("canteen") else ONLY_PAGES
    return {code for code, source in _raised(*PRODUCT).items() if not source.is_in(*elsewhere)}


def _raised(*folders: str) -> dict[str, Source]:
    return {code: source for source in sources(*folders) for code in _codes(source)}


def _codes(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in REFUSALS and node.args:
            yield from _constants(node.args[0])


def _constants(node: ast.AST) -> Iterator[str]:
    """Find the texts that an argument can be: a constant, or either side of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    if isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)


def test_every_code_is_written_where_it_is_raised():
    computed = [
        source.at(node, "the code of a refusal is computed")
        for source in sources(*PRODUCT)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and dotted(node.func).rpartition(".")[2] in REFUSALS
        and node.args
        and not list(_constants(node.args[0]))
    ]

    assert not computed, "\n".join(computed)


def _said(file: str) -> set[str]:
    path = ROOT / file
    if not path.exists():
        return set()
    words = tomllib.loads(path.read_text(encoding="utf-8"))
    return set(_flat(words.get("refusals", words)))


def _flat(words: dict[str, Any], before: str = "") -> Iterator[str]:
    for key, value in words.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}"
