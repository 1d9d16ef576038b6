"""Make the day pack: what a device needs to answer by itself while the network is away.

It carries data, never rules: who is expected, under which hashes, what each priced dish costs that very person today
as far as we know now, which cards are dead, and the public keys of page codes. It is signed, so that what a browser
kept overnight cannot be altered, and it ends with the day. Who is not in it is served all the same and settled later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, or_, select
from sqlalchemy.orm import Session

from canteen.checkin.code import Keys, card_codes, public_keys, sign_text
from canteen.checkin.hashes import hashed, salt_of
from canteen.checkin.tables import Card, Redemption, TypedNumber
from canteen.foundation import canonical
from canteen.foundation.clock import local
from canteen.foundation.references import number_of
from canteen.foundation.secrecy import masked_name
from canteen.menus.tables import DayMenu, Dish, MenuItem
from canteen.orders.tables import Order
from canteen.places import holding
from canteen.places.tables import Canteen, MealService
from canteen.seniors.tables import Person
from canteen.subsidy import Diner, MealToPrice, Published, known, price_with, read_dossier

# Who ate here within this time is expected again, with or without an order.
REGULARS = timedelta(days=30)
MOST_PEOPLE = 3000
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class SignedPack:
    """Hold a pack as text with its signature: what was signed is the very text."""

    text: str
    key_id: str
    signature: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class _Day:
    """Hold what every part of a pack is made from."""

    connection: Connection
    published: Published
    keys: Keys
    canteen: Canteen
    day: date
    salt: str
    dishes: Sequence[Any]


def day_pack(session: Session, keys: Keys, *, canteen_id: int, day: date, at: datetime) -> SignedPack:
    """Make the pack of a canteen's day as it stands at an instant."""
    connection, canteen = session.connection(), session.get_one(Canteen, canteen_id)
    salt, expires_at = salt_of(keys, canteen_ref=canteen.ref, day=day), local(day + timedelta(days=1), 0)
    dishes = _dishes(connection, canteen_id, day)
    of = _Day(connection, known(session), keys, canteen, day, salt, dishes)
    ids = _expected(connection, canteen_id, day)
    body = {
        "form": 1,
        "canteen": canteen.ref,
        "canteen_name": canteen.name,
        "tender": canteen.default_tender,
        "day": day.isoformat(),
        "issued_at": at.isoformat(),
        "expires_at": expires_at.isoformat(),
        "salt": salt,
        "keys": public_keys(keys),
        "meals": _meals(connection, canteen_id, day),
        "dishes": [_dish(row) for row in dishes],
        "people": _people(of, ids, at),
        "revoked": _revoked(of, ids),
    }
    text = canonical.text(body)
    return SignedPack(text, *sign_text(keys, "pack", text), expires_at)


def code_hashes(
    session: Session, keys: Keys, *, canteen_ref: str, person_ids: Sequence[int], day: date, at: datetime
) -> tuple[str, dict[int, list[str]]]:
    """Return the salt of a canteen's day, and by which hashes a telephone knows the codes of some people."""
    connection, salt = session.connection(), salt_of(keys, canteen_ref=canteen_ref, day=day)
    found = _hashes(connection, keys, salt, list(person_ids), at)
    rows = connection.execute(select(Person.id, Person.ref).where(Person.id.in_(person_ids)))
    return salt, {row.id: [hashed(salt, "person", str(number_of(row.ref))), *found[row.id]] for row in rows}


def _meals(connection: Connection, canteen_id: int, day: date) -> list[dict[str, Any]]:
    rows = connection.execute(
        select(MealService.meal, MealService.opens_minute, MealService.closes_minute)
        .where(MealService.canteen_id == canteen_id, *holding(day))
        .order_by(MealService.opens_minute)
    )
    return [{"meal": row.meal, "opens": row.opens_minute, "closes": row.closes_minute} for row in rows]


def _dishes(connection: Connection, canteen_id: int, day: date) -> Sequence[Any]:
    """Return what is on the menus of the day; of each meal the standard set meal first, as a walk-in gets it."""
    return connection.execute(
        select(DayMenu.meal, Dish.name, Dish.allergens, Dish.diets, Dish.is_set_meal, MenuItem.price_fen)
        .join(MenuItem, MenuItem.menu_id == DayMenu.id)
        .join(Dish, Dish.id == MenuItem.dish_id)
        .where(DayMenu.canteen_id == canteen_id, DayMenu.service_date == day)
        .order_by(DayMenu.meal, Dish.is_set_meal.desc(), MenuItem.position)
    ).all()


def _dish(row: Any) -> dict[str, Any]:
    return {"meal": row.meal, "name": row.name, "price_fen": row.price_fen}


