"""Write a statement as the workbook that accountants file: the table, and every meal behind it.

Numbers are numbers and totals formulas with their values stored beside, so that a phone shows them too; references are
text; no cells are merged. The same statement gives the same bytes on every machine: the only instants in the file are
those of the statement.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_range

from canteen.foundation.clock import CHINA
from canteen.foundation.money import capital_yuan
from canteen.settlement.difference_sheet import write_differences
from canteen.settlement.statement import Line, Row, StatementView, Sums
from canteen.settlement.wording import (
    WORDS,
    documents_of,
    mark_of,
    month_name,
    part_name,
    purse_name,
    row_name,
    said,
)

_HEAD = 3
_A4 = 9
_SUBTOTAL = 9  # The function number of SUM in SUBTOTAL, which leaves out other subtotals.


@dataclass(frozen=True, slots=True)
class _Column:
    """Hold a column of money: its head, its amount on the table and of a line."""

    name: str
    amount: Any
    of_line: Any


def workbook(view: StatementView) -> bytes:
    """Return the bytes of the workbook of a statement; a draft says on every page that it is one."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False})
    created = view.drawn_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.set_properties({"title": _title(view), "created": created})
    styles = _styles(book)
    words = WORDS["workbook"]
    table, lines = book.add_worksheet(words["statement"]), book.add_worksheet(words["lines"])
    columns = _columns(view)
    _write_table(table, view, columns, styles)
    _write_lines(lines, view, columns, styles)
    sheets = [table, lines]
    if view.earlier_ref:
        sheets.append(book.add_worksheet(words["differences"]))
        write_differences(sheets[-1], view, styles)
    for sheet in sheets:
        _set_page(sheet, view)
    book.close()
    return buffer.getvalue()


def _styles(book: Any) -> dict[str, Any]:
    money, line = {"num_format": "#,##0.00"}, {"bottom": 4}
    return {
        "title": book.add_format({"bold": True, "font_size": 16}),
        "head": book.add_format({"bold": True, "bottom": 1, "top": 1, "text_wrap": True, "valign": "vcenter"}),
        "text": book.add_format({"num_format": "@"} | line),
        "count": book.add_format({"num_format": "#,##0"} | line),
        "money": book.add_format(money | line),
        "bold": book.add_format({"bold": True} | line),
        "bold_count": book.add_format({"bold": True, "num_format": "#,##0"} | line),
        "bold_money": book.add_format({"bold": True} | money | line),
        "total": book.add_format({"bold": True, "top": 5, "bottom": 1}),
        "total_count": book.add_format({"bold": True, "top": 5, "bottom": 1, "num_format": "#,##0"}),
        "total_money": book.add_format({"bold": True, "top": 5, "bottom": 1} | money),
        "plain": book.add_format({}),
        "plain_money": book.add_format(money),
        "day": book.add_format({"num_format": "yyyy-mm-dd"} | line),
        "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"} | line),
    }


def _columns(view: StatementView) -> list[_Column]:
    heads = WORDS["columns"]
    columns = [_Column(heads["price"], lambda sums: sums.price_fen, lambda line: line.price_fen)]
    if any(line.fee_fen for line in view.lines):
        columns.append(_Column(heads["fee"], lambda sums: sums.fee_fen, lambda line: line.fee_fen))
    for at, purse in enumerate(view.purses):
        columns.append(
            _Column(
                purse_name(purse),
                lambda sums, at=at: sums.purse_fens[at],
                lambda line, at=at: line.purse_fens[at],
            )
        )
    if any(line.discount_fen for line in view.lines):
        columns.append(_Column(heads["discount"], lambda sums: sums.discount_fen, lambda line: line.discount_fen))
    columns.append(_Column(heads["own"], lambda sums: sums.own_fen, lambda line: line.own_fen))
    return columns


