"""Read lines out of a bank's statement by the columns that somebody named; pure but for the file's own bytes."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from canteen import seniors
from canteen.foundation import money
from canteen.foundation.errors import Invalid

FIELDS = ("day", "credit", "debit", "amount", "counterparty", "memo", "serial")
_FEWEST = 3
_LONGEST = 200
_NEAR = 1e-6
_DAY = re.compile(r"(20\d\d)\D?(\d\d?)\D?(\d\d?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Table:
    """Hold the headings of a statement and the rows below them, each with its number in the file."""

    heads: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class ReadLine:
    """Hold what one row says."""

    key: str
    on_day: date
    amount_fen: int
    counterparty: str
    memo: str
    serial: str


@cache
def known_heads() -> dict[str, list[str]]:
    """Return the headings that are known for each field."""
    return tomllib.loads(Path(__file__).with_name("bank_statement_columns.toml").read_text("utf-8"))


def table_of(content: bytes) -> Table:
    """Find the headings of a statement: the first row in which three of them are known.

    Refuses ``treasury.bank_file_unreadable`` and what reading a workbook refuses.
    """
    known = {head for heads in known_heads().values() for head in heads}
    for sheet in seniors.roster.read_sheets(content):
        texts = [[_text(cell) for cell in row] for row in sheet.rows]
        for at, row in enumerate(texts):
            if sum(_plain(text) in known for text in row) >= _FEWEST:
                below = enumerate(texts[at + 1 :], start=at + 2)
                return Table(tuple(row), tuple((number, tuple(cells)) for number, cells in below if any(cells)))
    raise Invalid("treasury.bank_file_unreadable")


def guessed(table: Table) -> dict[str, int]:
    """Guess which column means what; a field whose heading is not known is left out."""
    plain = [_plain(head) for head in table.heads]
    found = {}
    for field, heads in known_heads().items():
        place = next((plain.index(head) for head in heads if head in plain), None)
        if place is not None:
            found[field] = place
    return found


def lines_of(table: Table, columns: Mapping[str, int]) -> list[ReadLine]:
    """Read every row that moves money.

    Refuses ``treasury.columns_missing`` without a day and an amount, ``treasury.bank_row`` naming a malformed one.
    """
    if "day" not in columns or not {"credit", "debit", "amount"} & set(columns):
        raise Invalid("treasury.columns_missing")
    seen: Counter[str] = Counter()
    found = []
    for number, cells in table.rows:
        told = {field: cells[place].strip() if place < len(cells) else "" for field, place in columns.items()}
        line = _line(told, number, seen)
        if line is not None:
            found.append(line)
    return found


def _line(told: Mapping[str, str], number: int, seen: Counter[str]) -> ReadLine | None:
    on = _day(told["day"])
    try:
        fen = _fen(told.get("credit", "")) - abs(_fen(told.get("debit", ""))) + _fen(told.get("amount", ""))
    except ValueError:
        raise Invalid("treasury.bank_row", row=number) from None
    if on is None:
        if fen:
            raise Invalid("treasury.bank_row", row=number)
        return None
    if not fen:
        return None
    serial = told.get("serial", "")[:_LONGEST]
    said = f"{on.isoformat()}|{fen}|{told.get('counterparty', '')}|{told.get('memo', '')}"[: _LONGEST - 8]
    name = serial or said
    seen[name] += 1
    key = name if seen[name] == 1 else f"{name}#{seen[name]}"
    return ReadLine(key, on, fen, told.get("counterparty", "")[:_LONGEST], told.get("memo", "")[:_LONGEST], serial)


def _day(text: str) -> date | None:
    match = _DAY.match(text)
    try:
        return date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        return None


def _fen(text: str) -> int:
    plain = text.replace(",", "").replace("¥", "").replace("+", "").strip()
    if plain in ("", "-", "--"):
        return 0
    return money.fen(plain)


def _text(cell: seniors.roster.Cell) -> str:
    """Return what a cell says; an amount keeps its fen however large it is."""
    if isinstance(cell, float) and not cell.is_integer():
        return f"{cell:.2f}" if abs(cell - round(cell, 2)) < _NEAR else f"{cell}"
    return seniors.roster.text_of(cell)


def _plain(text: str) -> str:
    """Return a heading without what banks put around it: blanks and units in brackets."""
    return re.sub(r"[\s*]|[（(].*?[)）]", "", text)


def sample(table: Table, most: int) -> Sequence[tuple[str, ...]]:
    """Return the first rows, to be shown beside the choice of columns."""
    return [cells for _, cells in table.rows[:most]]
