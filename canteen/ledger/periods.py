"""Close a book's month step by step: open, soft-closed, closed; the last step by a second person.

A soft-closed month still takes the late entries of its own meals; a closed one takes none. The database holds the order
of the steps and the four eyes (`guards`, `tables`); here the end of the book is locked first, so that no entry slips in
between the check and the step.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.foundation.clock import service_day
from canteen.foundation.errors import Invalid, Refused
from canteen.ledger.posting import lock_head
from canteen.ledger.tables import Period

OPEN, SOFT_CLOSED, CLOSED = "open", "soft_closed", "closed"


def period(session: Session, *, book_id: int, month: str) -> Period:
    """Return the state of a month; an open one that has no row yet is made up."""
    return session.get(Period, (book_id, month)) or Period(book_id=book_id, month=month, state=OPEN)


def periods(session: Session, *, book_ids: Collection[int], month: str) -> dict[int, Period]:
    """Return the rows of a month by book; a book without one is open."""
    wanted = select(Period).where(Period.book_id.in_(sorted(book_ids)), Period.month == month)
    return {row.book_id: row for row in session.scalars(wanted)}


def soft_close(session: Session, *, book_id: int, month: str, actor: str, at: datetime) -> Period:
    """Say that a month is done but for what comes late.

    Refuses ``ledger.month_not_over`` and ``ledger.period_not_open``.
    """
    if _last_month(service_day(at)) < month:
        raise Refused("ledger.month_not_over", month=month)
    held = _locked(session, book_id, month)
    if held.state != OPEN:
        raise Refused("ledger.period_not_open", month=month)
    held.state, held.soft_closed_by, held.soft_closed_at = SOFT_CLOSED, actor, at
    session.add(held)
    session.flush()
    return held


def close_period(session: Session, *, book_id: int, month: str, actor: str, at: datetime) -> Period:
    """Close a soft-closed month for good.

    Refuses ``ledger.period_not_soft_closed``, and ``ledger.four_eyes`` to whoever soft-closed it.
    """
    held = _locked(session, book_id, month)
    if held.state != SOFT_CLOSED:
        raise Refused("ledger.period_not_soft_closed", month=month)
    if held.soft_closed_by == actor:
        raise Refused("ledger.four_eyes", month=month)
    held.state, held.closed_by, held.closed_at = CLOSED, actor, at
    session.flush()
    return held


def reopen_period(session: Session, *, book_id: int, month: str, reason: str) -> Period:
    """Take a soft close back, with a reason.

    Refuses ``ledger.reason_needed`` and ``ledger.period_not_soft_closed``: what is closed stays closed.
    """
    if not reason.strip():
        raise Invalid("ledger.reason_needed")
    held = _locked(session, book_id, month)
    if held.state != SOFT_CLOSED:
        raise Refused("ledger.period_not_soft_closed", month=month)
    held.state, held.soft_closed_by, held.soft_closed_at = OPEN, None, None
    session.flush()
    return held


def _locked(session: Session, book_id: int, month: str) -> Period:
    lock_head(session.connection(), book_id=book_id)
    found = session.get(Period, (book_id, month), with_for_update=True, populate_existing=True)
    return found or Period(book_id=book_id, month=month, state=OPEN)


def _last_month(today: date) -> str:
    """Return the last month that is wholly over."""
    return f"{today.year - 1}-12" if today.month == 1 else f"{today.year}-{today.month - 1:02d}"
