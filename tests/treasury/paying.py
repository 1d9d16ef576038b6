"""Carry a statement of a small town to the bank: freeze, sign, pay; and read the books."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from canteen import ledger, settlement, treasury
from canteen.foundation.clock import local
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import CanteenError
from canteen.ledger.tables import Book
from tests.settlement.months import AFTER, MONTH

PAID_ON = date(2026, 4, 20)
LATER = local(PAID_ON, 10)
HANDS = (("signed", "staff:canteen"), ("checked", "staff:street"), ("approved", "staff:affairs"))
FUNDER = "440300:government"


def freeze(database: Database, canteen_id: int) -> str:
    """Freeze the month of a canteen and return the statement's number."""
    with database.transaction(EVERYWHERE) as session:
        return settlement.freeze(session, canteen_id=canteen_id, month=MONTH, actor="staff:li", at=AFTER).ref


def sign(database: Database, ref: str, step: str, actor: str) -> None:
    """Sign in one place."""
    with database.transaction(EVERYWHERE) as session:
        treasury.sign(session, ref=ref, step=step, actor=actor, at=AFTER)


def accept(database: Database, ref: str) -> None:
    """Let all four places sign."""
    for step, actor in HANDS:
        sign(database, ref, step, actor)
    with database.transaction(EVERYWHERE) as session:
        treasury.accept(session, ref=ref, actor="staff:finance", at=AFTER)


def refused(database: Database, verb, **asked) -> str:
    """Try a verb and return the code of its refusal."""
    with pytest.raises(CanteenError) as refusal, database.transaction(EVERYWHERE) as session:
        verb(session, at=LATER, **asked)
    return refusal.value.code


def balance(database: Database, account: str, *, of_canteen: bool) -> int:
    """Add up the accounts that begin with a code."""
    return sum(fen for code, fen in balances(database, of_canteen=of_canteen).items() if code.startswith(account))


def balances(database: Database, *, of_canteen: bool) -> dict[str, int]:
    """Add up every account of the canteens' books, or of the purse's."""
    with database.reading(EVERYWHERE) as session:
        wanted = select(Book.id).where(Book.canteen_id.is_not(None) if of_canteen else Book.funder_code == FUNDER)
        sums: dict[str, int] = {}
        for book_id in session.scalars(wanted).all():
            for _, legs in ledger.entries_with_legs(session.connection(), book_id=book_id):
                for leg in legs:
                    sums[leg.account] = sums.get(leg.account, 0) + leg.amount_fen
        return sums


def mirrored(database: Database) -> list[ledger.Finding]:
    """Prove every book and every pair."""
    with database.reading(EVERYWHERE) as session:
        findings, _ = ledger.verify(session.connection())
        return [*findings, *treasury.mirror(session.connection())]


def pay(database: Database, amounts: dict[str, int], *, actor: str = "staff:finance") -> tuple[str, str]:
    """Prepare and approve a batch; return its number and that of its one operator."""
    with database.transaction(EVERYWHERE) as session:
        made = treasury.prepare_batch(session, funder_code=FUNDER, amounts=amounts, memo="四月", actor=actor, at=LATER)
        ref, operator = made.ref, treasury.transfers(session, made)[0].operator.ref
    with database.transaction(EVERYWHERE) as session:
        treasury.approve_batch(session, ref=ref, actor="staff:head", at=LATER)
    return ref, operator


def bank(database: Database, verb, ref: str, operator: str, **told) -> None:
    """Tell what the bank did."""
    with database.transaction(EVERYWHERE) as session:
        verb(session, batch_ref=ref, operator_ref=operator, on=PAID_ON, actor="staff:finance", at=LATER, **told)


def dues(database: Database, canteen_id: int) -> list[treasury.OpenDue]:
    """List what is owed to a canteen."""
    with database.reading(EVERYWHERE) as session:
        return treasury.open_dues(session, canteen_ids=[canteen_id])
