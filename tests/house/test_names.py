"""Files are named by the trade, tests by sentences."""

from __future__ import annotations

import re
from pathlib import PurePath

import pytest

from tests.house.tree import ROOT, everything, functions, sources

BANNED = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "manager",
    "service",
    "services",
    "models",
    "core",
}
SENTENCE = re.compile(r"test(_[a-z0-9]+){3,}")


def test_no_file_has_a_name_that_says_nothing():
    vague = [
        source.name
        for source in everything()
        if BANNED.intersection(part for part in PurePath(source.name).with_suffix("").parts)
    ]

    assert not vague, "\n".join(vague)


def test_names_of_tests_are_sentences():
    short = [
        source.at(node, node.name)
        for source in sources("tests")
        for node in functions(source.tree)
        if node.name.startswith("test") and not SENTENCE.fullmatch(node.name)
    ]

    assert not short, "\n".join(short)


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned(file):
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line and not line.startswith(("#", "-r "))]

    assert [line for line in wanted if not re.fullmatch(r"[\w.-]+(\[[\w,-]+\])?==[\w.]+", line)] == []
