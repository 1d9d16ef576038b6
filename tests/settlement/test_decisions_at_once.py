"""Two accountants decide on many proposals at once: one waits for the other, and neither is thrown back."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from canteen import ledger
from canteen.foundation.db import EVERYWHERE, Database
from canteen.ledger.tables import Book
from canteen.settlement import ProposalView
from tests import builders as make
from tests.journeys.running import until
from tests.settlement import late, months


@pytest.mark.postgresql
def test_ends_of_books_are_locked_in_one_order_whatever_the_order_of_the_meals(database: Database) -> None:
    books, proposals = _wrong_meals_at_two_canteens(database)
    accountant = threading.Thread(target=late.accept, args=(database, proposals))
    with database.transaction(EVERYWHERE) as holder:
        ledger.lock_head(holder.connection(), book_id=books[0])
        accountant.start()
        until(lambda: _somebody_waits(database), "the acceptance reaches the first book")
        with database.transaction(EVERYWHERE) as other:
            other.execute(text("SET LOCAL lock_timeout = '1s'"))
            ledger.lock_head(other.connection(), book_id=books[1])
    accountant.join()
    assert late.waiting(database) == []


def _wrong_meals_at_two_canteens(database: Database) -> tuple[list[int], list[ProposalView]]:
    """Let the first person eat at the second canteen and the last one at the first, and learn of both deaths late."""
    here = months.a_world(database, days=1)
    with database.transaction(EVERYWHERE) as session:
        elsewhere = make.a_canteen(session, name="第二食堂")
        make.a_menu(session, elsewhere)
        wanted = select(Book.id).where(Book.canteen_id.in_([here.town.canteen_id, elsewhere])).order_by(Book.id)
        books = list(session.scalars(wanted))
    there = replace(here, town=replace(here.town, canteen_id=elsewhere))
    months.eat(database, there, here.people[0])
    months.eat(database, here, here.people[-1])
    for person in (here.people[0], here.people[-1]):
        late.state(database, person, "death", "deceased", here.days[0])
    found = late.proposed(database)
    assert len(found) == len(books) == 2
    return books, found


def _somebody_waits(database: Database) -> bool:
    with database.reading(EVERYWHERE) as session:
        return bool(session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))
