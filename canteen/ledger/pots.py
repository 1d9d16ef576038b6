"""Keep charity pots: what was promised, what came in, what meals took, and what is left.

A pot is one row whose balance its moves alone change; the database refuses a move that would take more than there is,
so of two meals that reach for the last yuan one gets it and the other is priced again (`checkin.redeem`). A pledge is
noted but cannot be spent before it is received.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen import audit
from canteen.foundation.errors import Conflict, Invalid, NotFound, Refused
from canteen.ledger.tables import Funder, JournalEntry, Posting, Pot, PotMove

_BALANCES = select(Pot.funder_code, Pot.balance_fen).where(
    Pot.funder_code.in_(bindparam("codes", expanding=True)),
)
_TAKEN = (
    select(PotMove.funder_code, func.sum(PotMove.amount_fen).label("fen"))
    .where(PotMove.evidence == bindparam("evidence"), PotMove.kind.in_(("use", "return")))
    .group_by(PotMove.funder_code)
)
_MOVE = insert(PotMove)
_CLAIMED = (
    select(Posting.funder_code, func.sum(Posting.amount_fen).label("fen"))
    .join(JournalEntry, (JournalEntry.book_id == Posting.book_id) & (JournalEntry.seq == Posting.seq))
    .where(
        JournalEntry.book_id == bindparam("id"),
        JournalEntry.evidence == bindparam("of"),
        Posting.account.startswith("1122."),
        Posting.funder_code.is_not(None),
    )
    .group_by(Posting.funder_code)
)


@dataclass(frozen=True, slots=True)
class PotState:
    """Say how a pot stands: promised, received, spent, left."""

    funder_code: str
    name: str
    pledged_fen: int
    received_fen: int
    used_fen: int
    balance_fen: int


def balances(connection: Connection, codes: Iterable[str]) -> dict[str, int]:
    """Return what the pots among some funders have left; a funder without a pot is not in it."""
    wanted = sorted(set(codes))
    return {row.funder_code: row.balance_fen for row in connection.execute(_BALANCES, {"codes": wanted})}


def spend(connection: Connection, *, parts: Mapping[str, int], evidence: str, day: date, at: datetime) -> None:
    """Take a meal's parts out of their pots, always in the same order; IntegrityError where one has run dry."""
    rows = [
        _row(code, "use", -fen, key=f"use:{evidence}:{code}", evidence=evidence, day=day, at=at, actor="meal")
        for code, fen in sorted(parts.items())
        if fen
    ]
    for row in rows:
        connection.execute(_MOVE, row)


def give_back(connection: Connection, *, evidence: str, day: date, at: datetime) -> None:
    """Put back into their pots what a meal took, once."""
    _return(connection, {}, key=evidence, evidence=evidence, day=day, at=at)


def refill(connection: Connection, *, book_id: int, evidence: str, correction: str, day: date, at: datetime) -> None:
    """Put back into their pots what a meal took and the corrected books no longer claim; once a correction."""
    claimed = {row.funder_code: int(row.fen) for row in connection.execute(_CLAIMED, {"id": book_id, "of": evidence})}
    _return(connection, claimed, key=correction, evidence=evidence, day=day, at=at)


def _return(
    connection: Connection, claimed: Mapping[str, int], *, key: str, evidence: str, day: date, at: datetime
) -> None:
    taken = sorted((row.funder_code, -int(row.fen)) for row in connection.execute(_TAKEN, {"evidence": evidence}))
    for code, took in taken:
        fen = took - claimed.get(code, 0)
        if fen > 0:
            row = _row(code, "return", fen, key=f"return:{key}:{code}", evidence=evidence, day=day, at=at, actor="meal")
            connection.execute(_MOVE, row)


def open_pot(session: Session, *, funder_code: str, actor: str, at: datetime) -> Pot:
    """Open a pot for a funder, empty; ``ledger.pot_exists`` where there is one."""
    if session.get(Funder, funder_code) is None:
        raise NotFound("ledger.no_such_funder", funder=funder_code)
    if session.get(Pot, funder_code) is not None:
        raise Refused("ledger.pot_exists", funder=funder_code)
    pot = Pot(funder_code=funder_code, balance_fen=0)
    session.add(pot)
    session.flush()
    audit.record(session, chain=_chain(funder_code), at=at, actor=actor, action="pot.open", subject=funder_code)
    return pot


def move(
    session: Session, *, funder_code: str, kind: str, amount_fen: int, voucher: str, giver: str, day: date,
    actor: str, at: datetime,
) -> None:  # fmt: skip
    """Note a pledge or a receipt on the strength of a voucher; ``ledger.voucher_used`` for a second time."""
    if amount_fen <= 0 or kind not in ("pledge", "receipt"):
        raise Invalid("ledger.pot_amount")
    if session.get(Pot, funder_code) is None:
        raise NotFound("ledger.no_such_pot", funder=funder_code)
    row = _row(
        funder_code, kind, amount_fen, key=f"{kind}:{funder_code}:{voucher}", evidence=voucher, day=day, at=at,
        actor=actor, giver=giver,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(PotMove(**row))
            session.flush()
    except IntegrityError:
        raise Conflict("ledger.voucher_used", voucher=voucher) from None
    audit.record(
        session, chain=_chain(funder_code), at=at, actor=actor, action=f"pot.{kind}", subject=funder_code,
        amount_fen=amount_fen, voucher=voucher,
    )  # fmt: skip


def pots(session: Session) -> list[PotState]:
    """List the pots with what was promised, received and spent."""
    sums = {
        (row.funder_code, row.kind): int(row.fen)
        for row in session.execute(
            select(PotMove.funder_code, PotMove.kind, func.sum(PotMove.amount_fen).label("fen")).group_by(
                PotMove.funder_code, PotMove.kind
            )
        )
    }
    rows = session.execute(
        select(Pot.funder_code, Funder.name, Pot.balance_fen)
        .join(Funder, Funder.code == Pot.funder_code)
        .order_by(Pot.funder_code)
    )
    return [_state(row.funder_code, row.name, row.balance_fen, sums) for row in rows]


def pot_moves(session: Session, *, funder_code: str, limit: int) -> Sequence[PotMove]:
    """List the latest moves of a pot."""
    wanted = select(PotMove).where(PotMove.funder_code == funder_code).order_by(PotMove.id.desc()).limit(limit)
    return session.scalars(wanted).all()


def _state(code: str, name: str, balance: int, sums: Mapping[tuple[str, str], int]) -> PotState:
    used = -sums.get((code, "use"), 0) - sums.get((code, "return"), 0)
    return PotState(code, name, sums.get((code, "pledge"), 0), sums.get((code, "receipt"), 0), used, balance)


def _row(
    code: str, kind: str, fen: int, *, key: str, evidence: str, day: date, at: datetime, actor: str, giver: str = ""
) -> dict[str, object]:
    return {
        "key": key, "funder_code": code, "kind": kind, "amount_fen": fen, "day": day, "evidence": evidence,
        "giver": giver, "at": at, "actor": actor,
    }  # fmt: skip


def _chain(funder_code: str) -> str:
    return f"region:{funder_code.partition(':')[0][:6]}"
