"""Say in Chinese what is wrong with a list, and know what its columns may be called."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

_WORDS: dict[str, Any] = tomllib.loads(
    (resources.files("canteen.seniors.roster") / "words.toml").read_text(encoding="utf-8")
)
_ADDED = re.compile(r"\(.*?\)|\[.*?\]|[\s*:：、.。_]+")

COLUMNS: dict[str, list[str]] = _WORDS["columns"]
REASONS: dict[str, str] = _WORDS["reasons"]
ERROR_COLUMN: str = _WORDS["error_column"]
NO_CATEGORY = frozenset(_WORDS["no_category"])
OPEN_END = frozenset(_WORDS["open_end"])
KIN: list[str] = _WORDS["kin"]


@dataclass(frozen=True)
class Problem:
    """Say what is wrong with one cell; rows are counted as the spreadsheet counts them, from one."""

    row: int
    column: str
    code: str
    params: tuple[tuple[str, str | int], ...] = field(default=())

    @property
    def title(self) -> str:
        """Return the usual name of the column."""
        return title(self.column)

    @property
    def reason(self) -> str:
        """Return what is wrong with the cell, and its cure."""
        return REASONS[self.code].format(**dict(self.params))

    @property
    def sentence(self) -> str:
        """Return the whole sentence: 第 37 行 身份证号 校验位不对."""
        return str(_WORDS["sentence"]).format(row=self.row, column=title(self.column), reason=self.reason)


def title(column: str) -> str:
    """Return the usual name of a column."""
    return COLUMNS[column][0]


def column_of(heading: str) -> str | None:
    """Return what a heading means: ``document`` for 公民身份号码 or 身份证号（必填）; None for a strange one."""
    return _MEANING.get(plain_heading(heading))


def plain_heading(heading: str) -> str:
    """Return a heading without marks, blanks and what stands in brackets."""
    return _ADDED.sub("", unicodedata.normalize("NFKC", heading))


_MEANING = {name: column for column, names in COLUMNS.items() for name in names}
