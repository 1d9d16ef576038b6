"""List whom to call and under which number, when something has to be said to everybody at once.

Telephone numbers and names in full come out of the register here, so each list that is opened is written to the
canteen's chain: who, why, how many.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import audit, places
from canteen.foundation.db import vault_of
from canteen.orders.tables import Order
from canteen.seniors.tables import Contact, FamilyLink, Person


@dataclass(frozen=True, slots=True)
class Call:
    """Say whom to call about which meal: the diner's number first, then who is to be called for the diner.

    ``is_told`` says that an account of theirs hears of it in a chat as well.
    """

    order_ref: str
    name: str
    phone: str
    others: tuple[tuple[str, str], ...]
    meal: str
    dishes: str
    is_told: bool


def call_list(
    session: Session, *, canteen_id: int, order_refs: Collection[str], why: str, actor: str, at: datetime
) -> tuple[Call, ...]:
    """Return whom to call about some orders, those first whom no chat reaches; keep who looked.

    It looks into the register, so it needs a session that may see the diners, and orders that the asker may see.
    """
    rows = session.execute(
        select(Order.ref, Order.meal, Order.dishes, Person.id, Person.name, Person.phone_sealed)
        .join(Person, Person.id == Order.person_id)
        .where(Order.ref.in_(order_refs))
        .order_by(Order.meal, Order.id)
    ).all()
    people = {row.id for row in rows}
    others, told = _others(session, people), _told(session, people)
    vault = vault_of(session)
    listed = [
        Call(
            order_ref=row.ref,
            name=row.name,
            phone=vault.open(row.phone_sealed) if row.phone_sealed else "",
            others=tuple((name, vault.open(sealed)) for name, sealed in others.get(row.id, ())),
            meal=row.meal,
            dishes=row.dishes,
            is_told=row.id in told,
        )
        for row in rows
    ]
    if listed:
        _record(session, canteen_id, why, len(listed), actor, at)
    return tuple(sorted(listed, key=lambda call: call.is_told))


def _others(session: Session, people: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    rows = session.execute(
        select(Contact.person_id, Contact.name, Contact.phone_sealed)
        .where(Contact.person_id.in_(people), Contact.ended_at.is_(None))
        .order_by(Contact.is_emergency.desc(), Contact.id)
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for person_id, name, sealed in rows:
        found.setdefault(person_id, []).append((name, sealed))
    return found


def _told(session: Session, people: Collection[int]) -> frozenset[int]:
    wanted = select(FamilyLink.person_id).where(FamilyLink.person_id.in_(people), FamilyLink.ended_at.is_(None))
    return frozenset(session.scalars(wanted))


def diners(session: Session, *, order_refs: Collection[str]) -> Sequence[tuple[str, int, str]]:
    """Return (order, key of the diner, name of the diner) for each order: whom something is to be told."""
    rows = session.execute(
        select(Order.ref, Person.id, Person.name)
        .join(Person, Person.id == Order.person_id)
        .where(Order.ref.in_(order_refs))
        .order_by(Order.id)
    )
    return [(ref, person_id, name) for ref, person_id, name in rows]


def _record(session: Session, canteen_id: int, why: str, count: int, actor: str, at: datetime) -> None:
    canteen = places.canteen_by_id(session, canteen_id=canteen_id)
    audit.record(
        session, chain=f"canteen:{canteen.ref}", at=at, actor=actor, action="call_list_opened", subject=why, count=count
    )
