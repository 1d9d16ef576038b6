"""Write what a run of what-if found as a workbook: a sheet for each way of adding up, totals as formulas.

Values stand beside the formulas, so that a phone shows them too; the same result gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from canteen.settlement.whatif_runs import RunView
from canteen.settlement.whatif_tally import MEASURES
from canteen.settlement.wording import WORDS

_HEAD = 3
_MONEY = tuple(name for name in MEASURES if name != "subsidised")
Names = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class _Book:
    """Hold the workbook that is being written, with its styles."""

    file: Any
    styles: Mapping[str, Any]
    title: str
    subtitle: str


def whatif_workbook(view: RunView, names: Names) -> bytes:
    """Return the bytes of the workbook of a run that is done; ``names`` say canteens, funders and people."""
    if view.content is None:
        raise TypeError("only a run that is done has a workbook")
    buffer = io.BytesIO()
    file = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False})
    created = view.asked_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    words = WORDS["whatif"]
    title = words["title"].format(policy=view.policy)
    file.set_properties({"title": title, "created": created})
    subtitle = words["subtitle"].format(
        first=view.first_day, last=view.last_day, ref=view.ref, draft=view.draft_digest[:12]
    )  # fmt: skip
    book = _Book(file, _styles(file), title, subtitle)
    for by in ("category", "canteen", "month"):
        rows = [(_name(names, by, key), *sums) for key, *sums in view.content["rows"][by]]
        _write_sheet(book, by, rows)
    _write_payers(book, view.content["payers"], names)
    for side in ("lose", "gain"):
        _write_people(book, side, view.content["people"][side]["most"], names)
    file.close()
    return buffer.getvalue()


def _styles(file: Any) -> dict[str, Any]:
    money = {"num_format": "#,##0.00"}
    return {
        "title": file.add_format({"bold": True, "font_size": 14}),
        "head": file.add_format({"bold": True, "bottom": 1, "top": 1, "text_wrap": True}),
        "text": file.add_format({"num_format": "@"}),
        "count": file.add_format({"num_format": "#,##0"}),
        "money": file.add_format(money),
        "total": file.add_format({"bold": True, "top": 5}),
        "total_count": file.add_format({"bold": True, "top": 5, "num_format": "#,##0"}),
        "total_money": file.add_format({"bold": True, "top": 5} | money),
    }


def _name(names: Names, by: str, key: str) -> str:
    return names.get(by, {}).get(key, key) or str(WORDS["whatif"]["nobody"])


def _open(book: _Book, name: str, heads: Sequence[str]) -> Any:
    sheet = book.file.add_worksheet(WORDS["whatif"]["sheets"][name])
    sheet.write_string(0, 0, book.title, book.styles["title"])
    sheet.write_string(1, 0, book.subtitle)
    for at, head in enumerate(heads):
        sheet.write_string(_HEAD, at, head, book.styles["head"])
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, len(heads) - 1, 13)
    sheet.freeze_panes(_HEAD + 1, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    return sheet


def _write_sheet(book: _Book, by: str, rows: Sequence[Sequence[Any]]) -> None:
    """Write a way of adding up: for each figure what was booked, what the draft gives, and the difference."""
    said = WORDS["whatif"]
    heads = [said["heads"][by], said["heads"]["meals"]]
    heads += [said["sides"][side].format(of=said["measures"][name]) for name in MEASURES for side in _SIDES]
    sheet = _open(book, by, heads)
    for number, (name, meals, _price, *sums) in enumerate(rows, start=_HEAD + 1):
        sheet.write_string(number, 0, name, book.styles["text"])
        sheet.write_number(number, 1, meals, book.styles["count"])
        _write_figures(book, sheet, number, sums)
    columns = [sum(row[1] for row in rows)]
    for at, _ in enumerate(MEASURES):
        before, after = (sum(row[3 + at + shift] for row in rows) for shift in (0, len(MEASURES)))
        columns += [before, after, after - before]
    _write_total(book, sheet, _HEAD + 1 + len(rows), columns, counted=(0, 1, 2, 3))


_SIDES = ("before", "after", "difference")


def _write_figures(book: _Book, sheet: Any, row: int, sums: Sequence[int]) -> None:
    for at, name in enumerate(MEASURES):
        column = 2 + 3 * at
        before, after = sums[at], sums[at + len(MEASURES)]
        _write_three(book, sheet, row, column, before, after, is_money=name in _MONEY)


def _write_three(book: _Book, sheet: Any, row: int, column: int, before: int, after: int, *, is_money: bool) -> None:
    scale, style = (100, "money") if is_money else (1, "count")
    sheet.write_number(row, column, before / scale, book.styles[style])
    sheet.write_number(row, column + 1, after / scale, book.styles[style])
    cells = xl_rowcol_to_cell(row, column + 1), xl_rowcol_to_cell(row, column)
    sheet.write_formula(row, column + 2, f"={cells[0]}-{cells[1]}", book.styles[style], (after - before) / scale)


def _write_total(book: _Book, sheet: Any, row: int, columns: Sequence[int], *, counted: Sequence[int] = ()) -> None:
    """Add the columns up by formulas, with their values beside."""
    sheet.write_string(row, 0, WORDS["workbook"]["total"], book.styles["total"])
    for at, value in enumerate(columns):
        letter = xl_col_to_name(at + 1)
        formula = f"=SUM({letter}{_HEAD + 2}:{letter}{row})"
        style, scale = ("total_count", 1) if at in counted else ("total_money", 100)
        if row > _HEAD + 1:
            sheet.write_formula(row, at + 1, formula, book.styles[style], value / scale)
        else:
            sheet.write_number(row, at + 1, value / scale, book.styles[style])


def _write_payers(book: _Book, payers: Sequence[Sequence[Any]], names: Names) -> None:
    said = WORDS["whatif"]
    heads = [said["heads"]["payer"]]
    heads += [said["sides"][side].format(of=said["measures"][name]) for name in _PAID for side in _SIDES]
    sheet = _open(book, "payer", heads)
    for row, (code, before, after, operator_before, operator_after) in enumerate(payers, start=_HEAD + 1):
        sheet.write_string(row, 0, _name(names, "payer", code), book.styles["text"])
        _write_three(book, sheet, row, 1, before, after, is_money=True)
        _write_three(book, sheet, row, 4, operator_before, operator_after, is_money=True)
    columns: list[int] = []
    for at in (1, 3):
        before, after = (sum(row[at + shift] for row in payers) for shift in (0, 1))
        columns += [before, after, after - before]
    _write_total(book, sheet, _HEAD + 1 + len(payers), columns)


_PAID = ("subsidy", "operator")


def _write_people(book: _Book, side: str, people: Sequence[Sequence[Any]], names: Names) -> None:
    said = WORDS["whatif"]
    own = said["measures"]["own"]
    heads = [said["heads"]["person"], said["heads"]["meals"], *(said["sides"][one].format(of=own) for one in _SIDES)]
    sheet = _open(book, side, heads)
    for row, (ref, meals, before, after, _) in enumerate(people, start=_HEAD + 1):
        sheet.write_string(row, 0, _name(names, "person", ref), book.styles["text"])
        sheet.write_number(row, 1, meals, book.styles["count"])
        _write_three(book, sheet, row, 2, before, after, is_money=True)
    sums = [sum(one[at] for one in people) for at in (1, 2, 3)]
    _write_total(book, sheet, _HEAD + 1 + len(people), [*sums, sums[2] - sums[1]], counted=(0,))
