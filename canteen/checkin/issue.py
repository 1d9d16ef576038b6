"""Issue meal codes and cards, and revoke cards."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen import seniors
from canteen.checkin.code import Keys, PageCode, write_card_code, write_page_code
from canteen.checkin.tables import Card, TypedNumber
from canteen.foundation.errors import NotFound, Refused
from canteen.foundation.references import new_reference, with_check_digit

_DRAWS = 50


@dataclass(frozen=True)
class MealCode:
    """Hold what a person shows at the counter: digits to scan, a number to say, and until when."""

    digits: str
    number: str
    expires_at: datetime


@dataclass(frozen=True)
class IssuedCard:
    """Hold a new card: its reference, serial and the digits to print."""

    ref: str
    serial: int
    digits: str


def issue_code(
    session: Session, keys: Keys, *, person_id: int, service_date: date, meal: str, at: datetime, expires_at: datetime
) -> MealCode:
    """Issue a signed code with an eight-digit number of the same life for one person and meal.

    A number of the same person and meal that still lives is given again, so that it does not change under the eyes.
    """
    person = seniors.person_by_id(session, person_id=person_id)
    digits = write_page_code(keys, PageCode(person.ref, service_date, meal, expires_at))
    number = _number(session, person_id, service_date, meal, at, expires_at)
    return MealCode(digits, number, expires_at)


def issue_card(session: Session, keys: Keys, *, person_id: int, actor: str, at: datetime) -> IssuedCard:
    """Issue a card; earlier cards of the person stay valid until they are revoked."""
    card = Card(ref=new_reference("K"), person_id=person_id, issued_at=at, issued_by=actor)
    session.add(card)
    session.flush()
    return IssuedCard(card.ref, card.serial, write_card_code(keys, card.serial))


def revoke_card(session: Session, *, ref: str, reason: str, actor: str, at: datetime) -> None:
    """Revoke a card for good; a revoked one is refused with ``checkin.card_revoked``."""
    card = session.scalars(select(Card).where(Card.ref == ref).with_for_update()).one_or_none()
    if card is None:
        raise NotFound("checkin.no_such_card", ref=ref)
    if card.revoked_at is not None:
        raise Refused("checkin.card_revoked", ref=ref)
    card.revoked_at, card.revoked_by, card.revoked_reason = at, actor, reason
    session.flush()


def _number(session: Session, person_id: int, service_date: date, meal: str, at: datetime, expires_at: datetime) -> str:
    same = select(TypedNumber).where(
        TypedNumber.person_id == person_id,
        TypedNumber.service_date == service_date,
        TypedNumber.meal == meal,
        TypedNumber.expires_at > at,
    )
    live = session.scalars(same).first()
    if live is not None:
        live.expires_at = max(live.expires_at, expires_at)
        session.flush()
        return live.number
    for _ in range(_DRAWS):
        number = with_check_digit(f"{secrets.randbelow(10**7):07d}")
        fresh = TypedNumber(
            number=number, person_id=person_id, service_date=service_date, meal=meal, expires_at=expires_at
        )
        if _take(session, fresh, at):
            return number
    raise RuntimeError("no free number found: ten million live ones cannot be")


def _take(session: Session, fresh: TypedNumber, at: datetime) -> bool:
    holder = session.get(TypedNumber, fresh.number, with_for_update=True, populate_existing=True)
    if holder is not None and holder.expires_at > at:
        return False
    try:
        with session.begin_nested():
            session.merge(fresh)
            session.flush()
    except IntegrityError:
        return False
    return True
