"""Keep donations that are bound to a purpose: the agreement, the money as it comes, what the donor is told.

A pot (`canteen.ledger.pots`) says what is left and refuses what is not; the book of whoever holds the money carries it
as a liability (2401) until meals have used it up. Where a canteen holds the money, its receivable from the charity is
settled against that liability when finance accepts the statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import String, case, cast, func, select
from sqlalchemy.orm import Session

from canteen import audit, ledger
from canteen.checkin.tables import Redemption
from canteen.foundation.db import scope_of
from canteen.foundation.errors import Conflict, Invalid, NotFound
from canteen.ledger import Draft, Leg
from canteen.ledger.tables import Book, Posting, PotMove
from canteen.places.tables import Canteen
from canteen.treasury.tables import DonationAgreement


@dataclass(frozen=True, slots=True)
class Used:
    """Tell a donor what a month's meals at a canteen took: no names."""

    month: str
    canteen: str
    meals: int
    people: int
    fen: int


def agree(
    session: Session, *, funder_code: str, donor: str, restriction: str, document: str, holder_id: int | None,
    signed_on: date, until_on: date | None, actor: str, at: datetime,
) -> DonationAgreement:  # fmt: skip
    """Enter the agreement of a pot; ``treasury.agreement_terms``, Conflict ``treasury.agreed_already``."""
    if not (donor.strip() and restriction.strip() and document.strip()) or (until_on and until_on <= signed_on):
        raise Invalid("treasury.agreement_terms")
    scope = scope_of(session)
    if holder_id is not None and not scope.everywhere and holder_id not in scope.canteen_ids:
        raise NotFound("settlement.no_such_canteen")
    if session.get(DonationAgreement, funder_code) is not None:
        raise Conflict("treasury.agreed_already")
    row = DonationAgreement(
        funder_code=funder_code, donor=donor.strip(), restriction=restriction.strip(), document=document.strip(),
        holder_id=holder_id, signed_on=signed_on, until_on=until_on, actor=actor, at=at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _record(session, funder_code, "donation.agree", actor, at, document=row.document)
    return row


def receive(
    session: Session, *, funder_code: str, amount_fen: int, voucher: str, giver: str, day: date, actor: str,
    at: datetime,
) -> None:  # fmt: skip
    """Note that donated money came in: the pot is filled, and the holder's book carries it.

    Refuses what `ledger.move` refuses; a voucher fills a pot once.
    """
    ledger.move(
        session, funder_code=funder_code, kind="receipt", amount_fen=amount_fen, voucher=voucher, giver=giver, day=day,
        actor=actor, at=at,
    )  # fmt: skip
    ledger.load_chart(session)
    legs = (Leg(ledger.BANK, amount_fen, funder_code), Leg(ledger.DONATIONS, -amount_fen, funder_code))
    draft = Draft(f"donation:{funder_code}:{voucher}", "donation", day, legs, None, None, giver)
    ledger.post(session.connection(), book_id=holder_book(session, funder_code), drafts=[draft], at=at)


def agreement(session: Session, *, funder_code: str) -> DonationAgreement | None:
    """Return the agreement of a pot, None where there is none."""
    return session.get(DonationAgreement, funder_code)


def holder_book(session: Session, funder_code: str) -> int:
    """Return the book that carries a pot's money: the holding canteen's, else the pot's own."""
    agreed = session.get(DonationAgreement, funder_code)
    if agreed is None or agreed.holder_id is None:
        return ledger.book_of_funder(session, funder_code=funder_code)
    return session.scalars(select(Book.id).where(Book.canteen_id == agreed.holder_id)).one()


def held_fen(session: Session, *, book_id: int, funder_code: str) -> int:
    """Return what a book still carries of a pot's money."""
    wanted = select(func.coalesce(func.sum(Posting.amount_fen), 0)).where(
        Posting.book_id == book_id, Posting.account == ledger.DONATIONS, Posting.funder_code == funder_code
    )
    return -int(session.connection().execute(wanted).scalar_one())


def used(session: Session, *, funder_code: str) -> list[Used]:
    """Tell what meals took from a pot, by month and canteen; a meal that was taken back is out."""
    month = func.substr(cast(PotMove.day, String), 1, 7).label("month")
    by_meal = (
        select(PotMove.evidence, month, func.sum(PotMove.amount_fen).label("fen"))
        .where(PotMove.funder_code == funder_code, PotMove.kind.in_(("use", "return")))
        .group_by(PotMove.evidence, month)
        .subquery()
    )
    taken = by_meal.c.fen < 0
    rows = session.connection().execute(
        select(
            by_meal.c.month, Canteen.name, func.sum(case((taken, 1), else_=0)),
            func.count(func.distinct(case((taken, Redemption.person_id)))), -func.sum(by_meal.c.fen),
        )
        .join(Redemption, Redemption.ref == by_meal.c.evidence)
        .join(Canteen, Canteen.id == Redemption.canteen_id)
        .group_by(by_meal.c.month, Canteen.name)
        .order_by(by_meal.c.month, Canteen.name)
    )  # fmt: skip
    return [Used(month, name, int(meals), int(people), int(fen)) for month, name, meals, people, fen in rows if fen]


def _record(session: Session, funder: str, action: str, actor: str, at: datetime, **detail: object) -> None:
    chain = f"region:{funder.partition(':')[0][:6]}"
    audit.record(session, chain=chain, at=at, actor=actor, action=action, subject=funder, **detail)
