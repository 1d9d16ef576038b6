"""Go live in mid-year: what a canteen's book held the day before, and which months were paid already.

One person hands in a workbook and sees what it says before anything is kept; another signs, and then one entry,
marked as what it is, opens the book. What was brought along is never worked out again: it belongs to no meal and to no
statement, and the months that were paid are closed, so that nothing is booked into them. Open receivables become dues
of their purses, to be paid like any other.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen import audit, ledger, places, seniors
from canteen.foundation import canonical
from canteen.foundation.errors import CanteenError, Invalid, NotFound, Refused
from canteen.foundation.money import fen, yuan
from canteen.foundation.references import new_reference
from canteen.ledger import Draft, Leg
from canteen.ledger.tables import Account, Book, Funder, JournalEntry
from canteen.treasury.dues import RECEIVABLE, take_on_opening
from canteen.treasury.tables import Opening, OpeningSignature
from canteen.treasury.write import insert

BALANCES, MONTHS = ("科目编码", "资金方编码", "借方金额", "贷方金额"), ("已付月份", "资金方编码", "金额")
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Balance:
    """Hold what an account held, by purse where it has one; positive fen are debit."""

    account: str
    funder_code: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class PaidMonth:
    """Say that a purse paid a month before we came, and how much."""

    month: str
    funder_code: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Brought:
    """Hold what a workbook brings along."""

    balances: tuple[Balance, ...]
    months: tuple[PaidMonth, ...]

    @property
    def text(self) -> str:
        """Return the canonical text that is kept and signed."""
        return canonical.text({"balances": [asdict(one) for one in self.balances],
                               "months": [asdict(one) for one in self.months]})  # fmt: skip

    @classmethod
    def read(cls, text: str) -> Brought:
        """Return what a kept text says."""
        told = json.loads(text)
        balances = tuple(Balance(**one) for one in told["balances"])
        return cls(balances, tuple(PaidMonth(**one) for one in told["months"]))


def read_opening(session: Session, *, content: bytes, live_on: date) -> Brought:
    """Read the workbook and look at every row; nothing is kept.

    Refuses what reading a workbook refuses, ``treasury.opening_columns`` without a sheet of balances,
    ``treasury.opening_row`` with sheet and row, ``treasury.opening_unbalanced`` with the difference.
    """
    brought = Brought(
        tuple(_balances(session, content)), tuple(_months(session, content, live_on.isoformat()[:7]))
    )  # fmt: skip
    if not brought.balances:
        raise Invalid("treasury.opening_columns")
    off = sum(one.amount_fen for one in brought.balances)
    if off:
        raise Invalid("treasury.opening_unbalanced", off=yuan(off))
    return brought


def prepare_opening(
    session: Session, *, canteen_ref: str, live_on: date, content: bytes, document: str, actor: str, at: datetime
) -> Opening:
    """Keep what a workbook brings along, to be signed by another; once a canteen.

    Refuses as `read_opening`, ``treasury.grounds_missing``, ``treasury.opening_late`` where the book has entries of
    days before, Conflict ``treasury.moved`` for a second time.
    """
    if not document.strip():
        raise Invalid("treasury.grounds_missing")
    canteen = places.canteen(session, ref=canteen_ref)
    ledger.load_chart(session)
    brought = read_opening(session, content=content, live_on=live_on)
    _refuse_late(session, canteen.id, live_on)
    row = Opening(
        ref=new_reference("B"), canteen_id=canteen.id, live_on=live_on, content=brought.text,
        digest=canonical.digest_of_text(brought.text), document=document.strip(), actor=actor, at=at,
    )  # fmt: skip
    insert(session, row)
    _record(session, row, "opening.prepare", actor, at, digest=row.digest, document=row.document)
    return row


def sign_opening(session: Session, *, canteen_ref: str, actor: str, at: datetime) -> int:
    """Sign as a second person: book the balances, take open receivables on, close the months that were paid.

    Returns the number of the entry. Refuses ``treasury.no_such_opening``, ``treasury.same_eyes``,
    ``treasury.opening_late``, Conflict ``treasury.moved`` for a second time.
    """
    found = opening(session, canteen_ref=canteen_ref)
    connection = session.connection()
    book_id = session.scalars(select(Book.id).where(Book.canteen_id == found.canteen_id)).one()
    ledger.lock_head(connection, book_id=book_id)
    insert(session, OpeningSignature(opening_id=found.id, actor=actor, at=at))
    _refuse_late(session, found.canteen_id, found.live_on)
    brought = Brought.read(found.content)
    legs = tuple(Leg(one.account, one.amount_fen, one.funder_code or None) for one in brought.balances)
    draft = Draft(f"opening:{found.ref}", "opening", found.live_on, legs, found.ref, None, found.digest[:16])
    (seq,) = ledger.post(connection, book_id=book_id, drafts=[draft], at=at)
    for funder, amount in sorted(_receivables(brought).items()):
        take_on_opening(session, found, funder=funder, fen=amount, actor=actor, at=at)
    for month in sorted({one.month for one in brought.months}):
        ledger.soft_close(session, book_id=book_id, month=month, actor=found.actor, at=at)
        ledger.close_period(session, book_id=book_id, month=month, actor=actor, at=at)
    _record(session, found, "opening.sign", actor, at, digest=found.digest, entries=[seq])
    return seq


def opening(session: Session, *, canteen_ref: str) -> Opening:
    """Find what a canteen in reach brought along; ``treasury.no_such_opening`` where it brought nothing."""
    canteen = places.canteen(session, ref=canteen_ref)
    found = session.scalar(select(Opening).where(Opening.canteen_id == canteen.id))
    if found is None:
        raise NotFound("treasury.no_such_opening")
    return found


def paid_before(session: Session, *, canteen_id: int, month: str) -> dict[str, int]:
    """Return by purse what was paid of a month before we came, as it was handed in; empty for a month of ours."""
    found = session.scalar(
        select(Opening)
        .join(OpeningSignature, OpeningSignature.opening_id == Opening.id)
        .where(Opening.canteen_id == canteen_id)
    )
    months = Brought.read(found.content).months if found is not None else ()
    return {one.funder_code: one.amount_fen for one in months if one.month == month}


def _balances(session: Session, content: bytes) -> Iterator[Balance]:
    accounts, funders = set(session.scalars(select(Account.code))), set(session.scalars(select(Funder.code)))
    for sheet, number, (account, funder, debit, credit) in _rows(content, BALANCES):
        amount = _amount(sheet, number, debit) - _amount(sheet, number, credit)
        needs_purse = account.startswith(RECEIVABLE) and account != ledger.TAB
        if (
            account not in accounts
            or account == ledger.CLAWBACK_DUE
            or not amount
            or (funder not in funders if funder else needs_purse)
        ):
            raise _wrong(sheet, number)
        yield Balance(account, funder, amount)


def _months(session: Session, content: bytes, live_month: str) -> Iterator[PaidMonth]:
    funders = set(session.scalars(select(Funder.code)))
    for sheet, number, (month, funder, amount) in _rows(content, MONTHS):
        if not _MONTH.fullmatch(month) or month >= live_month or funder not in funders:
            raise _wrong(sheet, number)
        yield PaidMonth(month, funder, _amount(sheet, number, amount))


def _rows(content: bytes, heads: tuple[str, ...]) -> Iterator[tuple[str, int, list[str]]]:
    """Yield the rows below these headings, each with its sheet and its number; empty rows are passed over."""
    for sheet in seniors.roster.read_sheets(content):
        rows = [["" if cell is None else str(cell).strip() for cell in row] for row in sheet.rows]
        if rows and tuple(rows[0][: len(heads)]) == heads:
            for number, row in enumerate(rows[1:], start=2):
                if any(row):
                    yield sheet.name, number, (row + [""] * len(heads))[: len(heads)]


def _amount(sheet: str, number: int, text: str) -> int:
    try:
        amount = fen(text.replace(",", "") or "0")
    except ValueError:
        raise _wrong(sheet, number) from None
    if amount < 0:
        raise _wrong(sheet, number)
    return amount


def _wrong(sheet: str, number: int) -> CanteenError:
    return Invalid("treasury.opening_row", sheet=sheet, row=number)


def _refuse_late(session: Session, canteen_id: int, live_on: date) -> None:
    """Refuse where the book already speaks of days before: what it holds would be brought along twice."""
    before = (
        select(func.count(JournalEntry.seq))
        .join(Book, Book.id == JournalEntry.book_id)
        .where(Book.canteen_id == canteen_id, JournalEntry.service_date < live_on)
    )
    if session.scalar(before):
        raise Refused("treasury.opening_late")


def _receivables(brought: Brought) -> dict[str, int]:
    owed: Counter[str] = Counter()
    for one in brought.balances:
        if one.funder_code and one.account.startswith(RECEIVABLE):
            owed[one.funder_code] += one.amount_fen
    return {funder: amount for funder, amount in owed.items() if amount}


def _record(session: Session, of: Opening, action: str, actor: str, at: datetime, **detail: object) -> None:
    chain = f"canteen:{places.canteen_by_id(session, canteen_id=of.canteen_id).ref}"
    audit.record(session, chain=chain, at=at, actor=actor, action=action, subject=of.ref, **detail)
