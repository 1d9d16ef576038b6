"""Issue meal codes and cards, and revoke cards."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from canteen.checkin.code import Keys, PageCode, write_card_code, write_page_code
from canteen.checkin.tables import Card, TypedNumber
from canteen.foundation.db import connection_of
from canteen.foundation.errors import NotFound, Refused
from canteen.foundation.narrowed import Narrowed
from canteen.foundation.prepared import Prepared, Values
from canteen.foundation.references import new_reference, with_check_digit
from canteen.seniors.tables import Person

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


@dataclass(frozen=True)
class Number:
    """Hold the number of a person and meal, before it is kept; ``keeps`` is what has to be written for it."""

    text: str
    person_ref: str
    keeps: Prepared | None
    values: Values


def find_number(
    session: Session, *, person_id: int, service_date: date, meal: str, at: datetime, expires_at: datetime
) -> Number:
    """Find the eight-digit number of a person and meal, or draw one; `keep_number` writes it.

    A number of the same person and meal that still lives is given again, so that it does not change under the eyes.
    """
    meant = {"person_id": person_id, "service_date": service_date, "meal": meal}
    known = next(iter(_KNOWN.all(session, {**meant, "at": at})), None)
    if known is None:
        raise NotFound("seniors.unknown")
    if known.number is None:
        drawn = with_check_digit(f"{secrets.randbelow(10**7):07d}")
        values = {**meant, "number": drawn, "expires_at": expires_at, "at": at}
        return Number(drawn, known.ref, _TAKE[connection_of(session).dialect.name], values)
    longer = {"held": known.number, "expires_at": expires_at}
    return Number(known.number, known.ref, _LENGTHEN if known.expires_at < expires_at else None, longer)


def keep_number(session: Session, number: Number) -> bool:
    """Bind a number that is free, or whose code has expired; False where the database says that it is neither."""
    return number.keeps is None or number.keeps.run(connection_of(session), number.values) == 1


def issue_code(
    session: Session, keys: Keys, *, person_id: int, service_date: date, meal: str, at: datetime, expires_at: datetime
) -> MealCode:
    """Issue a signed code with an eight-digit number of the same life for one person and meal; see `find_number`."""
    meant: dict[str, Any] = {"person_id": person_id, "service_date": service_date, "meal": meal}
    for _ in range(_DRAWS):
        number = find_number(session, **meant, at=at, expires_at=expires_at)
        if keep_number(session, number):
            code = PageCode(number.person_ref, service_date, meal, expires_at)
            return MealCode(write_page_code(keys, code), number.text, expires_at)
    raise RuntimeError("no free number found: ten million live ones cannot be")


def issue_card(session: Session, keys: Keys, *, person_id: int, actor: str, at: datetime) -> IssuedCard:
    """Issue a card; earlier cards of the person stay valid until they are revoked."""
    card = Card(ref=new_reference("K"), person_id=person_id, issued_at=at, issued_by=actor)
    session.add(card)
    session.flush()
    return IssuedCard(card.ref, card.serial, write_card_code(keys, card.serial))


def replace_card(session: Session, keys: Keys, *, person_id: int, actor: str, at: datetime) -> IssuedCard:
    """Issue a card for one that was lost: every older one of the person is dead from this moment."""
    lost = select(Card.ref).where(Card.person_id == person_id, Card.revoked_at.is_(None))
    for ref in session.scalars(lost).all():
        revoke_card(session, ref=ref, reason="lost", actor=actor, at=at)
    return issue_card(session, keys, person_id=person_id, actor=actor, at=at)


def revoke_card(session: Session, *, ref: str, reason: str, actor: str, at: datetime) -> None:
    """Revoke a card for good; a revoked one is refused with ``checkin.card_revoked``."""
    card = session.scalars(select(Card).where(Card.ref == ref).with_for_update()).one_or_none()
    if card is None:
        raise NotFound("checkin.no_such_card", ref=ref)
    if card.revoked_at is not None:
        raise Refused("checkin.card_revoked", ref=ref)
    card.revoked_at, card.revoked_by, card.revoked_reason = at, actor, reason
    session.flush()


_KNOWN = Narrowed(
    select(Person.ref, TypedNumber.number, TypedNumber.expires_at)
    .outerjoin(
        TypedNumber,
        and_(
            TypedNumber.person_id == Person.id,
            TypedNumber.service_date == bindparam("service_date"),
            TypedNumber.meal == bindparam("meal"),
            TypedNumber.expires_at > bindparam("at"),
        ),
    )
    .where(Person.id == bindparam("person_id"))
)
_LENGTHEN = Prepared(
    update(TypedNumber).where(TypedNumber.number == bindparam("held")).values(expires_at=bindparam("expires_at"))
)


def _taking(put: Any) -> Prepared:
    """Write a number's row, or take over the one of an expired code; another that draws the same number waits."""
    new = put.excluded
    fresh = {name: new[name] for name in ("person_id", "service_date", "meal", "expires_at")}
    return Prepared(
        put.inline().on_conflict_do_update(
            index_elements=[TypedNumber.number], set_=fresh, where=TypedNumber.expires_at <= bindparam("at")
        )
    )


_TAKE = {"sqlite": _taking(sqlite.insert(TypedNumber)), "postgresql": _taking(postgresql.insert(TypedNumber))}
