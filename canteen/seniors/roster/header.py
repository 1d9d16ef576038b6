"""Find the row of headings below titles and notes, whatever the order and names of the columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from canteen.foundation.errors import Invalid
from canteen.seniors.roster.sheets import Cell, Sheet, text_of
from canteen.seniors.roster.words import column_of, plain_heading, title

_SEARCHED = 30
_ROSTER = (
    "name", "document", "sex", "birth", "phone", "hukou", "residence", "categories", "valid_from", "valid_to",
    "contact", "contact_phone",
)  # fmt: skip


@dataclass(frozen=True)
class Columns:
    """Say which columns a kind of list has, which of them it cannot do without, and what somebody said of a heading.

    ``told`` leads from a plain heading to a column, or to nothing where the column is to be passed over.
    """

    known: tuple[str, ...] = _ROSTER
    needed: tuple[str, ...] = ("name", "document")
    told: Mapping[str, str] = field(default_factory=dict)

    def meaning(self, heading: str) -> str | None:
        """Return the column that a heading stands for; what somebody said goes before what is usual."""
        plain = plain_heading(heading)
        column = self.told[plain] if plain in self.told else column_of(heading)
        return column if column in self.known else None

    def is_strange(self, heading: str) -> bool:
        """Tell whether nobody knows what a heading means."""
        plain = plain_heading(heading)
        return bool(plain) and plain not in self.told and self.meaning(heading) is None


@dataclass(frozen=True)
class Header:
    """Say in which row the headings stand (counted from zero), where each column is, and what was not understood."""

    index: int
    places: dict[str, int]
    strange: tuple[str, ...]


def find_header(sheets: Sequence[Sheet], columns: Columns | None = None) -> tuple[Sheet, Header]:
    """Return the first sheet with headings, and them.

    Refuses ``seniors.roster_no_header`` where a column that is needed is not found in the first rows, and
    ``seniors.roster_column_twice`` where two columns mean the same.
    """
    wanted = columns or Columns()
    for sheet in sheets:
        found = [_headings(index, row, wanted) for index, row in enumerate(sheet.rows[:_SEARCHED])]
        complete = [header for header in found if all(column in header.places for column in wanted.needed)]
        if complete:
            best = max(complete, key=lambda header: len(header.places))
            _refuse_twice(sheet.rows[best.index], wanted)
            return sheet, best
    raise Invalid("seniors.roster_no_header", columns="、".join(title(column) for column in wanted.needed))


def guess_header(sheets: Sequence[Sheet], columns: Columns) -> tuple[Sheet, Header]:
    """Return the row that is most likely one of headings, for somebody to say what they mean.

    Most likely is the one with the most columns that are understood, then with the most texts without a digit.
    Refuses ``seniors.roster_no_header`` for sheets without any text.
    """
    rows = [(sheet, index, row) for sheet in sheets for index, row in enumerate(sheet.rows[:_SEARCHED])]
    worded = [one for one in rows if _texts(one[2])]
    if not worded:
        raise Invalid("seniors.roster_no_header", columns="、".join(title(column) for column in columns.needed))
    sheet, index, row = max(
        worded, key=lambda one: (len(_headings(one[1], one[2], columns).places), len(_texts(one[2])), -one[1])
    )
    return sheet, _headings(index, row, columns)


def _texts(row: Sequence[Cell]) -> list[str]:
    texts = (text_of(cell) for cell in row)
    return [text for text in texts if text and not any(character.isdigit() for character in text)]


def _headings(index: int, row: Sequence[Cell], columns: Columns) -> Header:
    places: dict[str, int] = {}
    strange = []
    for place, cell in enumerate(row):
        heading = text_of(cell)
        column = columns.meaning(heading)
        if column is not None:
            places.setdefault(column, place)
        elif columns.is_strange(heading):
            strange.append(heading)
    return Header(index, places, tuple(strange))


def _refuse_twice(row: Sequence[Cell], columns: Columns) -> None:
    meanings = [meaning for cell in row if (meaning := columns.meaning(text_of(cell))) is not None]
    for meaning in meanings:
        if meanings.count(meaning) > 1:
            raise Invalid("seniors.roster_column_twice", column=title(meaning))
