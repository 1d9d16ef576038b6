"""Read who stands at the counter: the person behind a code, what they ordered today, and the canteen's hours.

One statement for each kind of code, since this is the first thing every scan waits for. It gives a row for each meal
period that the canteen serves (and each order of the person for it), with the person's columns repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Date, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from canteen import places
from canteen.checkin.tables import Card, ScanAttempt, TypedNumber
from canteen.checkin.tries import FAILED_TRIES, tries_by
from canteen.foundation.prepared import Prepared
from canteen.ledger.tables import Book
from canteen.orders.tables import Order
from canteen.places.tables import Canteen, MealService
from canteen.seniors.tables import Person
from canteen.subsidy import EDITION, EDITION_NAMES, Diner

LIVE = ("placed", "locked", "served", "delivered")
_GRACE = timedelta(minutes=90)


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """Hold what the counter needs of an order."""

    id: int
    ref: str
    state: str
    state_at: datetime
    canteen_id: int
    canteen_name: str
    meal: str
    mode: str
    price_fen: int
    delivery_fee_fen: int
    own_fen: int
    dishes: str
    flags: tuple[str, ...]
    allergens: frozenset[str]
    menu_id: int | None
    placed_at: datetime | None = None
    in_time: bool = False
    diet: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """Hold one meal period of the canteen, in minutes after local midnight."""

    meal: str
    opens_minute: int
    closes_minute: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """Hold who came, to which canteen, with which orders of the day."""

    diner: Diner
    name: str
    diet: tuple[str, ...]
    allergies: frozenset[str]
    revision: int
    canteen_id: int
    canteen_name: str
    canteen_region: str
    canteen_phone: str
    default_tender: str
    book_id: int
    periods: tuple[Period, ...]
    orders: tuple[KnownOrder, ...]
    edition: tuple[Any, ...]
    code_day: date | None
    code_meal: str | None
    code_expires_at: datetime | None
    card_revoked_at: datetime | None
    failed_tries: int

    def order_for(self, meal: str) -> KnownOrder | None:
        """Return the order that counts for a meal: a live one, else the last that was cancelled."""
        of_meal = [order for order in self.orders if order.meal == meal]
        live = [order for order in of_meal if order.state in LIVE]
        return next(iter(live), of_meal[-1] if of_meal else None)

    def meal_at(self, minute: int) -> str | None:
        """Return the meal that is being served at a minute of the day, else the nearest one within the grace."""
        distances = sorted((_distance(period, minute), period.meal) for period in self.periods)
        if not distances or distances[0][0] > _GRACE // timedelta(minutes=1):
            return None
        return distances[0][1]


def read_by_ref(connection: Connection, *, ref: str, canteen_id: int, day: date) -> Arrival | None:
    """Find the person that a page code names."""
    return _arrival(connection, _BY_REF, {"ref": ref, "canteen": canteen_id, "day": day})


def read_by_card(connection: Connection, *, serial: int, canteen_id: int, day: date) -> Arrival | None:
    """Find the holder of a card."""
    return _arrival(connection, _BY_CARD, {"serial": serial, "canteen": canteen_id, "day": day})


def read_by_number(
    connection: Connection, *, number: str, canteen_id: int, day: date, device: str, at: datetime
) -> Arrival | None:
    """Find the person for whom an eight-digit number was issued, and how often the device guessed of late."""
    values = {"number": number, "canteen": canteen_id, "day": day, **tries_by(device, at)}
    return _arrival(connection, _BY_NUMBER, values)


def read_by_order(connection: Connection, *, order_ref: str, canteen_id: int, day: date) -> Arrival | None:
    """Find the person who made an order, picked from the list of the day by hand."""
    return _arrival(connection, _BY_ORDER, {"order_ref": order_ref, "canteen": canteen_id, "day": day})


def read_by_attempt(connection: Connection, *, scan_id: str, canteen_id: int, day: date) -> Arrival | None:
    """Find the person of an earlier attempt of the day at the same canteen."""
    return _arrival(connection, _BY_ATTEMPT, {"scan_id": scan_id, "canteen": canteen_id, "day": day})


def _distance(period: Period, minute: int) -> int:
    if period.opens_minute <= minute < period.closes_minute:
        return 0
    return min(abs(minute - period.opens_minute), abs(minute - period.closes_minute))


_named = aliased(Person)
_other = aliased(Canteen)
_made = aliased(Order)

_BASE = (
    select(
        Person.id.label("person_id"),
        Person.ref.label("person_ref"),
        Person.name,
        Person.diet,
        Person.allergies,
        Person.birth_on,
        Person.document_kind,
        Person.region_code,
        Person.diner,
        Person.revision,
        Canteen.id.label("canteen_id"),
        Canteen.name.label("canteen_name"),
        Canteen.region_code.label("canteen_region"),
        Canteen.phone.label("canteen_phone"),
        Canteen.default_tender,
        Book.id.label("book_id"),
        MealService.meal.label("period_meal"),
        MealService.opens_minute,
        MealService.closes_minute,
        Order.id.label("order_id"),
        Order.ref.label("order_ref"),
        Order.state,
        Order.state_at,
        Order.canteen_id.label("order_canteen_id"),
        _other.name.label("order_canteen_name"),
        Order.meal.label("order_meal"),
        Order.mode,
        Order.price_fen,
        Order.delivery_fee_fen,
        Order.own_fen,
        Order.dishes,
        Order.flags,
        Order.allergens,
        Order.menu_id,
        Order.placed_at,
        Order.in_time,
        Order.diet.label("order_diet"),
        *EDITION,
    )
    .select_from(_named)
    # A code, card, order or attempt may name a record that was merged into another: that other one eats.
    .join(Person, Person.id == func.coalesce(_named.merged_into_id, _named.id))
    .join(Canteen, Canteen.id == bindparam("canteen"))
    .join(Book, Book.canteen_id == Canteen.id)
    .join(MealService, (MealService.canteen_id == Canteen.id) & and_(*places.holding(bindparam("day", type_=Date))))
    .outerjoin(
        Order,
        (Order.person_id == Person.id)
        & (Order.service_date == bindparam("day", type_=Date))
        & (Order.meal == MealService.meal)
        # A walk-in that was taken back is no order that anybody cancelled: the next scan is a walk-in again.
        & or_(Order.channel != "walk_in", *(Order.state == state for state in LIVE)),
    )
    .outerjoin(_other, _other.id == Order.canteen_id)
    .order_by(Order.id)
)

_BY_REF = Prepared(_BASE.where(_named.ref == bindparam("ref")))
_BY_CARD = Prepared(
    _BASE.add_columns(Card.revoked_at).join(Card, Card.person_id == _named.id).where(Card.serial == bindparam("serial"))
)
_BY_NUMBER = Prepared(
    _BASE.add_columns(
        TypedNumber.service_date.label("code_day"),
        TypedNumber.meal.label("code_meal"),
        TypedNumber.expires_at.label("code_expires_at"),
    )
    .add_columns(FAILED_TRIES.label("failed_tries"))
    .join(TypedNumber, TypedNumber.person_id == _named.id)
    .where(TypedNumber.number == bindparam("number"))
)
_BY_ORDER = Prepared(
    _BASE.add_columns(_made.service_date.label("code_day"), _made.meal.label("code_meal"))
    .join(_made, _made.person_id == _named.id)
    .where(_made.ref == bindparam("order_ref"), _made.canteen_id == bindparam("canteen"))
)
_BY_ATTEMPT = Prepared(
    _BASE.add_columns(ScanAttempt.service_date.label("code_day"), ScanAttempt.meal.label("code_meal"))
    .join(ScanAttempt, ScanAttempt.person_id == _named.id)
    .where(
        ScanAttempt.scan_id == bindparam("scan_id"),
        ScanAttempt.canteen_id == bindparam("canteen"),
        ScanAttempt.service_date == bindparam("day", type_=Date),
    )
)


def _arrival(connection: Connection, query: Prepared, values: dict[str, Any]) -> Arrival | None:
    rows = query.all(connection, values)
    if not rows:
        return None
    first = rows[0]
    diner = Diner(
        first.person_id,
        first.person_ref,
        first.birth_on,
        first.document_kind,
        first.region_code,
        first.diner,
    )
    return Arrival(
        diner=diner,
        name=first.name,
        diet=tuple(first.diet),
        allergies=frozenset(first.allergies),
        revision=first.revision,
        canteen_id=first.canteen_id,
        canteen_name=first.canteen_name,
        canteen_region=first.canteen_region,
        canteen_phone=first.canteen_phone,
        default_tender=first.default_tender,
        book_id=first.book_id,
        periods=tuple({Period(row.period_meal, row.opens_minute, row.closes_minute): None for row in rows}),
        orders=tuple(_order(row) for row in rows if row.order_id is not None),
        edition=tuple(getattr(first, name) for name in EDITION_NAMES),
        code_day=getattr(first, "code_day", None),
        code_meal=getattr(first, "code_meal", None),
        code_expires_at=getattr(first, "code_expires_at", None),
        card_revoked_at=getattr(first, "revoked_at", None),
        failed_tries=getattr(first, "failed_tries", 0),
    )


def _order(row: Any) -> KnownOrder:
    return KnownOrder(
        id=row.order_id,
        ref=row.order_ref,
        state=row.state,
        state_at=row.state_at,
        canteen_id=row.order_canteen_id,
        canteen_name=row.order_canteen_name,
        meal=row.order_meal,
        mode=row.mode,
        price_fen=row.price_fen,
        delivery_fee_fen=row.delivery_fee_fen,
        own_fen=row.own_fen,
        dishes=row.dishes,
        flags=tuple(row.flags or ()),
        allergens=frozenset(row.allergens or ()),
        menu_id=row.menu_id,
        placed_at=row.placed_at,
        in_time=bool(row.in_time),
        diet=row.order_diet,
    )
