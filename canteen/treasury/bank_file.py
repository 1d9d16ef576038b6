"""Write the file that a bank's batch transfer takes; which columns it has is data (``bank_columns.toml``).

Accounts are opened for it, and each look is recorded. A batch that was not approved, or an operator without an account,
gives no file. The total stands below as a formula with its value.
"""

from __future__ import annotations

import io
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy.orm import Session
from xlsxwriter.utility import xl_range

from canteen import places
from canteen.foundation.errors import Invalid, Refused
from canteen.treasury.batches import Transfer, batch, record, state_of, transfers


@dataclass(frozen=True, slots=True)
class BankLayout:
    """Name a bank's layout and its columns: head and value."""

    code: str
    name: str
    columns: tuple[tuple[str, str], ...]


@cache
def bank_layouts() -> dict[str, BankLayout]:
    """Return the layouts that are known, by code."""
    found = tomllib.loads(Path(__file__).with_name("bank_columns.toml").read_text("utf-8"))
    return {
        code: BankLayout(code, one["name"], tuple((head, value) for head, value in one["columns"]))
        for code, one in found.items()
    }


def bank_file(session: Session, *, ref: str, layout: str, actor: str, at: datetime) -> bytes:
    """Return the workbook for the bank, of the transfers that wait.

    Refuses ``treasury.no_such_layout``, ``treasury.batch_not_approved``, ``treasury.no_account``.
    """
    columns = bank_layouts().get(layout)
    if columns is None:
        raise Invalid("treasury.no_such_layout")
    found = batch(session, ref=ref)
    if state_of(session, found) != "approved":
        raise Refused("treasury.batch_not_approved")
    waiting = [one for one in transfers(session, found) if one.result == "waiting" and one.amount_fen]
    for one in waiting:
        if not one.operator.bank_account_sealed:
            raise Refused("treasury.no_account", name=one.operator.name)
    memo = found.memo or found.ref
    rows = [_row(session, one, number, memo, ref, actor, at) for number, one in enumerate(waiting, start=1)]
    record(session, found, "payment.bank_file", actor, at, layout=layout, transfers=len(rows))
    return _workbook(columns, rows, found.at)


def _row(session: Session, one: Transfer, number: int, memo: str, ref: str, actor: str, at: datetime) -> dict[str, Any]:
    account = places.open_bank_account(session, operator_id=one.operator.id, actor=actor, at=at)
    return {
        "number": number, "payee": one.operator.name, "account": account, "bank": one.operator.bank_name or "",
        "amount": one.amount_fen, "memo": memo, "batch": ref,
    }  # fmt: skip


def _workbook(layout: BankLayout, rows: Sequence[dict[str, Any]], at: datetime) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False})
    book.set_properties({"created": at.astimezone(UTC).replace(tzinfo=None, microsecond=0)})
    bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    sheet = book.add_worksheet(layout.name)
    for place, (head, value) in enumerate(layout.columns):
        sheet.write_string(0, place, head, bold)
        sheet.set_column(place, place, 24 if value in ("payee", "account", "bank") else 16)
        for at_row, row in enumerate(rows, start=1):
            _write(sheet, at_row, place, row[value], money, is_money=value == "amount")
        if value == "amount" and rows:
            total = sum(row["amount"] for row in rows)
            area = xl_range(1, place, len(rows), place)
            sheet.write_formula(len(rows) + 1, place, f"=SUM({area})", money, total / 100)
    book.close()
    return buffer.getvalue()


def _write(sheet: Any, row: int, place: int, value: str | int, money: Any, *, is_money: bool) -> None:
    if is_money:
        sheet.write_number(row, place, int(value) / 100, money)
    elif isinstance(value, int):
        sheet.write_number(row, place, value)
    else:
        sheet.write_string(row, place, value)
