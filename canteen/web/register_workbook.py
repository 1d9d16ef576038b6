"""Write the panels of a register as a workbook, a sheet for each: figures as numbers, everything else as text."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LONGEST = 31


def workbook(panels: Sequence[dict[str, Any]], *, at: datetime) -> bytes:
    """Return the bytes of a workbook with what the panels show."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False})
    book.set_properties({"created": at.astimezone(UTC).replace(tzinfo=None, microsecond=0)})
    styles = {
        "head": book.add_format({"bold": True, "bottom": 1}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "count": book.add_format({"num_format": "#,##0"}),
    }
    for number, panel in enumerate(panels, start=1):
        name = _FORBIDDEN.sub("", f"{number} {panel['title']}")[:_LONGEST]
        _write(book.add_worksheet(name), panel, styles)
    book.close()
    return buffer.getvalue()


def _write(sheet: Any, panel: dict[str, Any], styles: dict[str, Any]) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    heads = [label for label, _ in panel["heads"] if label]
    for place, head in enumerate(heads):
        sheet.write_string(0, place, head, styles["head"])
        sheet.set_column(place, place, max(12, len(head) * 2 + 2))
    for at, row in enumerate(panel["rows"], start=1):
        for place, cell in enumerate(row["cells"]):
            _put(sheet, at, place, cell, styles)


def _put(sheet: Any, at: int, place: int, cell: dict[str, Any], styles: dict[str, Any]) -> None:
    text = cell["text"]
    if cell["kind"] != "n" or not re.fullmatch(r"-?[\d,]+(\.\d\d)?", text):
        sheet.write_string(at, place, text)
        return
    plain = text.replace(",", "")
    is_money = "." in plain
    number = int(plain.replace(".", "")) / 100 if is_money else int(plain)
    sheet.write_number(at, place, number, styles["money" if is_money else "count"])
