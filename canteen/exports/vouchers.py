"""Write a month of a book as the workbook that accounting software takes in; which columns it has is data.

Vouchers are numbered from one within the month, as such software wants it, and carry the number of our entry in the
memo. An account goes by the local accountant's code where the chart has one. Amounts are texts with two decimals, so
that nothing is rounded on the way; what takes an entry back is red: on the side of that entry, and negative. Words that
somebody typed (reasons, donors) stay here: they could name a person.
"""

from __future__ import annotations

import calendar
import io
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy import Connection, select

from canteen import ledger, seniors
from canteen.foundation.errors import Invalid
from canteen.foundation.money import fen, yuan
from canteen.ledger.tables import Account, Funder

_FIXED = {"attachments": "1", "currency": "RMB", "rate": "1", "quantity": "", "price": "", "project": ""}
# The same bytes from the same book: the workbook bears no time of its own.
_MADE_AT = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
Totals = dict[str, tuple[int, int]]
_RED = ("_undo", "_reversal", "_return")
# The memos that the house itself words.
_TOLD = ("correction", "operator_", "grant")


@dataclass(frozen=True, slots=True)
class VoucherLayout:
    """Name a program's layout, its word for vouchers and its columns: head and value."""

    code: str
    name: str
    word: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class VoucherLine:
    """Hold one leg of a voucher as it is exported."""

    number: int
    line: int
    on: date
    memo: str
    account: str
    account_name: str
    partner: str
    debit_fen: int
    credit_fen: int


@cache
def voucher_layouts() -> dict[str, VoucherLayout]:
    """Return the layouts that are known, by code."""
    return {
        code: VoucherLayout(code, one["name"], one["word"], tuple((head, value) for head, value in one["columns"]))
        for code, one in _data().items()
        if code != "kinds"
    }


def voucher_lines(connection: Connection, *, book_id: int, month: str) -> Iterator[VoucherLine]:
    """Yield the legs of a month's vouchers in their order. Knows no scope: the caller passes it."""
    accounts = {one.code: one for one in connection.execute(select(Account.code, Account.name, Account.local_code))}
    funders = dict(connection.execute(select(Funder.code, Funder.name)).all())
    number, kinds = 0, _data()["kinds"]
    for entry, legs in ledger.entries_with_legs(connection, book_id=book_id):
        if entry is None or entry.month != month:
            continue
        number += 1
        told = entry.memo if entry.kind.startswith(_TOLD) else ""
        memo = f"{kinds.get(entry.kind, entry.kind)} #{entry.seq} {told}".strip()
        for place, leg in enumerate(legs, start=1):
            account = accounts[leg.account]
            yield VoucherLine(
                number, place, _day_within(entry.service_date, month), memo, account.local_code or account.code,
                account.name, funders.get(leg.funder_code or "", ""), *_sides(entry.kind, leg.amount_fen),
            )  # fmt: skip


def voucher_file(lines: Iterable[VoucherLine], *, layout: str, prepared_by: str) -> bytes:
    """Return the workbook of a program; ``exports.no_such_layout``, ``exports.nothing_booked`` for an empty month."""
    form, found = _layout(layout), list(lines)
    if not found:
        raise Invalid("exports.nothing_booked")
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False})
    book.set_properties({"created": _MADE_AT})
    sheet, bold = book.add_worksheet(form.name), book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for place, (head, value) in enumerate(form.columns):
        sheet.write_string(0, place, head, bold)
        sheet.set_column(place, place, 40 if value == "memo" else 14)
        for at, line in enumerate(found, start=1):
            sheet.write_string(at, place, _value(line, value, form.word, prepared_by))
    book.close()
    return buffer.getvalue()


def retotal(content: bytes, *, layout: str) -> Totals:
    """Read a file back and add it up: debit and credit by account.

    Refuses ``exports.unreadable``, what reading a workbook refuses, and ``exports.unbalanced`` with the number of a
    voucher that does not balance.
    """
    form = _layout(layout)
    totals: Totals = {}
    vouchers: dict[str, int] = {}
    for row in _rows(content, form):
        debit, credit = fen(row["debit"] or "0"), fen(row["credit"] or "0")
        before = totals.get(row["account"], (0, 0))
        totals[row["account"]] = before[0] + debit, before[1] + credit
        vouchers[row["number"]] = vouchers.get(row["number"], 0) + debit - credit
    for number, off in vouchers.items():
        if off:
            raise Invalid("exports.unbalanced", number=number, off=yuan(off))
    return totals


def _rows(content: bytes, form: VoucherLayout) -> Iterator[dict[str, str]]:
    sheets = seniors.roster.read_sheets(content)
    rows = [["" if cell is None else str(cell) for cell in row] for row in sheets[0].rows] if sheets else []
    heads = [head for head, _ in form.columns]
    if not rows or rows[0] != heads:
        raise Invalid("exports.unreadable")
    for row in rows[1:]:
        yield {value: cell for (_, value), cell in zip(form.columns, row, strict=True)}


def _value(line: VoucherLine, value: str, word: str, prepared_by: str) -> str:
    told: dict[str, Any] = {
        "date": line.on.isoformat(), "word": word, "number": line.number, "line": line.line, "memo": line.memo,
        "account": line.account, "account_name": line.account_name, "partner": line.partner,
        "debit": yuan(line.debit_fen) if line.debit_fen else "",
        "credit": yuan(line.credit_fen) if line.credit_fen else "",
        "prepared_by": prepared_by, "reviewed_by": "", "posted_by": "",
    }  # fmt: skip
    return str({**_FIXED, **told}[value])


def _sides(kind: str, amount_fen: int) -> tuple[int, int]:
    """Return debit and credit of a leg; of a red voucher the sides of the entry that it takes back."""
    if kind.endswith(_RED):
        return min(amount_fen, 0), min(-amount_fen, 0)
    return max(amount_fen, 0), max(-amount_fen, 0)


def _day_within(day: date, month: str) -> date:
    """Return the day of a voucher: that of the fact, or the first or last day of the month that took it."""
    year, number = map(int, month.split("-"))
    return min(max(day, date(year, number, 1)), date(year, number, calendar.monthrange(year, number)[1]))


def _layout(code: str) -> VoucherLayout:
    if code not in voucher_layouts():
        raise Invalid("exports.no_such_layout")
    return voucher_layouts()[code]


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("voucher_columns.toml").read_text("utf-8"))
