"""Let a statement pass from hand to hand: canteen, street, civil affairs, finance; or back, with the reason.

Each hand is another person's and none is that of whoever froze it; the database holds to that. A statement that finance
accepted is owed, and is stated anew no more.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import audit, places, settlement
from canteen.foundation.errors import Invalid
from canteen.settlement.tables import Statement
from canteen.treasury.rules import RETURNED, SIGNATURES
from canteen.treasury.tables import StatementStep
from canteen.treasury.write import insert


def sign(session: Session, *, ref: str, step: str, actor: str, at: datetime) -> StatementStep:
    """Sign a statement in one of the four places.

    Refuses ``treasury.step_order``, ``treasury.same_eyes``, ``treasury.query_open``, ``treasury.superseded``.
    """
    if step not in SIGNATURES:
        raise Invalid("treasury.no_such_step")
    return _step(session, held(session, ref=ref), step, actor, at)


def hand_back(session: Session, *, ref: str, reason: str, actor: str, at: datetime) -> StatementStep:
    """Hand a statement back to the canteen; ``treasury.reason_needed``."""
    if not reason.strip():
        raise Invalid("treasury.reason_needed")
    return _step(session, held(session, ref=ref), RETURNED, actor, at, reason.strip())


def held(session: Session, *, ref: str) -> Statement:
    """Find a statement in reach and hold it, so that steps and questions come one after the other."""
    found = settlement.statement(session, ref=ref)
    session.execute(select(Statement.id).where(Statement.id == found.id).with_for_update())
    return found


def steps_of(session: Session, *, statement_ids: Collection[int]) -> dict[int, list[StatementStep]]:
    """List the steps of statements, each in their order."""
    found: dict[int, list[StatementStep]] = {}
    wanted = select(StatementStep).where(StatementStep.statement_id.in_(sorted(statement_ids)))
    for row in session.scalars(wanted.order_by(StatementStep.statement_id, StatementStep.number)):
        found.setdefault(row.statement_id, []).append(row)
    return found


def since_return(steps: Sequence[StatementStep]) -> list[StatementStep]:
    """Return the signatures that stand: those after the statement was handed back last."""
    returns = [at for at, one in enumerate(steps, start=1) if one.step == RETURNED]
    return list(steps[returns[-1] if returns else 0 :])


def _step(session: Session, of: Statement, name: str, actor: str, at: datetime, reason: str = "") -> StatementStep:
    number = len(steps_of(session, statement_ids=[of.id]).get(of.id, ())) + 1
    row = StatementStep(statement_id=of.id, number=number, step=name, reason=reason, actor=actor, at=at)
    insert(session, row)
    chain = f"canteen:{places.canteen_by_id(session, canteen_id=of.canteen_id).ref}"
    audit.record(
        session, chain=chain, at=at, actor=actor, action=f"statement.{name}", subject=of.ref, digest=of.digest,
        number=number, reason=reason,
    )  # fmt: skip
    return row
