"""No sheet states a selector twice: of two such rules the later one silently wins on pages that knew only the first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edges import ROOT

SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))


def selectors(css: str) -> Iterator[str]:
    """Yield the selectors of the rules that hold everywhere: those in blocks of @media are meant to differ."""
    plain, depth, begin = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL), 0, 0
    for brace in re.finditer(r"[{}]", plain):
        if brace[0] == "}":
            depth, begin = depth - 1, brace.end()
            continue
        head = plain[begin : brace.start()].strip()
        if depth == 0 and not head.startswith("@"):
            yield head
        depth, begin = depth + 1, brace.end()


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_selector_is_stated_twice(sheet: Path) -> None:
    counted = Counter(selectors(sheet.read_text("utf-8")))

    assert counted, "no rule was read"
    assert not [selector for selector, times in counted.items() if times > 1]
