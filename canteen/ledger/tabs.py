"""Know what somebody still has on the tab."""

from __future__ import annotations

from sqlalchemy import ColumnClause, func, literal_column, select
from sqlalchemy.orm import Session

from canteen.ledger.chart import TAB
from canteen.ledger.tables import Posting

# The account stands in the text of the statement, so that the small index of the tabs alone serves it.
_TAB: ColumnClause[str] = literal_column(f"'{TAB}'")


def on_tab(session: Session, *, person_ref: str) -> int:
    """Return what a person has on the tab at every canteen, in fen; below zero is owed to the person."""
    wanted = select(func.sum(Posting.amount_fen)).where(Posting.account == _TAB, Posting.person_ref == person_ref)
    return int(session.connection().execute(wanted).scalar() or 0)
