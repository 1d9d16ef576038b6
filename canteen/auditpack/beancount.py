"""Write a book as beancount text, so that a program that is not ours adds it up again.

Accounts keep their code: ``Assets:A1122-01:F-SHENZHEN``. The amount is in yuan with two decimals, the date that of
the service, or the first day of the month that took the entry where the service was earlier; each entry carries its
number, key and hash as metadata. After every month stands a balance assertion per account, added up by the database.
Format: the beancount language syntax, version 3.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, func, select

from canteen import ledger
from canteen.foundation import canonical
from canteen.foundation.money import yuan
from canteen.ledger.tables import JournalEntry, Posting

_ROOTS = {
    "1": "Assets",
    "2": "Liabilities",
    "50": "Income",
    "54": "Expenses",
    "56": "Expenses",
    "57": "Expenses",
    "60": "Expenses",
}
_BEFORE_ALL = "1990-01-01"


def beancount(connection: Connection, *, book_id: int, title: str) -> Iterator[str]:
    """Yield the text of a book, line by line. Knows no scope: the caller passes it."""
    yield f'option "title" {_quoted(title)}'
    yield 'option "operating_currency" "CNY"'
    yield ""
    for account, funder in _used(connection, book_id):
        yield f"{_BEFORE_ALL} open {_name(account, funder)} CNY"
    for entry, legs in ledger.entries_with_legs(connection, book_id=book_id):
        if entry is not None:
            yield from _entry(entry, legs)
    yield from _assertions(connection, book_id)


def _entry(entry: Any, legs: list[Any]) -> Iterator[str]:
    on = max(entry.service_date.isoformat(), f"{entry.month}-01")
    yield ""
    yield f"{on} * {_quoted(entry.kind)} {_quoted(entry.memo or entry.key)}"
    yield f"  seq: {entry.seq}"
    yield f"  key: {_quoted(entry.key)}"
    yield f"  hash: {_quoted(entry.hash or '')}"
    for leg in legs:
        yield f"  {_name(leg.account, leg.funder_code)}  {yuan(leg.amount_fen)} CNY"


def _used(connection: Connection, book_id: int) -> list[tuple[str, str | None]]:
    pairs = select(Posting.account, Posting.funder_code).where(Posting.book_id == book_id).distinct()
    return sorted(((row.account, row.funder_code) for row in connection.execute(pairs)), key=_in_order)


def _in_order(pair: tuple[str, str | None]) -> tuple[str, str]:
    return pair[0], pair[1] or ""


def _assertions(connection: Connection, book_id: int) -> Iterator[str]:
    """Assert after each month what every account holds by then; the database adds up."""
    moved = (
        select(JournalEntry.month, Posting.account, Posting.funder_code, func.sum(Posting.amount_fen).label("fen"))
        .join(JournalEntry, (JournalEntry.book_id == Posting.book_id) & (JournalEntry.seq == Posting.seq))
        .where(Posting.book_id == book_id)
        .group_by(JournalEntry.month, Posting.account, Posting.funder_code)
        .order_by(JournalEntry.month)
    )
    held: dict[tuple[str, str | None], int] = defaultdict(int)
    for month, rows in groupby(connection.execute(moved), key=lambda row: row.month):
        for row in rows:
            held[row.account, row.funder_code] += int(row.fen)
        yield ""
        for account, funder in sorted(held, key=_in_order):
            yield f"{_day_after(month)} balance {_name(account, funder)}  {yuan(held[account, funder])} CNY"


def _day_after(month: str) -> str:
    year, number = map(int, month.split("-"))
    return date(year + number // 12, number % 12 + 1, 1).isoformat()


def _name(account: str, funder: str | None) -> str:
    root = next(root for begin, root in _ROOTS.items() if account.startswith(begin))
    parts = [root, "A" + account.replace(".", "-")]
    if funder:
        parts.append("F-" + _fit(funder))
    return ":".join(parts)


def _fit(code: str) -> str:
    """Write a code in the letters that an account may have; codes that differ stay different."""
    fit = re.sub(r"[^A-Z0-9-]", "-", code.upper())
    return fit if fit == code.upper() and code == code.lower() else f"{fit}-{canonical.digest(code)[:8].upper()}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
