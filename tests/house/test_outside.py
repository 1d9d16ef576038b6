"""Pages work in a village without internet, and tests without any network."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from tests.house.tree import ROOT
from tests.loopback import OutsideError, is_inside

ADDRESS = re.compile(r"""(?:https?:)?//(?!127\.0\.0\.1|localhost)[\w-]+(?:\.[\w-]+)+""")
LOADS = re.compile(
    r"""(?:src|href|action|poster|srcset)\s*=\s*["']?|url\(\s*["']?|import\s*(?:\(|.*from)\s*["']|fetch\(\s*["'`]"""
)
KINDS = {".html", ".css", ".js", ".mjs", ".svg", ".webmanifest", ".json"}

# Names of vocabularies look like addresses but nothing is fetched from them; licences name their authors.
NAMES = re.compile(r"https?://www\.w3\.org/")


def test_no_page_loads_anything_from_elsewhere():
    loading = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:90]}"
        for path in _pages()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if _names_an_address(path, NAMES.sub("", line))
    ]

    assert not loading, "\n".join(loading)


def _names_an_address(path: Path, line: str) -> bool:
    if "vendor" in path.parts:
        return any(ADDRESS.match(line, found.end()) for found in LOADS.finditer(line))
    return re.search(r"https?://(?!127\.0\.0\.1|localhost)[\w-]+\.", line) is not None


def _pages() -> list[Path]:
    folders = [ROOT / "static", *(ROOT / "canteen").rglob("templates"), *(ROOT / "bot").rglob("templates")]
    return [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in KINDS]


def test_a_test_cannot_reach_another_machine():
    with socket.socket() as outward, pytest.raises(OutsideError):
        outward.connect(("192.0.2.1", 80))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_a_test_reaches_its_own_machine(host):
    assert is_inside(host)


@pytest.mark.parametrize("host", ["192.0.2.1", "10.0.0.1", "example.org", "::2"])
def test_other_machines_are_outside(host):
    assert not is_inside(host)
