"""Look into everything that became known late, each person in a transaction of its own; may be run at any time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from canteen.foundation.db import EVERYWHERE, Database
from canteen.settlement.causes import (
    Known,
    unknown_days,
    unknown_documents,
    unknown_facts,
    unknown_joins,
    unknown_policies,
)
from canteen.settlement.late_truth import propose
from canteen.subsidy import known_by


def reconsider(database: Database, *, at: datetime) -> int:
    """Propose what is due for whatever became known and was not looked into yet; answers how many proposals.

    Interrupted half-way it goes on where it stopped: a cause is marked together with its proposals.
    """
    with database.reading(EVERYWHERE) as session:
        connection = session.connection()
        waiting = [*unknown_facts(connection), *unknown_documents(connection), *unknown_joins(connection)]
        for_many = [*unknown_policies(connection, known_by(connection)), *unknown_days(connection)]
    count = _each(database, waiting, at)
    return count + sum(_each(database, known, at) for known in for_many)


def _each(database: Database, waiting: Iterable[Known], at: datetime) -> int:
    count = 0
    for known in waiting:
        with database.transaction(EVERYWHERE) as session:
            count += propose(session, known=known, at=at)
    return count
