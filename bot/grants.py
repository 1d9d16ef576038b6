"""Count which notices people agreed to be sent: each acceptance up, each use down, never below zero.

The database counts and refuses (`bot.tables`); what is written here are facts. A one-time acceptance is used up by one
notice. A long-term one is held as one and used without counting, until it is taken back or the platform knows of none.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.tables import NoticeGrant, NoticeGrantHeld


def accept(
    session: Session, *, account_id: int, template_id: str, is_long_term: bool, key: str | None, at: datetime
) -> None:
    """Note an acceptance, once for an event; a long-term one counts where none is held."""
    if not is_long_term or held(session, account_id=account_id, template_id=template_id) == 0:
        _write(session, account_id, template_id, 1, "accepted", at, key)


def end(session: Session, *, account_id: int, template_id: str, reason: str, at: datetime) -> None:
    """Note that nothing is held any more: ``refused`` by the person, or ``platform_knows_none``."""
    count = held(session, account_id=account_id, template_id=template_id)
    if count:
        _write(session, account_id, template_id, -count, reason, at)


def take(session: Session, *, account_id: int, template_id: str, is_long_term: bool, at: datetime) -> bool:
    """Take one acceptance for a notice that is about to be sent; False where none is left."""
    if is_long_term:
        return held(session, account_id=account_id, template_id=template_id) > 0
    return _write(session, account_id, template_id, -1, "used", at)


def give_back(session: Session, *, account_id: int, template_id: str, at: datetime) -> None:
    """Give one back that was taken for a notice which the platform refused."""
    _write(session, account_id, template_id, 1, "given_back", at)


def held(session: Session, *, account_id: int, template_id: str) -> int:
    """Return how many notices of a template an account still takes."""
    wanted = select(NoticeGrantHeld.held).where(
        NoticeGrantHeld.account_id == account_id, NoticeGrantHeld.template_id == template_id
    )
    return session.scalar(wanted) or 0


def _write(
    session: Session, account_id: int, template_id: str, change: int, reason: str, at: datetime, key: str | None = None
) -> bool:
    """Write a fact; False where the database refuses it: counted already, or none left."""
    fact = NoticeGrant(
        account_id=account_id, template_id=template_id, change=change, reason=reason, key=key, at=at
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(fact)
    except IntegrityError:
        return False
    return True
