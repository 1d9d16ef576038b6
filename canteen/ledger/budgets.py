"""Keep what each purse may spend in a year, as documents grant it; a later document supersedes an earlier one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from canteen import audit
from canteen.foundation.errors import Invalid, NotFound
from canteen.ledger.tables import Funder, PurseBudget

_YEARS = range(2000, 2201)


def grant_budget(
    session: Session, *, funder_code: str, year: int, amount_fen: int, document: str, actor: str, at: datetime
) -> PurseBudget:
    """State the budget of a purse for a year; what was stated before is kept and superseded."""
    if amount_fen < 0 or year not in _YEARS:
        raise Invalid("ledger.budget_malformed")
    if session.get(Funder, funder_code) is None:
        raise NotFound("ledger.no_such_funder", funder=funder_code)
    standing = next((one for one in budgets(session, year=year) if one.funder_code == funder_code), None)
    row = PurseBudget(
        funder_code=funder_code, year=year, amount_fen=amount_fen, document=document, at=at, actor=actor,
        supersedes_id=None if standing is None else standing.id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(
        session, chain=f"region:{funder_code.partition(':')[0][:6]}", at=at, actor=actor, action="budget.grant",
        subject=funder_code, year=year, amount_fen=amount_fen, document=document,
    )  # fmt: skip
    return row


def budgets(session: Session, *, year: int | None = None) -> Sequence[PurseBudget]:
    """List the budgets that stand, of one year or of all."""
    later = aliased(PurseBudget)
    wanted = select(PurseBudget).where(~exists().where(later.supersedes_id == PurseBudget.id))
    if year is not None:
        wanted = wanted.where(PurseBudget.year == year)
    return session.scalars(wanted.order_by(PurseBudget.year.desc(), PurseBudget.funder_code)).all()
