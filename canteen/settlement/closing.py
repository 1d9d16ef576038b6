"""Close a month: look at what must be done first, then soft-close, close by a second person, or open again.

What blocks a close is a value with a name, so that a page can show it; what is merely to be known (cash that is not
explained) is listed beside it and blocks nothing, for a close must never wait for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen import audit, ledger, places
from canteen.foundation.db import scope_of
from canteen.foundation.errors import NotFound, Refused
from canteen.ledger.tables import Book, JournalEntry, Period, Posting
from canteen.settlement.freeze import statements
from canteen.settlement.gather import LEGS_OF_ENTRY, MEAL_KINDS
from canteen.settlement.months import bounds
from canteen.settlement.reproduce import reproduce
from canteen.settlement.statement import Check


@dataclass(frozen=True, slots=True)
class CashDifference:
    """Hold an entry that no one has explained yet; positive fen are missing from the till."""

    seq: int
    on: date
    amount_fen: int
    memo: str


@dataclass(frozen=True, slots=True)
class MonthState:
    """Hold how far a canteen's month is closed, and what stands in the way of the next step."""

    canteen_id: int
    month: str
    state: str
    soft_closed_by: str
    soft_closed_at: datetime | None
    closed_by: str
    closed_at: datetime | None
    checks: tuple[Check, ...]
    differences: tuple[CashDifference, ...]

    @property
    def is_ready(self) -> bool:
        """Tell whether nothing stands in the way."""
        return all(check.passed for check in self.checks)


def month_state(session: Session, *, canteen_id: int, month: str) -> MonthState:
    """Look at a month as whoever closes it must; refuses ``settlement.no_such_canteen`` out of scope."""
    book_id = _book(session, canteen_id, month)
    held = ledger.period(session, book_id=book_id, month=month)
    checks = (
        _stated(session, canteen_id, book_id, month),
        _chain(session, book_id),
        _proved(session, canteen_id, month),
    )
    return MonthState(
        canteen_id, month, held.state, held.soft_closed_by or "", held.soft_closed_at, held.closed_by or "",
        held.closed_at, checks, _differences(session, book_id, month),
    )  # fmt: skip


def month_states(session: Session, *, canteen_ids: Collection[int], month: str) -> dict[int, str]:
    """Return the state of a month by canteen, for the page that lists them."""
    bounds(month)
    books = {
        row.id: row.canteen_id
        for row in session.execute(select(Book.id, Book.canteen_id).where(Book.canteen_id.in_(sorted(canteen_ids))))
    }
    held = ledger.periods(session, book_ids=list(books), month=month)
    return {canteen_id: held[book_id].state if book_id in held else "open" for book_id, canteen_id in books.items()}


def soft_close_month(session: Session, *, canteen_id: int, month: str, actor: str, at: datetime) -> Period:
    """Soft-close a month that passes every check.

    Refuses ``settlement.month_not_ready`` with the first check that failed, and what `ledger.soft_close` refuses.
    """
    return _step(session, canteen_id, month, "month.soft_close", actor, at, ledger.soft_close)


def close_month(session: Session, *, canteen_id: int, month: str, actor: str, at: datetime) -> Period:
    """Close a soft-closed month for good, by somebody else; refuses as `soft_close_month` and `ledger.close_period`."""
    return _step(session, canteen_id, month, "month.close", actor, at, ledger.close_period)


def reopen_month(session: Session, *, canteen_id: int, month: str, reason: str, actor: str, at: datetime) -> Period:
    """Open a soft-closed month again, with a reason; refuses what `ledger.reopen_period` refuses."""
    book_id = _book(session, canteen_id, month)
    period = ledger.reopen_period(session, book_id=book_id, month=month, reason=reason)
    _record(session, canteen_id, "month.reopen", month, actor, at, reason=reason.strip())
    return period


def _step(
    session: Session, canteen_id: int, month: str, action: str, actor: str, at: datetime, step: Callable[..., Period]
) -> Period:
    book_id = _book(session, canteen_id, month)
    ledger.lock_head(session.connection(), book_id=book_id)
    looked = month_state(session, canteen_id=canteen_id, month=month)
    period = step(session, book_id=book_id, month=month, actor=actor, at=at)
    for check in looked.checks:
        if not check.passed:
            raise Refused("settlement.month_not_ready", check=check.code, month=month)
    _record(session, canteen_id, action, month, actor, at, differences=len(looked.differences))
    return period


def _book(session: Session, canteen_id: int, month: str) -> int:
    """Return the book of a canteen that the asker may see: books know no scope of their own."""
    bounds(month)
    scope = scope_of(session)
    if not scope.everywhere and canteen_id not in scope.canteen_ids:
        raise NotFound("settlement.no_such_canteen")
    return session.scalars(select(Book.id).where(Book.canteen_id == canteen_id)).one()


def _stated(session: Session, canteen_id: int, book_id: int, month: str) -> Check:
    """Find meals of the month that no frozen statement covers; grants are in none."""
    parts = statements(session, canteen_id=canteen_id, month=month)
    last = max((part.up_to_seq for part in parts), default=0)
    of_month = (
        JournalEntry.book_id == book_id, JournalEntry.month == month, JournalEntry.evidence.is_not(None),
        JournalEntry.kind.in_(MEAL_KINDS), JournalEntry.seq > last,
    )  # fmt: skip
    open_count = session.scalar(select(func.count(JournalEntry.seq)).where(*of_month)) or 0
    return Check("stated", not open_count, (("parts", len(parts)), ("open", open_count)))


def _chain(session: Session, book_id: int) -> Check:
    """Prove the whole book again, with arithmetic that the posting code does not share."""
    findings = ledger.verify_book(session.connection(), book_id=book_id)
    first = min((finding.seq for finding in findings), default=0)
    return Check("chain", not findings, (("findings", len(findings)), ("first", first)))


def _proved(session: Session, canteen_id: int, month: str) -> Check:
    """Rebuild every frozen statement of the month from the books."""
    parts = statements(session, canteen_id=canteen_id, month=month)
    wrong = sum(not reproduce(session, ref=part.ref).is_equal for part in parts)
    return Check("proved", not wrong, (("parts", len(parts)), ("wrong", wrong)))


def _differences(session: Session, book_id: int, month: str) -> tuple[CashDifference, ...]:
    wanted = (
        select(JournalEntry.seq, JournalEntry.service_date, func.sum(Posting.amount_fen), JournalEntry.memo)
        .join(Posting, LEGS_OF_ENTRY)
        .where(
            JournalEntry.book_id == book_id,
            JournalEntry.month == month,
            Posting.account == ledger.SUSPENSE,
        )
        .group_by(JournalEntry.seq, JournalEntry.service_date, JournalEntry.memo)
        .order_by(JournalEntry.seq)
    )
    rows = session.connection().execute(wanted)
    return tuple(CashDifference(seq, on, int(fen), memo) for seq, on, fen, memo in rows if fen)


def _record(
    session: Session, canteen_id: int, action: str, month: str, actor: str, at: datetime, **detail: Any
) -> None:
    ref = places.canteen_by_id(session, canteen_id=canteen_id).ref
    audit.record(session, chain=f"canteen:{ref}", at=at, actor=actor, action=action, subject=month, **detail)
