"""Pages of seniors work in the WebView of an old telephone, and are light enough for its network."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.web.rendering import STATIC, render
from tests.web.sample_mine import MINE_SAMPLES
from tests.web.sample_site import sample_site
from tests.web.samples import SAMPLES
from tests.web.test_screens_in_chromium import OVERFLOW, SMALL_TARGETS, SMALL_TEXT, WIDTHS
from tests.web.test_templates import NOT_FOR_SENIORS, Page

NEWER = tomllib.loads(Path(__file__).with_name("newer_than_chromium_86.toml").read_text("utf-8"))
NAMES = sorted(MINE_SAMPLES) + sorted(name for name in SAMPLES if name.startswith("senior/"))
HEAVIEST = 150_000
# A figure of money that a box cuts off makes no page wider.
CUT_OFF = """() => [...document.querySelectorAll(".ticket *")]
  .filter((part) => part.checkVisibility() && part.getBoundingClientRect().right > innerWidth + 1)
  .map((part) => part.textContent.trim())"""
WALK = f"""() => ["1", "2", "3"].map((size) => {{
  document.documentElement.dataset.size = size;
  const cut = ({CUT_OFF})();
  return [...({SMALL_TEXT})(), ...({SMALL_TARGETS})(), ...cut, ...(({OVERFLOW})() > 0 ? ["sideways"] : [])];
}})"""


@cache
def pages() -> dict[str, str]:
    """Render every page of seniors with each of its contexts."""
    return {f"{name}~{number}": render(name, context) for name in NAMES for number, context in enumerate(SAMPLES[name])}


@cache
def files_of(page: str) -> frozenset[Path]:
    """Return the styles and scripts that a page loads."""
    loaded = re.findall(r'(?:href|src)="/static/([^"]+)"', page)
    return frozenset(STATIC / name for name in loaded)


def newer_in(text: str, kind: str) -> list[str]:
    """Name what a file uses that an old view does not know."""
    return [f"{name} ({one['since']})" for name, one in NEWER[kind].items() if re.search(one["pattern"], text)]


def test_nothing_on_a_page_of_seniors_is_newer_than_chromium_86() -> None:
    found = {name: newer_in(page, "html") for name, page in pages().items()}
    for path in {path for page in pages().values() for path in files_of(page)}:
        if path.suffix in {".css", ".js"}:
            found[path.name] = newer_in(path.read_text("utf-8"), path.suffix[1:])

    assert len(found) > len(pages()) + 4
    assert not {name: features for name, features in found.items() if features}


@pytest.mark.parametrize("kind", NEWER)
def test_every_feature_of_the_list_would_be_found(kind: str) -> None:
    assert [name for name, one in NEWER[kind].items() if not re.search(one["pattern"], one["example"])] == []


def test_a_page_of_seniors_is_light() -> None:
    weights = {
        name: len(page.encode()) + sum(path.stat().st_size for path in files_of(page)) for name, page in pages().items()
    }

    assert max(weights.values()) < HEAVIEST, max(weights.items(), key=lambda one: one[1])


def test_a_page_of_seniors_uses_no_office_word() -> None:
    said = {name: "".join(Page(page).words) for name, page in pages().items()}

    assert not [(name, word) for name, text in said.items() for word in NOT_FOR_SENIORS if word in text]


@pytest.mark.browser
def test_pages_of_seniors_are_large_and_fit_at_every_width_and_size(chromium: Browser) -> None:
    wrong = {}
    with sample_site() as site:
        context = chromium.new_context(base_url=site.address)
        page = context.new_page()
        for name in MINE_SAMPLES:
            page.goto(f"/{name}")
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 844})
                seen = page.evaluate(WALK)
                if any(seen):
                    wrong[name, width] = seen
        context.close()

    assert not wrong
