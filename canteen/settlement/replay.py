"""Go through past meals in the order in which they happened, with the counters that each left behind.

What-if and late truth both live on this: the first asks what a draft would have given, the second what should have
been booked under what is known now. Core statements for some hundred people at once; whoever calls has checked the
scope.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, bindparam, select

from canteen.checkin.tables import Redemption, RedemptionUndo
from canteen.orders.tables import Order
from canteen.places.tables import Canteen
from canteen.subsidy import (
    History,
    MealToPrice,
    Published,
    Quote,
    Rulebook,
    Site,
    Usage,
    UsedChance,
    price_again,
)

PastMeal: TypeAlias = Row[*tuple[Any, ...]]

_MEALS = (
    select(
        Redemption.id,
        Redemption.ref,
        Redemption.person_id,
        Redemption.canteen_id,
        Redemption.service_date,
        Redemption.meal,
        Redemption.mode,
        Redemption.kind,
        Redemption.tender,
        Redemption.means,
        Redemption.category,
        Redemption.price_fen,
        Redemption.delivery_fee_fen,
        Redemption.own_fen,
        Redemption.trace,
        Redemption.happened_at,
        Order.placed_at,
        Order.in_time,
        Order.diet,
    )
    .join(Order, Order.id == Redemption.order_id)
    .outerjoin(RedemptionUndo, RedemptionUndo.redemption_ref == Redemption.ref)
    .where(
        Redemption.person_id.in_(bindparam("ids", expanding=True)),
        Redemption.service_date >= bindparam("first"),
        Redemption.service_date < bindparam("until"),
        Redemption.kind == "meal",
        Redemption.id <= bindparam("last_id"),
        RedemptionUndo.redemption_ref.is_(None),
    )
    .order_by(Redemption.person_id, Redemption.happened_at, Redemption.id)
)
NEWEST = 2**62


@dataclass(frozen=True, slots=True)
class Period:
    """Name the meals to look at: served from a day to before another, noted up to a number."""

    first: date
    until: date
    last_id: int = NEWEST


Decide: TypeAlias = Callable[[PastMeal, Quote], Sequence[UsedChance]]
Given: TypeAlias = Callable[[PastMeal], Mapping[str, int]]


def meals_of(connection: Connection, person_ids: Sequence[int], period: Period) -> dict[int, list[PastMeal]]:
    """Read the meals that stand, by person, in the order in which they happened; further trays are no meals here."""
    wanted = {"ids": list(person_ids), "first": period.first, "until": period.until, "last_id": period.last_id}
    found: dict[int, list[PastMeal]] = defaultdict(list)
    for row in connection.execute(_MEALS, wanted):
        found[row.person_id].append(row)
    return found


class Sites:
    """Say how each canteen stood on a day, with its place as it was called; worked out once for each day."""

    def __init__(self, connection: Connection, published: Published) -> None:
        self._connection = connection
        self._published = published
        rows = connection.execute(select(Canteen.id, Canteen.region_code))
        self._regions = {row.id: row.region_code for row in rows}
        self._known: dict[tuple[int, date], Site] = {}

    def on(self, canteen_id: int, day: date) -> Site:
        """Return how a canteen stood on a day."""
        found = self._known.get((canteen_id, day))
        if found is None:
            code = self._regions[canteen_id]
            place = self._published.named_places(self._connection, {code}, day)[code]
            found = self._published.site(self._connection, canteen_id, place, day)
            self._known[canteen_id, day] = found
        return found


@dataclass(frozen=True, slots=True)
class Replay:
    """Hold the rules and canteens by which meals are gone through again."""

    book: Rulebook
    sites: Sites

    def run(
        self,
        history: History,
        meals: Sequence[PastMeal],
        given: Given,
        decide: Decide,
        records: Mapping[int, History] = MappingProxyType({}),
    ) -> None:
        """Price one person's meals again, one after the other.

        A meal that was served to a record merged since is priced on that record's own facts (``records``).

        ``given`` says what each funder gave for a meal then; ``decide`` gets each meal with its new quote and answers
        which chances count as used from then on.
        """
        known = {meal.ref for meal in meals}
        chances = [one for ref, used in history.chances if ref not in known for one in used]
        eaten = {(one.service_date, one.meal) for one in chances}
        month = ""
        for meal in meals:
            if month != (month := meal.service_date.isoformat()[:7]):
                chances = self._still_counting(chances, meal.service_date)
            usage, key = Usage(tuple(chances)), (meal.service_date, meal.meal)
            again = self._price(
                records.get(meal.person_id, history), meal, usage, has_eaten=key in eaten, given=given(meal)
            )
            used = decide(meal, again)
            if used:
                chances.extend(used)
                eaten.add(key)

    def _still_counting(self, chances: list[UsedChance], day: date) -> list[UsedChance]:
        first = self.book.counts_from(day)
        return [one for one in chances if one.service_date >= first]

    def _price(
        self, history: History, meal: PastMeal, usage: Usage, *, has_eaten: bool, given: Mapping[str, int]
    ) -> Quote:
        day = meal.service_date
        return price_again(
            self.book, history.facts_on(day), history.diner, asked(meal), self.sites.on(meal.canteen_id, day),
            usage=usage, has_eaten=has_eaten, given=given,
        )  # fmt: skip


def asked(meal: PastMeal) -> MealToPrice:
    """Describe a past meal as the counter did when it priced it."""
    return MealToPrice(
        meal.service_date, meal.meal, meal.mode, meal.price_fen, meal.delivery_fee_fen, meal.placed_at,
        meal.in_time, meal.diet,
    )  # fmt: skip