def _write_table(sheet: Any, view: StatementView, columns: Sequence[_Column], styles: dict[str, Any]) -> None:
    words, heads = WORDS["workbook"], WORDS["columns"]
    sheet.write_string(0, 0, _title(view), styles["title"])
    sheet.write_string(1, 0, _subtitle(view))
    names = [heads["category"], heads["mode"], heads["people"], heads["meals"], *(column.name for column in columns)]
    for at, name in enumerate(names):
        sheet.write_string(_HEAD, at, name, styles["head"])
    row = _HEAD + 1
    for part in view.rows:
        row = _write_row(sheet, row, part, columns, styles)
    _write_sums(sheet, row, (words["total"], ""), view.total, columns, (_HEAD + 1, row - 1), styles, "total")
    _write_foot(sheet, row, view, columns, styles)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 3, 10)
    sheet.set_column(4, 3 + len(columns), 15)
    sheet.repeat_rows(_HEAD)
    sheet.freeze_panes(_HEAD + 1, 1)


def _write_row(sheet: Any, row: int, part: Row, columns: Sequence[_Column], styles: dict[str, Any]) -> int:
    """Write the modes of a category as numbers and their sum as formulas; answers the next free row."""
    first, name = row, row_name(part.group, part.category)
    for mode in part.modes:
        sheet.write_string(row, 0, name, styles["text"])
        sheet.write_string(row, 1, said("modes", mode.mode), styles["text"])
        sheet.write_number(row, 2, mode.sums.people, styles["count"])
        sheet.write_number(row, 3, mode.sums.meals, styles["count"])
        for at, column in enumerate(columns, start=4):
            sheet.write_number(row, at, _yuan(column.amount(mode.sums)), styles["money"])
        row += 1
    label = (name, WORDS["workbook"]["subtotal"])
    _write_sums(sheet, row, label, part.sums, columns, (first, row - 1), styles, "bold")
    return row + 1


def _write_sums(
    sheet: Any,
    row: int,
    label: tuple[str, str],
    sums: Sums,
    columns: Sequence[_Column],
    over: tuple[int, int],
    styles: dict[str, Any],
    style: str,
) -> None:
    """Write a row of sums; people are counted, not added, since one may come in two ways."""
    sheet.write_string(row, 0, label[0], styles[style])
    sheet.write_string(row, 1, label[1], styles[style])
    sheet.write_number(row, 2, sums.people, styles[f"{style}_count"])
    _subtotal(sheet, row, 3, over, sums.meals, styles[f"{style}_count"])
    for at, column in enumerate(columns, start=4):
        _subtotal(sheet, row, at, over, _yuan(column.amount(sums)), styles[f"{style}_money"])


def _subtotal(sheet: Any, row: int, at: int, over: tuple[int, int], value: float, style: Any) -> None:
    if over[0] > over[1]:
        sheet.write_number(row, at, value, style)
    else:
        sheet.write_formula(row, at, f"=SUBTOTAL({_SUBTOTAL},{xl_range(over[0], at, over[1], at)})", style, value)


def _write_foot(
    sheet: Any, total: int, view: StatementView, columns: Sequence[_Column], styles: dict[str, Any]
) -> None:
    words = WORDS["workbook"]
    _write_against(sheet, total, view, columns, styles)
    row = total + 3
    first = 6 if any(column.name == WORDS["columns"]["fee"] for column in columns) else 5
    due = _yuan(view.total.due_fen)
    sheet.write_string(row, 0, words["due"])
    if view.purses:
        cells = xl_range(total, first, total, first + len(view.purses) - 1)
        sheet.write_formula(row, 4, f"=SUM({cells})", styles["plain_money"], due)
    else:
        sheet.write_number(row, 4, due, styles["plain_money"])
    sheet.write_string(row + 1, 0, words["capital"])
    sheet.write_string(row + 1, 4, capital_yuan(view.total.due_fen))
    row += 2
    asides = [(words["operator"].format(name=name), fen) for _, name, fen in view.operator]
    asides += [(words["tender"].format(name=said("tenders", tender)), fen) for tender, fen in view.tenders]
    for label, fen in asides:
        sheet.write_string(row, 0, label)
        sheet.write_number(row, 4, _yuan(fen), styles["plain_money"])
        row += 1
    for at, signature in enumerate(words["signatures"]):
        sheet.write_string(row + 2, at * 4 if at else 0, signature)


