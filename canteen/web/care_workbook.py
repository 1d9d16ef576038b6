"""Write the rates of visits of a month as a workbook: figures by village, everything above as formulas over them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter

from canteen import welfare

_HEADS = (
    "区县",
    "街道",
    "村（社区）",
    "应探访（人）",
    "当月见到（人）",
    "月探访率",
    "每周应见（人次）",
    "按周见到（人次）",
    "周探访率",
)
_VILLAGES = "按村"
_LEVELS = {"按街道": "B", "按区县": "A"}
_FIGURES = "DEGH"
_FIRST = 4


def levels(region_code: str) -> tuple[str, str, str]:
    """Return the codes of county, street and village above a place."""
    return f"{region_code[:6]}000000", f"{region_code[:9]}000", region_code


def workbook(
    rows: Sequence[welfare.VillageMonth], names: Mapping[str, str], *, first: date, last: date, at: datetime
) -> bytes:
    """Return the bytes of the workbook."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": at.astimezone(UTC).replace(tzinfo=None, microsecond=0)})
    styles = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
        "rate": book.add_format({"num_format": "0.0%"}),
    }
    title = f"月探访率　{first.isoformat()} 至 {last.isoformat()}"
    _villages(_sheet(book, _VILLAGES, title, _HEADS, styles), rows, names, styles)
    for name, column in _LEVELS.items():
        above = list(dict.fromkeys(levels(row.region_code)[0 if column == "A" else 1] for row in rows))
        heads = (name[1:], *_HEADS[3:])
        _sums(_sheet(book, name, title, heads, styles), [names[code] for code in above], column, len(rows), styles)
    book.close()
    return buffer.getvalue()


def _sheet(book: Any, name: str, title: str, heads: Sequence[str], styles: Mapping[str, Any]) -> Any:
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, len(heads) - 1, 16)
    sheet.write_string(0, 0, title, styles["title"])
    sheet.write_string(1, 0, "当面把饭交到手里，按各地规定也算见到；每周的按整周算，没过完的一周不算。")
    for place, head in enumerate(heads):
        sheet.write_string(_FIRST - 2, place, head, styles["head"])
    return sheet


def _villages(
    sheet: Any, rows: Sequence[welfare.VillageMonth], names: Mapping[str, str], styles: Mapping[str, Any]
) -> None:
    for line, row in enumerate(rows, _FIRST):
        for place, code in enumerate(levels(row.region_code)):
            sheet.write_string(line - 1, place, names[code])
        figures = (row.monthly_due, row.monthly_seen, row.weekly_due, row.weekly_seen)
        for column, figure in zip(_FIGURES, figures, strict=True):
            sheet.write_number(f"{column}{line}", figure)
        _rates(sheet, line, ("DEF", "GHI"), styles)
    total = _FIRST + len(rows)
    sheet.write_string(total - 1, 0, "合计", styles["head"])
    for column in _FIGURES if rows else "":
        sheet.write_formula(f"{column}{total}", f"=SUM({column}{_FIRST}:{column}{total - 1})")
    _rates(sheet, total, ("DEF", "GHI"), styles)


def _sums(sheet: Any, names: Sequence[str], column: str, count: int, styles: Mapping[str, Any]) -> None:
    """Add up the villages by the name that stands in a column of theirs."""
    last = _FIRST + count - 1
    for line, name in enumerate(names, _FIRST):
        sheet.write_string(line - 1, 0, name)
        for target, source in zip("BCEF", _FIGURES, strict=True):
            within = f"'{_VILLAGES}'!${column}${_FIRST}:${column}${last}"
            figures = f"'{_VILLAGES}'!{source}${_FIRST}:{source}${last}"
            sheet.write_formula(f"{target}{line}", f"=SUMIF({within},$A{line},{figures})")
        _rates(sheet, line, ("BCD", "EFG"), styles)


def _rates(sheet: Any, line: int, columns: Sequence[str], styles: Mapping[str, Any]) -> None:
    """Write shares by formula; each place names the columns of who was to be seen, who was, and the share."""
    for due, seen, target in map(tuple, columns):
        sheet.write_formula(f"{target}{line}", f'=IF({due}{line}=0,"",{seen}{line}/{due}{line})', styles["rate"])
