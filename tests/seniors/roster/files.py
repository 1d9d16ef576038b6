"""Make the files that offices send: workbooks and comma-separated texts."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from xlsxwriter import Workbook

from tests.seniors.invented import number

HEADINGS = (
    "姓名", "身份证号", "性别", "电话", "户籍地", "居住地", "类别", "有效期起", "有效期止",
    "家庭联系人", "家庭联系人电话",
)  # fmt: skip


def line(**wishes: Any) -> dict[str, Any]:
    """Return a good row by heading; wishes replace cells."""
    good = ("陈秀英", number(), "女", "13800001234", "广东省深圳市福田区", "福田区莲花街道彩田路 1 号",
            "低保、重点优抚", "2026-01-01", "2026-12-31", "陈小明（儿子）", "13900001234")  # fmt: skip
    return dict(zip(HEADINGS, good, strict=True)) | wishes


def table(lines: Sequence[dict[str, Any]], headings: Sequence[str] = HEADINGS) -> list[list[Any]]:
    """Return rows below their headings."""
    return [list(headings), *([row.get(heading, "") for heading in headings] for row in lines)]


def workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    """Write rows as xlsx; texts stay texts, numbers become the floats that a spreadsheet knows."""
    content = io.BytesIO()
    with Workbook(content, {"strings_to_numbers": False}) as book:
        page = book.add_worksheet("名单")
        for row, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                page.write(row, place, cell)
    return content.getvalue()


def separated(rows: Sequence[Sequence[Any]], encoding: str) -> bytes:
    """Write rows as CSV in an encoding."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)
