"""List the people whom a policy would feed and who never or rarely came: nobody in need is to be missed (应保尽保).

Whether somebody is entitled is asked of the rules themselves: a usual meal on a usual day is priced, and who would be
given a subsidy for it is on the list. People are those within the asker's regions; their meals count wherever they
were eaten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.orm import Session

from canteen import places
from canteen.checkin.tables import Redemption, RedemptionUndo
from canteen.foundation.errors import Invalid
from canteen.foundation.secrecy import masked_name
from canteen.places import Nearest
from canteen.seniors.tables import Person
from canteen.subsidy import (
    History,
    MealToPrice,
    Published,
    Rulebook,
    Site,
    Usage,
    known_by,
    price_again,
    read_histories,
    rulebook,
)

USUAL_PRICE_FEN = 2000
DAYS = 90
_AT_ONCE = 500
_TRIED = tuple((meal, mode) for meal in ("lunch", "dinner", "breakfast") for mode in ("dine_in", "delivery"))
_EATEN = (
    select(
        Redemption.person_id,
        func.max(Redemption.service_date).label("last_day"),
        func.count(Redemption.id).filter(Redemption.service_date > bindparam("since")).label("meals"),
    )
    .outerjoin(RedemptionUndo, RedemptionUndo.redemption_ref == Redemption.ref)
    .where(
        Redemption.person_id.in_(bindparam("ids", expanding=True)),
        Redemption.service_date <= bindparam("on"),
        RedemptionUndo.redemption_ref.is_(None),
    )
    .group_by(Redemption.person_id)
)


@dataclass(frozen=True, slots=True)
class Gap:
    """Hold one person who is entitled and was hardly ever served."""

    person_ref: str
    person_masked: str
    region_code: str
    birth_on: date | None
    category: str
    last_day: date | None
    meals: int
    nearest: Nearest | None

    @property
    def is_never(self) -> bool:
        """Tell whether the person never came."""
        return self.last_day is None


def gaps(session: Session, *, region_code: str, on: date, days: int = DAYS, at_most: int = 0) -> list[Gap]:
    """List who is entitled on a day and had at most so many meals in the days before it, by village.

    ``settlement.period_malformed`` for a span that is no span.
    """
    if not 1 <= days <= 366 or at_most < 0:
        raise Invalid("settlement.period_malformed", most=366)
    connection = session.connection()
    published = known_by(connection)
    people = _people(session, places.prefix(places.padded(region_code)))
    found = [
        gap
        for start in range(0, len(people), _AT_ONCE)
        for gap in _some(connection, published, people[start : start + _AT_ONCE], on, days, at_most)
    ]
    near = places.nearest_canteens(session, codes=[gap.region_code for gap in found], on=on)
    located = [_located(gap, near.get(gap.region_code)) for gap in found]
    return sorted(located, key=lambda gap: (gap.region_code, gap.last_day or date.min, gap.person_ref))


def _people(session: Session, prefix: str) -> Sequence[Any]:
    wanted = select(Person.id, Person.ref, Person.name, Person.region_code, Person.birth_on).where(
        Person.region_code.startswith(prefix), Person.merged_into_id.is_(None), Person.diner != "public"
    )
    return session.execute(wanted.order_by(Person.id)).all()


def _some(
    connection: Connection, published: Published, people: Sequence[Any], on: date, days: int, at_most: int
) -> Iterator[Gap]:
    ids = [person.id for person in people]
    values = {"ids": ids, "since": on - timedelta(days=days), "on": on}
    eaten = {row.person_id: row for row in connection.execute(_EATEN, values)}
    rare = [person for person in people if person.id not in eaten or eaten[person.id].meals <= at_most]
    histories = read_histories(connection, published, [person.id for person in rare])
    book, day = rulebook(published), _working_day(published, on)
    for person in rare:
        category = None if _has_left(histories[person.id], on) else _entitled(book, histories[person.id], day)
        if category is not None:
            row = eaten.get(person.id)
            yield Gap(
                person.ref, masked_name(person.name), person.region_code, person.birth_on, category,
                row.last_day if row else None, row.meals if row else 0, None,
            )  # fmt: skip


def _has_left(history: History, on: date) -> bool:
    return any(row.a == "exit" and row.first <= on and (row.until is None or on < row.until) for row in history.rows)


def _entitled(book: Rulebook, history: History, day: date) -> str | None:
    """Return by which class somebody would be given a subsidy for a usual meal; None where the rules give none."""
    facts = history.facts_on(day)
    site = Site(place=facts.lives)
    for meal, mode in _TRIED:
        usual = MealToPrice(day, meal, mode, USUAL_PRICE_FEN, ordered_in_time=True)
        quote = price_again(book, facts, history.diner, usual, site, usage=Usage(), has_eaten=False, given={})
        if quote.subsidy_fen:
            return quote.category
    return None


def _working_day(published: Published, on: date) -> date:
    """Return the working day that is nearest before a day, since many policies know no other."""
    day = on
    while not published.calendar.is_working(day, make_up_counts=True):
        day -= timedelta(days=1)
    return day


def _located(gap: Gap, nearest: Nearest | None) -> Gap:
    return Gap(
        gap.person_ref, gap.person_masked, gap.region_code, gap.birth_on, gap.category, gap.last_day, gap.meals, nearest
    )
