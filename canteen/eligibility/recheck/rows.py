"""Read what each row of a list states, with every reason why it cannot be taken."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from canteen import seniors
from canteen.eligibility.recheck.terms import DEATH, Terms
from canteen.foundation.errors import CanteenError

roster = seniors.roster

_Read = TypeVar("_Read")
_OPEN = frozenset(("长期", "永久", "至今", "无"))


@dataclass(frozen=True)
class Row:
    """Hold what a row states; of a row that is wrong only the number, if that could be read."""

    row: int
    name: str
    document: seniors.Document
    valid_from: date | None
    valid_until: date | None
    is_wrong: bool


@dataclass(frozen=True)
class Reading:
    """Hold a list as it was read; what it would do depends on the register."""

    content_digest: str
    sheets: tuple[roster.Sheet, ...]
    sheet: roster.Sheet
    header: roster.Header
    terms: Terms
    rows: tuple[Row, ...]
    problems: tuple[roster.Problem, ...]
    row_count: int


def read_rows(content: bytes, terms: Terms, columns: roster.Columns) -> Reading:
    """Read a list; refusals as of `roster.read_sheets` and `find_header`."""
    sheets = roster.read_sheets(content)
    sheet, header = roster.find_header(sheets, columns)
    reader = _Reader(header, terms)
    cells = list(roster.filled_rows(sheet.rows, header))
    rows = [row for number, one in cells if (row := reader.read(number, one)) is not None]
    return Reading(
        content_digest=hashlib.sha256(content).hexdigest(),
        sheets=tuple(sheets),
        sheet=sheet,
        header=header,
        terms=terms,
        rows=tuple(rows),
        problems=tuple(reader.problems),
        row_count=len(cells),
    )


class _Reader:
    def __init__(self, header: roster.Header, terms: Terms) -> None:
        self.problems: list[roster.Problem] = []
        self._places = header.places
        self._terms = terms
        self._row = 0
        self._cells: Sequence[roster.Cell] = ()
        self._seen: dict[tuple[str, str], int] = {}

    def read(self, row: int, cells: Sequence[roster.Cell]) -> Row | None:
        """Return what a row states; None where its number cannot be read."""
        self._row, self._cells = row, cells
        before = len(self.problems)
        name = self._try("name", seniors.read_name)
        document = self._try("document", seniors.read_document)
        valid_from, valid_until = self._death() if self._terms.kind == DEATH else self._validity()
        if document is None or self._is_twin(document):
            return None
        return Row(row, name or "", document, valid_from, valid_until, len(self.problems) > before)

    def _is_twin(self, document: seniors.Document) -> bool:
        first = self._seen.setdefault((document.family, document.number), self._row)
        if first != self._row:
            self._note("document", "seniors.roster_twice", row=first)
        return first != self._row

    def _death(self) -> tuple[date | None, date | None]:
        died_on = self._day("died_on")
        if died_on is None:
            if not self._text("died_on"):
                self._note("died_on", "seniors.roster_day_missing")
        elif died_on > self._terms.on:
            self._note("died_on", "seniors.roster_death_ahead")
        return died_on, None

    def _validity(self) -> tuple[date | None, date | None]:
        valid_from, last_day = self._day("valid_from"), self._day("valid_to")
        if last_day is None:
            return valid_from, None
        if last_day < (valid_from or last_day):
            self._note("valid_to", "seniors.roster_dates_reversed")
        return valid_from, last_day + timedelta(days=1)

    def _day(self, column: str) -> date | None:
        text = unicodedata.normalize("NFKC", self._text(column)).strip()
        if not text or text in _OPEN:
            return None
        read = roster.read_date(text)
        if read is None:
            self._note(column, "seniors.roster_date")
        return read

    def _text(self, column: str) -> str:
        place = self._places.get(column)
        return "" if place is None or place >= len(self._cells) else roster.text_of(self._cells[place])

    def _try(self, column: str, reads: Callable[[str], _Read]) -> _Read | None:
        try:
            return reads(self._text(column))
        except CanteenError as refusal:
            self._note(column, refusal.code, **refusal.params)
            return None

    def _note(self, column: str, code: str, **params: str | int) -> None:
        self.problems.append(roster.Problem(self._row, column, code, tuple(sorted(params.items()))))
