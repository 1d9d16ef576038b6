"""Find meals that were handed over, cards, and the answers that the counter got, within what the asker may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Date, bindparam, func, select
from sqlalchemy.orm import Session

from canteen.checkin.answers import Answer
from canteen.checkin.tables import Card, Redemption, RedemptionUndo, ScanAttempt
from canteen.checkin.tender import tender_of
from canteen.foundation.db import connection_of
from canteen.foundation.errors import NotFound
from canteen.foundation.prepared import Prepared
from canteen.orders import OPEN_STATES
from canteen.orders.tables import Order

_AT_ONCE = 1000


def meal(session: Session, *, ref: str) -> Redemption:
    """Return a meal by its reference; ``checkin.no_such_meal`` where there is none, or not in scope."""
    found = session.scalar(select(Redemption).where(Redemption.ref == ref))
    if found is None:
        raise NotFound("checkin.no_such_meal", ref=ref)
    return found


def taken_on(session: Session, *, person_id: int, on: date) -> dict[str, datetime]:
    """Tell when a person was handed each meal of a local day; what was taken back does not count.

    Knows no scope: it is for whoever may act for the person.
    """
    rows = _TAKEN.all(connection_of(session), {"person_id": person_id, "on": on})
    return {row.meal: row.at for row in rows}


_TAKEN = Prepared(
    select(Redemption.meal, func.min(Redemption.happened_at).label("at"))
    .outerjoin(RedemptionUndo, RedemptionUndo.redemption_ref == Redemption.ref)
    .where(
        Redemption.person_id == bindparam("person_id"),
        Redemption.service_date == bindparam("on", type_=Date),
        Redemption.kind == "meal",
        RedemptionUndo.redemption_ref.is_(None),
    )
    .group_by(Redemption.meal)
)


@dataclass(frozen=True, slots=True)
class Eaten:
    """Hold how often somebody ate in a time, what it cost, what was given to it and what the own share was."""

    count: int
    price_fen: int
    given_fen: int
    own_fen: int


def eaten(session: Session, *, person_id: int, first: date, last: date) -> Eaten:
    """Add up the meals of a person from a first to a last day, deliveries included; what was taken back is left out.

    Knows no scope: it is for whoever may act for the person.
    """
    meal = Redemption
    price = meal.price_fen + meal.delivery_fee_fen
    given = meal.subsidy_fen + meal.discount_fen + meal.delivery_subsidy_fen
    wanted = (
        select(func.count(meal.id), func.sum(price), func.sum(given), func.sum(meal.own_fen))
        .outerjoin(RedemptionUndo, RedemptionUndo.redemption_ref == meal.ref)
        .where(
            meal.person_id == person_id,
            meal.service_date.between(first, last),
            RedemptionUndo.redemption_ref.is_(None),
        )
    )
    return Eaten(*(int(value or 0) for value in session.connection().execute(wanted).one()))


@dataclass(frozen=True, slots=True)
class MealEaten:
    """Show one meal of a person, with the quote that was booked."""

    service_date: date
    meal: str
    own_fen: int
    trace: str


def meals_eaten(session: Session, *, person_id: int, first: date, last: date) -> list[MealEaten]:
    """List the meals that `eaten` adds up, the latest first. Knows no scope either."""
    meal = Redemption
    wanted = (
        select(meal.service_date, meal.meal, meal.own_fen, meal.trace)
        .outerjoin(RedemptionUndo, RedemptionUndo.redemption_ref == meal.ref)
        .where(
            meal.person_id == person_id,
            meal.service_date.between(first, last),
            RedemptionUndo.redemption_ref.is_(None),
        )
        .order_by(meal.happened_at.desc(), meal.id.desc())
    )
    return [MealEaten(*row) for row in session.connection().execute(wanted)]


def answer_of_meal(session: Session, *, ref: str) -> Answer:
    """Return what the counter was told when a meal was served, with the way it is paid at present."""
    attempt = session.scalars(select(ScanAttempt).where(ScanAttempt.scan_id == meal(session, ref=ref).scan_id)).one()
    tender, _ = tender_of(session.connection(), ref)
    return replace(Answer.read(attempt.answer), tender=tender)


def person_of_attempt(session: Session, *, scan_id: str) -> int | None:
    """Return whom a scan of a canteen in scope named; None where it named nobody, or there was none."""
    return session.scalar(select(ScanAttempt.person_id).where(ScanAttempt.scan_id == scan_id))


def cards_of(session: Session, *, person_id: int) -> list[Card]:
    """List the cards of a person, the newest first, revoked ones too."""
    return list(session.scalars(select(Card).where(Card.person_id == person_id).order_by(Card.serial.desc())))


def card(session: Session, *, ref: str) -> Card:
    """Return a card by its reference; ``checkin.no_such_card`` where there is none."""
    found = session.scalar(select(Card).where(Card.ref == ref))
    if found is None:
        raise NotFound("checkin.no_such_card", ref=ref)
    return found


def people_in_use(session: Session, *, person_ids: Collection[int], since: datetime) -> dict[int, str]:
    """Tell who of some people is in use, and how: ``eaten`` since an instant, else ``ordered``, else ``carded``.

    Meals and orders of every canteen count, whoever asks.
    """
    connection, found = session.connection(), dict[int, str]()
    wanted = sorted(person_ids)
    for reason, column, condition in (
        ("carded", Card.person_id, Card.revoked_at.is_(None)),
        ("ordered", Order.person_id, Order.state.in_(OPEN_STATES)),
        ("eaten", Redemption.person_id, Redemption.happened_at >= since),
    ):
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            rows = connection.execute(select(column).where(column.in_(some), condition).distinct()).scalars()
            found |= {person_id: reason for person_id in rows if person_id is not None}
    return found


def latest_canteen(session: Session) -> int | None:
    """Return the canteen, within the session's scope, that handed over a meal last."""
    return session.scalars(select(Redemption.canteen_id).order_by(Redemption.id.desc()).limit(1)).first()
