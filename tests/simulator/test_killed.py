"""A process that is killed before any of its statements leaves nothing, and the same key then makes one entry."""

from __future__ import annotations

from sqlalchemy import func, select

from canteen import checkin, ledger
from canteen.foundation.db import EVERYWHERE, Database
from canteen.ledger.tables import JournalEntry
from tests import builders as make
from tests.simulator.counter import FEWEST_STATEMENTS
from tests.simulator.killing import killed


def test_killed_before_each_statement_and_asked_again_it_is_booked_once(database: Database, town: make.Town) -> None:
    with database.transaction(EVERYWHERE) as session:
        known, number = (make.a_number(session, make.a_senior(session)) for _ in range(2))
    # A first meal, so that the children need not make their statements themselves.
    checkin.redeem(database, make.KEYS, make.a_scan(town, known))
    scan, tried = make.a_scan(town, number, scan_id="scan-killed-1"), 1

    def act(opened: Database) -> checkin.Answer:
        return checkin.redeem(opened, make.KEYS, scan)

    while killed(database, act, before=tried):
        assert entry_count(database) == 2, tried
        tried += 1
    assert tried > FEWEST_STATEMENTS
    act(database)
    assert entry_count(database) == 4
    with database.reading(EVERYWHERE) as session:
        assert ledger.verify(session.connection())[0] == []


def entry_count(database: Database) -> int:
    with database.reading(EVERYWHERE) as session:
        return session.scalar(select(func.count()).select_from(JournalEntry)) or 0
