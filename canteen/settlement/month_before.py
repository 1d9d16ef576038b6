"""Find what was frozen of a month and of the one before, as it stood when a statement was frozen."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.settlement.explained import Explanation, MonthFigures, explained, figures_of
from canteen.settlement.months import bounds, month_of
from canteen.settlement.tables import Statement


def explain(session: Session, *, statement: Statement) -> Explanation:
    """Explain the month of a statement, up to its part, against the month before; both as frozen by then.

    What was frozen never changes, so the same statement is explained in the same way for ever.
    """
    before = month_before(statement.month)
    at, canteen_id = statement.frozen_at, statement.canteen_id
    return explained(
        _figures(session, canteen_id, before, at, last_part=None),
        _figures(session, canteen_id, statement.month, at, last_part=statement.part),
    )


def month_before(month: str) -> str:
    """Return the month before."""
    first, _ = bounds(month)
    return month_of(first - timedelta(days=1))


def _figures(session: Session, canteen_id: int, month: str, at: datetime, *, last_part: int | None) -> MonthFigures:
    of_month = (Statement.canteen_id == canteen_id, Statement.month == month, Statement.frozen_at <= at)
    latest = (
        select(Statement.part, func.max(Statement.version).label("version"))
        .where(*of_month)
        .group_by(Statement.part)
        .subquery()
    )
    wanted = (
        select(Statement.content)
        .join(latest, (latest.c.part == Statement.part) & (latest.c.version == Statement.version))
        .where(*of_month)
    )
    if last_part is not None:
        wanted = wanted.where(Statement.part <= last_part)
    return figures_of(session.scalars(wanted.order_by(Statement.part)))
