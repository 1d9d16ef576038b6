"""Say the codes of a statement in the words of the accountant."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from canteen.settlement.statement import Line, Purse, StatementView

WORDS: Mapping[str, Any] = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


def said(kind: str, code: str) -> str:
    """Return the word of a code, or the code where there is none."""
    return str(WORDS[kind].get(code or "unknown", code))


def purse_name(purse: Purse) -> str:
    """Return what a purse is called at the head of its column."""
    return str(WORDS["purposes"][purse.purpose].format(name=purse.name))


def row_name(group: str, category: str) -> str:
    """Return what a row is called: a category by its own name, anything else by its group."""
    return category or said("groups", group)


def mark_of(line: Line) -> str:
    """Return why a line is not simply a meal, or nothing."""
    marks = [said("kinds", line.kind) if line.kind != "meal" else ""]
    marks += [said("groups", line.group) if line.group != "meal" else ""]
    return " ".join(mark for mark in marks if mark)


def documents_of(view: StatementView) -> str:
    """Name the documents behind the prices."""
    words = WORDS["workbook"]
    named = [words["document"].format(document=one.document, version=one.version) for one in view.documents]
    return "；".join(dict.fromkeys(named)) or str(words["none"])


def month_name(month: str) -> str:
    """Write a month as people say it."""
    return str(WORDS["workbook"]["month"].format(year=month[:4], month=int(month[5:])))


def part_name(view: StatementView) -> str:
    """Say which part and version a statement is."""
    words = WORDS["workbook"]
    return str(words["supplement" if view.part > 1 else "part"].format(part=view.part, version=view.version))


def file_name(view: StatementView) -> str:
    """Return the name of the workbook: canteen, month, version."""
    form = WORDS["workbook"]["file" if view.is_frozen else "file_draft"]
    name = form.format(canteen=view.canteen_name, month=view.month, part=view.part, version=view.version)
    return "".join("_" if character in '\\/:*?"<>|' else character for character in name)
