"""Find the row of headings below titles and notes, whatever the order and names of the columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from canteen.foundation.errors import Invalid
from canteen.seniors.roster.sheets import Cell, Sheet, text_of
from canteen.seniors.roster.words import column_of, title

_SEARCHED = 30
_NEEDED = ("name", "document")


@dataclass(frozen=True)
class Header:
    """Say in which row the headings stand (counted from zero), where each column is, and what was not understood."""

    index: int
    places: dict[str, int]
    strange: tuple[str, ...]


def find_header(sheets: Sequence[Sheet]) -> tuple[Sheet, Header]:
    """Return the first sheet with headings, and them.

    Refuses ``seniors.roster_no_header`` where name and identity number are not both found in the first rows, and
    ``seniors.roster_column_twice`` where two columns mean the same.
    """
    for sheet in sheets:
        found = [_headings(index, row) for index, row in enumerate(sheet.rows[:_SEARCHED])]
        complete = [header for header in found if all(column in header.places for column in _NEEDED)]
        if complete:
            best = max(complete, key=lambda header: len(header.places))
            _refuse_twice(sheet.rows[best.index])
            return sheet, best
    raise Invalid("seniors.roster_no_header")


def _headings(index: int, row: Sequence[Cell]) -> Header:
    places: dict[str, int] = {}
    strange = []
    for place, cell in enumerate(row):
        heading = text_of(cell)
        column = column_of(heading)
        if column is not None:
            places.setdefault(column, place)
        elif heading:
            strange.append(heading)
    return Header(index, places, tuple(strange))


def _refuse_twice(row: Sequence[Cell]) -> None:
    meanings = [meaning for cell in row if (meaning := column_of(text_of(cell))) is not None]
    for meaning in meanings:
        if meanings.count(meaning) > 1:
            raise Invalid("seniors.roster_column_twice", column=title(meaning))
