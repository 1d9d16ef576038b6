"""Write the sheet on which a version lists how it differs from the one before, a row a line."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from xlsxwriter.utility import xl_range

from canteen.settlement.statement import Difference, StatementView
from canteen.settlement.wording import WORDS, purse_name, said

_HEAD = 2


def write_differences(sheet: Any, view: StatementView, styles: dict[str, Any]) -> None:
    """Write title, heads, a row for each difference, and the sums."""
    words, heads = WORDS["workbook"], WORDS["columns"]
    sheet.write_string(0, 0, words["differences_title"].format(earlier=view.earlier_ref), styles["title"])
    names = [words["change"], *(heads[name] for name in ("day", "meal", "name", "ref", "count", "price", "fee"))]
    names += [purse_name(purse) for purse in view.purses]
    names += [heads[name] for name in ("discount", "own", "operator")]
    for at, name in enumerate(names):
        sheet.write_string(_HEAD, at, name, styles["head"])
    for row, one in enumerate(view.differences, start=_HEAD + 1):
        _write_row(sheet, row, view, one, styles)
    _write_sums(sheet, view, styles)
    sheet.freeze_panes(_HEAD + 1, 0)
    sheet.repeat_rows(_HEAD)
    sheet.set_column(0, len(names) - 1, 14)


def amounts_of(view: StatementView, one: Difference) -> list[int]:
    """Return the amounts of a row in the order of its columns."""
    purses = [one.purse(purse.key) for purse in view.purses]
    return [one.price_fen, one.fee_fen, *purses, one.discount_fen, one.own_fen, one.operator_fen]


def _write_row(sheet: Any, row: int, view: StatementView, one: Difference, styles: dict[str, Any]) -> None:
    change = said("changes", one.change)
    kind = said("kinds", one.kind) if one.kind != "meal" else ""
    sheet.write_string(row, 0, f"{change} {kind}".strip(), styles["text"])
    sheet.write_datetime(row, 1, datetime.combine(one.service_date, datetime.min.time()), styles["day"])
    for at, word in enumerate((said("meals", one.meal), one.person_masked, one.ref), start=2):
        sheet.write_string(row, at, word, styles["text"])
    sheet.write_number(row, 5, one.count, styles["count"])
    for at, fen in enumerate(amounts_of(view, one), start=6):
        sheet.write_number(row, at, fen / 100, styles["money"])


def _write_sums(sheet: Any, view: StatementView, styles: dict[str, Any]) -> None:
    last = _HEAD + len(view.differences)
    rows = [[one.count, *amounts_of(view, one)] for one in view.differences]
    sheet.write_string(last + 1, 0, WORDS["workbook"]["total"], styles["total"])
    for at, sums in enumerate(zip(*rows, strict=True), start=5):
        is_count = at == 5
        value = sum(sums) if is_count else sum(sums) / 100
        style = styles["total_count" if is_count else "total_money"]
        sheet.write_formula(last + 1, at, f"=SUM({xl_range(_HEAD + 1, at, last, at)})", style, value)
