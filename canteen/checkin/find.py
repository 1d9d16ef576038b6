"""Find meals that were handed over, cards, and the answers that the counter got, within what the asker may see."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.checkin.answers import Answer
from canteen.checkin.tables import Card, Redemption, ScanAttempt
from canteen.checkin.tender import tender_of
from canteen.foundation.errors import NotFound


def meal(session: Session, *, ref: str) -> Redemption:
    """Return a meal by its reference; ``checkin.no_such_meal`` where there is none, or not in scope."""
    found = session.scalar(select(Redemption).where(Redemption.ref == ref))
    if found is None:
        raise NotFound("checkin.no_such_meal", ref=ref)
    return found


def answer_of_meal(session: Session, *, ref: str) -> Answer:
    """Return what the counter was told when a meal was served, with the way it is paid at present."""
    attempt = session.scalars(select(ScanAttempt).where(ScanAttempt.scan_id == meal(session, ref=ref).scan_id)).one()
    tender, _ = tender_of(session.connection(), ref)
    return replace(Answer.read(attempt.answer), tender=tender)


def cards_of(session: Session, *, person_id: int) -> list[Card]:
    """List the cards of a person, the newest first, revoked ones too."""
    return list(session.scalars(select(Card).where(Card.person_id == person_id).order_by(Card.serial.desc())))


def card(session: Session, *, ref: str) -> Card:
    """Return a card by its reference; ``checkin.no_such_card`` where there is none."""
    found = session.scalar(select(Card).where(Card.ref == ref))
    if found is None:
        raise NotFound("checkin.no_such_card", ref=ref)
    return found


def latest_canteen(session: Session) -> int | None:
    """Return the canteen, within the session's scope, that handed over a meal last."""
    return session.scalars(select(Redemption.canteen_id).order_by(Redemption.id.desc()).limit(1)).first()
