"""Read rows fast for who may see everything, and narrowed for who may not.

Chat and jobs see everywhere: there is nothing to narrow, so their looks can take the short way of `Prepared`. A page of
staff asks the same question through the ORM, which adds the scope. One statement, one answer, two ways.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from canteen.foundation.db import connection_of, scope_of
from canteen.foundation.prepared import Prepared


class Narrowed:
    """Hold a SELECT of columns with named parameters."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        self._prepared = Prepared(statement)

    def all(self, session: Session, values: Mapping[str, Any]) -> list[Any]:
        """Return the rows that the session may see, with named columns."""
        if not scope_of(session).everywhere:
            return list(session.execute(self._statement, values).all())
        if session.autoflush:
            session.flush()
        return self._prepared.all(connection_of(session), values)
