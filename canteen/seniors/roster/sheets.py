"""Read the rows of a spreadsheet or text file as they stand: xlsx, xls, ods, CSV in UTF-8 or GBK."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from canteen.foundation.errors import Invalid
from canteen.seniors.roster.unpacked import refuse_hostile

Cell = str | float | int | bool | date | datetime | time | timedelta
MOST_ROWS = 50_000
_PACKED = b"PK\x03\x04"
_WORKBOOKS = (_PACKED, b"\xd0\xcf\x11\xe0")
_WHOLE = 10**15
_AS_FORMULA = re.compile(r'="(.*)"')


@dataclass(frozen=True)
class Sheet:
    """Hold one sheet; the first row is row 1 of the spreadsheet."""

    name: str
    rows: Sequence[Sequence[Cell]]


def read_sheets(content: bytes) -> list[Sheet]:
    """Read all visible sheets; ``seniors.roster_unreadable``, ``seniors.roster_too_long`` beyond 50,000 rows.

    A workbook that would grow past all measure when unpacked is ``seniors.roster_too_large``.
    """
    if content.startswith(_PACKED):
        refuse_hostile(content)
    sheets = _workbook(content) if content.startswith(_WORKBOOKS) else [Sheet("CSV", _separated(content))]
    if any(len(sheet.rows) > MOST_ROWS for sheet in sheets):
        raise Invalid("seniors.roster_too_long", most=MOST_ROWS)
    return sheets


def text_of(cell: Cell) -> str:
    """Return what a person sees in a cell; a number too long for a spreadsheet shows as it was damaged: 4.4E+17."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _WHOLE else f"{cell:.10G}"
    if isinstance(cell, int):
        return str(cell) if abs(cell) < _WHOLE else f"{float(cell):.10G}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, str):
        formula = _AS_FORMULA.fullmatch(cell.strip())
        return formula[1] if formula else cell.strip()
    return str(cell)


def _workbook(content: bytes) -> list[Sheet]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        visible = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
        return [Sheet(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in visible]
    except (CalamineError, OSError, ValueError) as error:
        raise Invalid("seniors.roster_unreadable") from error


def _separated(content: bytes) -> list[list[Cell]]:
    text = _decoded(content)
    opening = text[:4096]
    separator = max(",\t;", key=opening.count)
    return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]


def _decoded(content: bytes) -> str:
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Invalid("seniors.roster_unreadable")