def _write_against(
    sheet: Any, total: int, view: StatementView, columns: Sequence[_Column], styles: dict[str, Any]
) -> None:
    """Subtract the table from the second sheet, so that a changed cell anywhere shows."""
    words, last = WORDS["workbook"], max(len(view.lines), 1)
    sheet.write_string(total + 1, 0, words["against"])
    for at in range(4, 4 + len(columns)):
        name, theirs = xl_col_to_name(at), xl_col_to_name(_FIRST_MONEY + at - 4)
        formula = f"=ROUND(SUM('{words['lines']}'!{theirs}2:{theirs}{last + 1})-{name}{total + 1},2)"
        sheet.write_formula(total + 1, at, formula, styles["plain_money"], 0)


_TEXTS = ("day", "meal", "name", "tail", "person", "mode", "category", "at", "means", "mark", "count")
_FIRST_MONEY = len(_TEXTS)


def _write_lines(sheet: Any, view: StatementView, columns: Sequence[_Column], styles: dict[str, Any]) -> None:
    heads = WORDS["columns"]
    names = [heads[name] for name in _TEXTS] + [column.name for column in columns]
    names += [heads["operator"], heads["ref"], heads["entries"]]
    for at, name in enumerate(names):
        sheet.write_string(0, at, name, styles["head"])
    for row, line in enumerate(view.lines, start=1):
        _write_line(sheet, row, line, columns, styles)
    sheet.autofilter(0, 0, max(len(view.lines), 1), len(names) - 1)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_column(0, len(names) - 1, 12)
    sheet.set_column(7, 7, 20)


def _write_line(sheet: Any, row: int, line: Line, columns: Sequence[_Column], styles: dict[str, Any]) -> None:
    text = styles["text"]
    sheet.write_datetime(row, 0, datetime.combine(line.service_date, datetime.min.time()), styles["day"])
    shown = (
        said("meals", line.meal), line.person_masked, line.document_tail, line.person_ref, said("modes", line.mode),
        row_name(*line.row_key) if line.group == "meal" else line.category,
    )  # fmt: skip
    for at, word in enumerate(shown, start=1):
        sheet.write_string(row, at, word, text)
    sheet.write_datetime(row, 7, line.happened_at.astimezone(CHINA).replace(tzinfo=None), styles["instant"])
    sheet.write_string(row, 8, said("means", line.means), text)
    sheet.write_string(row, 9, mark_of(line), text)
    sheet.write_number(row, 10, line.count, styles["count"])
    at = _FIRST_MONEY
    for column in columns:
        sheet.write_number(row, at, _yuan(column.of_line(line)), styles["money"])
        at += 1
    sheet.write_number(row, at, _yuan(line.operator_fen), styles["money"])
    sheet.write_string(row, at + 1, line.ref, text)
    sheet.write_string(row, at + 2, " ".join(map(str, line.seqs)), text)


def _set_page(sheet: Any, view: StatementView) -> None:
    words = WORDS["workbook"]
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    form = words["footer" if view.is_frozen else "footer_draft"]
    sheet.set_footer(form.format(number=view.ref, digest=view.digest))


def _title(view: StatementView) -> str:
    title = str(WORDS["workbook"]["title"].format(canteen=view.canteen_name))
    return title if view.is_frozen else f"{title}（{WORDS['workbook']['draft']}）"


def _subtitle(view: StatementView) -> str:
    words = WORDS["workbook"]
    parts = [month_name(view.month), part_name(view)]
    parts += [words["number"].format(ref=view.ref)] if view.is_frozen else []
    return " · ".join([*parts, words["documents"].format(documents=documents_of(view))])


def _yuan(amount_fen: int) -> float:
    """Return the number that a cell holds; the nearest double prints as the exact amount up to trillions."""
    return amount_fen / 100
