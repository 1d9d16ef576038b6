"""Live months by a seed in a fresh town, and prove everything once more at the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from canteen import ledger, treasury
from canteen.foundation.db import EVERYWHERE, Database
from canteen.ledger.tables import Book
from tests.simulator.chance import drawn
from tests.simulator.office import Offices


@dataclass(frozen=True)
class Shape:
    """Say how long a life is."""

    months: int
    days: int
    acts: int

    def service_days(self) -> list[list[date]]:
        """Return working days of each month from March on; none of them is a day off."""
        return [
            [day for day in (date(2026, 3 + number, 8 + one) for one in range(11)) if day.weekday() < 5][: self.days]
            for number in range(self.months)
        ]


def live(database: Database, *, seed: int, shape: Shape) -> Offices:
    """Live months by a seed, and let the house prove its books and pairs of books at the end."""
    lived = shape.service_days()
    with drawn() as stand_in:
        found = Offices(database, stand_in, seed=seed, days=[day for month in lived for day in month])
        found.live(lived, acts=shape.acts)
    with database.reading(EVERYWHERE) as session:
        connection = session.connection()
        assert ledger.verify(connection)[0] == []
        assert treasury.mirror(connection) == []
    return found


def ends(database: Database) -> str:
    """Return the ends of all chains as one word: the same seed gives the same on every database."""
    with database.reading(EVERYWHERE) as session:
        heads = session.execute(select(Book.hash).order_by(Book.id)).scalars()
        return " ".join(head[:8] for head in heads)
