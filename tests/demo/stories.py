"""Load small stories and read them back without what differs from machine to machine."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from canteen import demo, tables
from canteen.foundation import canonical
from canteen.foundation.db import EVERYWHERE, Database
from tests import builders

MONDAY_NIGHT = datetime.fromisoformat("2026-11-23T03:00+08:00")


def a_story(
    database: Database, *, people: int = 40, days: int = 5, seed: int = 1, at: datetime = MONDAY_NIGHT, **more: Any
) -> demo.Wanted:
    """Load a small story and return what was wanted."""
    wanted = demo.Wanted(demo.opening(at), seed, people, days)
    demo.load(database, builders.KEYS, wanted=wanted, say=more.get("say", lambda _: None))
    return wanted


def digest(database: Database) -> str:
    """Return the digest of everybody and of every meal; keys and references are left out, for they are drawn."""
    with database.reading(EVERYWHERE) as session:
        return canonical.digest({"people": _people(session), "orders": _orders(session), "meals": _meals(session)})


def _people(session: Any) -> list[Any]:
    person, fact = tables.seniors.Person, tables.seniors.Fact
    rows = session.scalars(select(person).order_by(person.id)).all()
    facts = session.scalars(select(fact).order_by(fact.id)).all()
    return [
        [
            one.name, one.birth_on.isoformat(), one.region_code, one.diner, one.document_tail, one.phone_tail,
            one.diet, one.allergies,
            [[f.kind, f.value, f.valid_from.isoformat(), str(f.valid_until)] for f in facts if f.person_id == one.id],
        ]
        for one in rows
    ]  # fmt: skip


def _orders(session: Any) -> list[Any]:
    order, person = tables.orders.Order, tables.seniors.Person
    rows = session.execute(
        select(order, person.name).join(person, person.id == order.person_id).order_by(order.placed_at, person.id)
    )
    return [
        [name, one.placed_at.isoformat(), one.service_date.isoformat(), one.meal, one.mode, one.state, one.dishes,
         one.own_fen, one.channel]
        for one, name in rows
    ]  # fmt: skip


def _meals(session: Any) -> list[Any]:
    meal, person, canteen = tables.checkin.Redemption, tables.seniors.Person, tables.places.Canteen
    rows = session.execute(
        select(meal, person.name, canteen.name)
        .join(person, person.id == meal.person_id)
        .join(canteen, canteen.id == meal.canteen_id)
        .order_by(meal.happened_at, person.id, meal.kind)
    )
    undone = set(session.scalars(select(tables.checkin.RedemptionUndo.redemption_ref)))
    changed = {row.redemption_ref: row.tender for row in session.scalars(select(tables.checkin.TenderChange))}
    return [
        [who, where, one.happened_at.isoformat(), one.meal, one.kind, one.mode, changed.get(one.ref, one.tender),
         one.price_fen, one.discount_fen, one.subsidy_fen, one.own_fen, one.operator_fen, one.ref in undone]
        for one, who, where in rows
    ]  # fmt: skip
