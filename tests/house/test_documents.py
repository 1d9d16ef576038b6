"""Documents lead where they say: links resolve, and files that they name exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from tests.house.tree import ROOT

LINK = re.compile(r"\[[^\]\n]*\]\(<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\)")
QUOTED = re.compile(r"`([^`\n]+)`")
FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#")
PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)+/?", re.ASCII)

# Kept out of the tree on purpose: made by installing and by running.
MADE = frozenset({".venv", "var"})
NOT_OURS = frozenset({".venv", ".git", "node_modules", "var"})


def test_every_relative_link_leads_somewhere():
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in _pages(ROOT)
        for target in LINK.findall(_prose(path))
        if not ELSEWHERE.match(target) and not _leads_somewhere(path, target)
    ]

    assert not broken, "\n".join(broken)


def test_every_file_that_a_document_names_exists():
    missing = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in _pages(ROOT / "docs")
        for name in _named_paths(_prose(path))
        if not (ROOT / name).exists()
    ]

    assert not missing, "\n".join(missing)


def test_a_path_is_told_from_other_quoted_words():
    text = "`canteen/jobs.py` `docs/` `a/b` `/m/…` `.venv/bin/pytest tests/orders` `canteen/<name>/` `bot/gone.py`"

    assert list(_named_paths(text)) == ["canteen/jobs.py", "bot/gone.py"]


def _pages(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*.md")) if not NOT_OURS & set(path.relative_to(ROOT).parts)]


def _prose(path: Path) -> str:
    return FENCED.sub("", path.read_text(encoding="utf-8"))


def _leads_somewhere(page: Path, target: str) -> bool:
    name = unquote(target.partition("#")[0])
    return (page.parent / name).exists()


def _named_paths(text: str) -> Iterator[str]:
    """Find quoted words that begin with a folder of the tree and name something in it."""
    ours = {path.name for path in ROOT.iterdir() if path.is_dir()} - MADE
    for name in QUOTED.findall(text):
        if PATH.fullmatch(name) and name.partition("/")[0] in ours:
            yield name
