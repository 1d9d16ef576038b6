"""A scan waits for the database a dozen times at most: on a slow line each time is a tray that waits."""

from __future__ import annotations

from canteen import checkin
from canteen.foundation.db import EVERYWHERE, Database
from canteen.ledger.tables import JournalEntry
from tests import builders as make
from tests.counting import counting

# PostgreSQL writes attempt, meal, claims, entries and postings by one statement.
MOST = {"sqlite": 12, "postgresql": 8}


def statements_of(
    database: Database, first: checkin.ScanRequest, second: checkin.ScanRequest, reason: str
) -> list[str]:
    """Scan once, so that policies and names are known, then count the statements of another scan."""
    with counting(database) as said:
        checkin.redeem(database, make.KEYS, first)
        said.clear()
        answer = checkin.redeem(database, make.KEYS, second)
    assert answer.reason == reason
    assert said.count("COMMIT") == 1
    return said


def test_an_ordered_subsidised_meal_takes_a_dozen_statements(database: Database, town: make.Town) -> None:
    with database.transaction(EVERYWHERE) as session:
        people = [make.a_senior(session), make.a_senior(session, name="李福来")]
        for person in people:
            make.an_order(session, town, person)
        scans = [make.a_scan(town, make.a_code(session, person).digits) for person in people]

    said = statements_of(database, *scans, "served")

    with database.reading(EVERYWHERE) as session:
        kinds = {entry.kind for entry in session.query(JournalEntry)}
    assert kinds == {"meal", "operator"}
    assert len(said) <= MOST[database.engine.dialect.name], "\n".join(said)


def test_a_walk_in_who_gives_up_an_order_elsewhere_takes_two_more(database: Database, town: make.Town) -> None:
    with database.transaction(EVERYWHERE) as session:
        other = make.a_canteen(session)
        items = make.a_menu(session, other)
        people = [make.a_senior(session), make.a_senior(session, name="李福来")]
        for person in people:
            make.an_order(session, make.Town(other, items[0], items[1]), person)
        scans = [make.a_scan(town, make.a_code(session, person).digits) for person in people]

    said = statements_of(database, *scans, "walk_in")

    # The day's menu is looked up, and the order elsewhere is given up.
    assert len(said) <= MOST[database.engine.dialect.name] + 2, "\n".join(said)
