"""Hand a list back as a workbook, each wrong row with its reasons in red; and an empty one to begin with."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from xlsxwriter import Workbook

from canteen.seniors.roster.header import Header
from canteen.seniors.roster.plan import Plan
from canteen.seniors.roster.sheets import Cell, Sheet, text_of
from canteen.seniors.roster.words import ERROR_COLUMN, Problem, title

_WIDTH = 18
_SAMPLE = {
    "name": "陈秀英", "document": "", "sex": "女", "phone": "13800000000", "hukou": "广东省深圳市福田区",
    "residence": "福田区莲花街道彩田路 1 号", "categories": "低保、重点优抚", "valid_from": "2026-01-01",
    "valid_to": "2026-12-31", "contact": "陈小明（儿子）", "contact_phone": "13900000000",
}  # fmt: skip


def hand_back(plan: Plan) -> bytes:
    """Return the list as it came, with a red column of reasons behind the last one; texts stay texts."""
    return marked(plan.reading.sheets, plan.reading.sheet, plan.reading.header, plan.problems)


def marked(sheets: Sequence[Sheet], read: Sheet, header: Header, problems: Sequence[Problem]) -> bytes:
    """Return sheets as they came; the one that was read has a red column of reasons behind the last one."""
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        red = book.add_format({"font_color": "#C00000", "text_wrap": True})
        for sheet in sheets:
            page = book.add_worksheet(_sheet_name(sheet.name))
            _copy(book, page, sheet)
            if sheet is read:
                _mark(page, sheet, header, problems, red)
    return content.getvalue()


def template(categories: Iterable[str]) -> bytes:
    """Return an empty list with a sample row; numbers are text columns, and a second page names the categories."""
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        as_text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
        page = book.add_worksheet("名单")
        page.freeze_panes(1, 0)
        for place, (column, sample) in enumerate(_SAMPLE.items()):
            page.set_column(place, place, _WIDTH, as_text)
            page.write_string(0, place, title(column), bold)
            page.write_string(1, place, sample, as_text)
        notes = book.add_worksheet("可填类别")
        for row, category in enumerate(categories):
            notes.write_string(row, 0, category)
    return content.getvalue()


def _copy(book: Any, page: Any, sheet: Sheet) -> None:
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for row, cells in enumerate(sheet.rows):
        for place, cell in enumerate(cells):
            _write(page, row, place, cell, day)


def _write(page: Any, row: int, place: int, cell: Cell, day: Any) -> None:
    if isinstance(cell, date | datetime):
        page.write_datetime(row, place, cell, day)
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        page.write_number(row, place, cell)
    elif cell != "":
        page.write_string(row, place, text_of(cell))


def _mark(page: Any, sheet: Sheet, header: Header, problems: Sequence[Problem], red: Any) -> None:
    place = max((len(row) for row in sheet.rows), default=0)
    page.set_column(0, place - 1, _WIDTH)
    page.set_column(place, place, 3 * _WIDTH)
    page.write_string(header.index, place, ERROR_COLUMN, red)
    page.freeze_panes(header.index + 1, 0)
    reasons: dict[int, list[Problem]] = defaultdict(list)
    for problem in problems:
        reasons[problem.row].append(problem)
    for row, wrong in reasons.items():
        text = "；".join(f"{title(problem.column)} {problem.reason}" for problem in wrong)
        page.write_string(row - 1, place, text, red)


def _sheet_name(name: str) -> str:
    return name[:31] or "名单"