def _expected(connection: Connection, canteen_id: int, day: date) -> list[int]:
    """Return who ordered here for the day, and who ate here of late, the orders first."""
    ordered = select(Order.person_id).where(Order.canteen_id == canteen_id, Order.service_date == day)
    ate = select(Redemption.person_id).where(
        Redemption.canteen_id == canteen_id, Redemption.service_date >= day - REGULARS
    )
    found: dict[int, None] = {}
    for wanted in (ordered, ate):
        found |= {row: None for row in connection.execute(wanted.distinct()).scalars() if row is not None}
    return list(found)[:MOST_PEOPLE]


def _people(of: _Day, ids: list[int], at: datetime) -> list[dict[str, Any]]:
    hashes, orders = _hashes(of.connection, of.keys, of.salt, ids, at), _orders(of.connection, ids, of.day)
    made = []
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        rows = of.connection.execute(select(Person.__table__).where(Person.id.in_(some)).order_by(Person.id))
        for row in rows.all():
            person = _person(row, of, orders[row.id])
            person["hashes"] = [hashed(of.salt, "person", str(number_of(row.ref))), *hashes[row.id]]
            person["own"] = _own_shares(of, row, at)
            made.append(person)
    return made


def _person(row: Any, of: _Day, orders: Sequence[Any]) -> dict[str, Any]:
    harmful = set(row.allergies)
    return {
        "name": masked_name(row.name),
        "flags": list(row.diet),
        "clashes": [number for number, dish in enumerate(of.dishes) if harmful & set(dish.allergens)],
        "orders": [_order(order, of.canteen.id, harmful) for order in orders],
    }


def _order(row: Any, canteen_id: int, harmful: set[str]) -> dict[str, Any]:
    is_here = row.canteen_id == canteen_id
    return {
        "ref": row.ref if is_here else "",
        "meal": row.meal,
        "state": row.state,
        "at": row.state_at.isoformat(),
        "place": "" if is_here else row.canteen_name,
        "dishes": row.dishes,
        "flags": list(row.flags or ()),
        "price_fen": row.price_fen,
        "own_fen": row.own_fen,
        "clash": "、".join(sorted(harmful & set(row.allergens or ()))),
    }


def _own_shares(of: _Day, row: Any, at: datetime) -> list[int]:
    """Return what each dish would cost the person, as a walk-in of the day."""
    diner = Diner(row.id, row.ref, row.birth_on, row.document_kind, row.region_code, row.diner)
    dossier = read_dossier(of.connection, of.published, diner, of.day)
    region, canteen_id = of.canteen.region_code, of.canteen.id
    priced: dict[tuple[Any, ...], int] = {}
    shares = []
    for dish in of.dishes:
        diet = dish.diets[0] if dish.is_set_meal and dish.diets else ""
        key = dish.meal, dish.price_fen, diet
        if key not in priced:
            meal = MealToPrice(of.day, dish.meal, "dine_in", dish.price_fen, 0, at, False, diet)
            answer = price_with(of.connection, of.published, diner, dossier, meal, region, canteen_id=canteen_id)
            priced[key] = answer.quote.own_fen
        shares.append(priced[key])
    return shares


def _orders(connection: Connection, ids: list[int], day: date) -> dict[int, list[Any]]:
    """Return the orders of the day by person, at whatever canteen; a walk-in that was taken back is none."""
    found: dict[int, list[Any]] = defaultdict(list)
    for start in range(0, len(ids), _AT_ONCE):
        wanted = (
            select(Order.__table__, Canteen.name.label("canteen_name"))
            .join(Canteen, Canteen.id == Order.canteen_id)
            .where(Order.person_id.in_(ids[start : start + _AT_ONCE]), Order.service_date == day)
            .where(or_(Order.channel != "walk_in", Order.state.not_like("cancelled%")))
            .order_by(Order.id)
        )
        for row in connection.execute(wanted):
            found[row.person_id].append(row)
    return found


def _hashes(connection: Connection, keys: Keys, salt: str, ids: list[int], at: datetime) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        cards = select(Card.person_id, Card.serial).where(Card.person_id.in_(some), Card.revoked_at.is_(None))
        for person_id, serial in connection.execute(cards):
            found[person_id] += [hashed(salt, "card", code) for code in card_codes(keys, serial)]
        numbers = select(TypedNumber.person_id, TypedNumber.number).where(
            TypedNumber.person_id.in_(some), TypedNumber.expires_at > at
        )
        for person_id, number in connection.execute(numbers):
            found[person_id].append(hashed(salt, "number", number))
    return found


def _revoked(of: _Day, ids: list[int]) -> list[str]:
    """Hash the dead cards of the district and of everybody expected."""
    dead = select(Card.serial).join(Person, Person.id == Card.person_id).where(Card.revoked_at.is_not(None))
    district = Person.region_code.startswith(of.canteen.region_code[:6])
    serials = set(of.connection.execute(dead.where(district)).scalars())
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        serials |= set(of.connection.execute(dead.where(Card.person_id.in_(some))).scalars())
    return sorted(hashed(of.salt, "card", code) for serial in serials for code in card_codes(of.keys, serial))
