"""Want money back: prepared by one, confirmed by another; what is given back and the penalty are booked apart.

For each meal the canteen's revenue is reversed into what it must return, purse by purse, and each purse books what it
wants back. The amount is what stands in the books, so a meal that was corrected before is asked for only what is left.
A clawback is a negative due: it is netted within the next transfer, or paid back by a batch of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from canteen import audit, ledger, places, settlement
from canteen.checkin.tables import Redemption
from canteen.foundation.clock import service_day
from canteen.foundation.errors import Invalid, NotFound
from canteen.foundation.references import new_reference
from canteen.ledger import Draft, Leg
from canteen.ledger.tables import Book, JournalEntry, Posting
from canteen.settlement import MEAL_KINDS
from canteen.treasury.tables import Clawback, ClawbackDecision, ClawbackMeal, Due
from canteen.treasury.write import insert

_LEGS = (Posting.book_id == JournalEntry.book_id) & (Posting.seq == JournalEntry.seq)
_REVENUE = {ledger.OPERATOR_RECEIVABLE: ledger.OPERATOR_REVENUE, ledger.DELIVERY_RECEIVABLE: ledger.DELIVERY_REVENUE}


def prepare_clawback(
    session: Session, *, redemption_refs: Sequence[str], reason: str, document: str, penalty_fen: int, actor: str,
    at: datetime,
) -> Clawback:  # fmt: skip
    """Prepare to want the subsidy of meals of one canteen back.

    Refuses ``treasury.grounds_missing``, ``treasury.no_such_meal``, ``treasury.several_canteens``,
    ``treasury.nothing_stands`` where a meal's subsidy is gone already, Conflict ``treasury.moved`` where it is in
    another clawback.
    """
    if not reason.strip() or not document.strip() or penalty_fen < 0:
        raise Invalid("treasury.grounds_missing")
    refs = sorted(set(redemption_refs))
    meals = session.scalars(select(Redemption).where(Redemption.ref.in_(refs))).all()
    if not meals or len(meals) != len(refs):
        raise NotFound("treasury.no_such_meal")
    if len({one.canteen_id for one in meals}) > 1:
        raise Invalid("treasury.several_canteens")
    canteen_id = meals[0].canteen_id
    for one in meals:
        if not _standing(session.connection(), canteen_id, one.ref):
            raise Invalid("treasury.nothing_stands", ref=one.ref)
    made = Clawback(
        ref=new_reference("W"), canteen_id=canteen_id, reason=reason.strip(), document=document.strip(),
        penalty_fen=penalty_fen, actor=actor, at=at,
    )  # fmt: skip
    insert(session, made)
    for one in meals:
        insert(session, ClawbackMeal(redemption_ref=one.ref, clawback_id=made.id))
    _record(session, made, "clawback.prepare", actor, at, meals=len(meals), penalty_fen=penalty_fen)
    return made


def confirm_clawback(session: Session, *, ref: str, actor: str, at: datetime) -> int:
    """Confirm a clawback as a second person, and book it; returns what is to be given back in fen.

    Refuses ``treasury.no_such_clawback``, ``treasury.same_eyes``, Conflict ``treasury.moved`` for a second time.
    """
    found = clawback(session, ref=ref)
    connection, canteen_id = session.connection(), found.canteen_id
    ledger.load_chart(session)
    book_id = _book(connection, canteen_id)
    ledger.lock_head(connection, book_id=book_id)
    insert(session, ClawbackDecision(clawback_id=found.id, actor=actor, at=at))
    drafts, by_funder = _drafts(session, found)
    if found.penalty_fen:
        legs = (Leg(ledger.PENALTY_LOSS, found.penalty_fen), Leg(ledger.PENALTY_DUE, -found.penalty_fen))
        drafts.append(Draft(f"penalty:{found.ref}", "penalty", service_day(at), legs, found.ref, None, found.reason))
    ledger.post(connection, book_id=book_id, drafts=drafts, at=at)
    for funder, fen in sorted(by_funder.items()):
        _want_back(session, found, funder, fen, actor, at)
    total = sum(by_funder.values())
    _record(session, found, "clawback.confirm", actor, at, amount_fen=total, penalty_fen=found.penalty_fen)
    return total


def clawback(session: Session, *, ref: str) -> Clawback:
    """Find a clawback in reach; ``treasury.no_such_clawback`` otherwise."""
    found = session.scalar(select(Clawback).where(Clawback.ref == ref))
    if found is None:
        raise NotFound("treasury.no_such_clawback")
    return found


def clawbacks(session: Session) -> list[tuple[Clawback, int, ClawbackDecision | None]]:
    """List the clawbacks in reach, the newest first, each with its number of meals and its decision."""
    count = select(func.count()).where(ClawbackMeal.clawback_id == Clawback.id).scalar_subquery()
    wanted = select(Clawback, count, ClawbackDecision).outerjoin(
        ClawbackDecision, ClawbackDecision.clawback_id == Clawback.id
    )
    return [(one, meals, decision) for one, meals, decision in session.execute(wanted.order_by(Clawback.id.desc()))]


def _drafts(session: Session, found: Clawback) -> tuple[list[Draft], dict[str, int]]:
    """Return an entry for each meal that stands otherwise than taken back, and what each purse wants back."""
    connection, drafts = session.connection(), []
    by_funder: dict[str, int] = {}
    refs = select(ClawbackMeal.redemption_ref).where(ClawbackMeal.clawback_id == found.id)
    days = dict(session.execute(select(Redemption.ref, Redemption.service_date).where(Redemption.ref.in_(refs))).all())
    for ref in sorted(days):
        legs: list[Leg] = []
        for account, funder, fen in _standing(connection, found.canteen_id, ref):
            legs.append(Leg(_REVENUE.get(account, ledger.SUBSIDY_REVENUE), fen, funder))
            legs.append(Leg(ledger.CLAWBACK_DUE, -fen, funder))
            by_funder[funder] = by_funder.get(funder, 0) + fen
        if legs:
            key = f"claw:{found.ref}:{ref}"
            drafts.append(Draft(key, "clawback", days[ref], tuple(legs), found.ref, None, found.reason))
    return drafts, by_funder


def _standing(connection: Connection, canteen_id: int, ref: str) -> list[tuple[str, str, int]]:
    """Return what the books hold of a meal: receivable account, purse, fen; undone and corrected parts are out."""
    rows = connection.execute(
        select(Posting.account, Posting.funder_code, func.sum(Posting.amount_fen))
        .join(JournalEntry, _LEGS)
        .join(Book, Book.id == JournalEntry.book_id)
        .where(
            Book.canteen_id == canteen_id,
            JournalEntry.evidence == ref,
            JournalEntry.kind.in_(MEAL_KINDS),
            Posting.account.startswith("1122."),
            Posting.funder_code.is_not(None),
        )
        .group_by(Posting.account, Posting.funder_code)
        .order_by(Posting.account, Posting.funder_code)
    )
    return [(account, str(funder), int(fen)) for account, funder, fen in rows if fen]


def _want_back(session: Session, found: Clawback, funder: str, fen: int, actor: str, at: datetime) -> None:
    canteen_ref = places.canteen_by_id(session, canteen_id=found.canteen_id).ref
    account = ledger.account_of_canteen(session, account=ledger.CLAWBACK_RECEIVABLE, canteen_ref=canteen_ref)
    on = service_day(at)
    legs = (Leg(account, fen, funder), Leg(ledger.SUBSIDY_EXPENSE, -fen, funder))
    draft = Draft(f"claw:{found.ref}", "clawback", on, legs, found.ref, None, found.reason)
    ledger.post(session.connection(), book_id=ledger.book_of_funder(session, funder_code=funder), drafts=[draft], at=at)
    due = Due(
        ref=new_reference("Y"), kind="clawback", funder_code=funder, canteen_id=found.canteen_id, source=found.ref,
        month=settlement.month_of(on), amount_fen=-fen, actor=actor, at=at,
    )  # fmt: skip
    insert(session, due)


def _book(connection: Connection, canteen_id: int) -> int:
    return connection.execute(select(Book.id).where(Book.canteen_id == canteen_id)).scalar_one()


def _record(session: Session, of: Clawback, action: str, actor: str, at: datetime, **detail: object) -> None:
    chain = f"canteen:{places.canteen_by_id(session, canteen_id=of.canteen_id).ref}"
    audit.record(session, chain=chain, at=at, actor=actor, action=action, subject=of.ref, **detail)
