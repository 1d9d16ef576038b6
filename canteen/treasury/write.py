"""Write a row, and say in a refusal what the database says in an error."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.foundation.db import Base
from canteen.foundation.errors import CanteenError, Conflict, Refused


def insert(session: Session, row: Base) -> None:
    """Insert a row; what the database refuses becomes a refusal with its code."""
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise _refusal(str(error.orig)) from None


def _refusal(said: str) -> CanteenError:
    if "treasury.same_eyes" in said:
        return Refused("treasury.same_eyes")
    if "treasury.query_open" in said:
        return Refused("treasury.query_open")
    if "treasury.step_order" in said:
        return Refused("treasury.step_order")
    if "treasury.superseded" in said:
        return Refused("treasury.superseded")
    if "treasury.more_than_due" in said:
        return Refused("treasury.more_than_due")
    if "treasury.transfer_negative" in said:
        return Refused("treasury.transfer_negative")
    if "treasury.line_settled" in said:
        return Conflict("treasury.line_settled")
    return Conflict("treasury.moved")
