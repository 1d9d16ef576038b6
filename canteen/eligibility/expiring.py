"""List whose category ends soon, so that they can come with their papers before it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from canteen.eligibility.rules import WARNED_BEFORE
from canteen.seniors import on_the_register, standing
from canteen.seniors.tables import Fact, Person


@dataclass(frozen=True)
class Expiring:
    """Name a person whose category holds no more from a day on."""

    person_id: int
    region_code: str
    category: str
    ends_on: date


def expiring(session: Session, *, on: date, person_ids: Sequence[int] | None = None) -> list[Expiring]:
    """List the people in reach whose category ends within sixty days and is not continued, the nearest first.

    Whoever has died or left is not among them.
    """
    wanted = select(Fact, Person.region_code).join(Person, Person.id == Fact.person_id)
    soon = wanted.where(
        *standing(), *on_the_register(), Fact.kind == "category", Fact.valid_until > on, Fact.valid_from <= on,
        Fact.valid_until <= on + WARNED_BEFORE, ~_is_gone(on), ~_is_continued(),
    )  # fmt: skip
    if person_ids is not None:
        soon = soon.where(Fact.person_id.in_(person_ids))
    rows = session.execute(soon.order_by(Fact.valid_until, Person.region_code, Fact.id)).all()
    return [Expiring(fact.person_id, region, fact.value, fact.valid_until) for fact, region in rows if fact.valid_until]


def _is_gone(on: date) -> ColumnElement[bool]:
    gone = aliased(Fact)
    return exists().where(
        gone.person_id == Fact.person_id, gone.kind.in_(("death", "exit")), gone.valid_from <= on,
        *standing(gone),
    )  # fmt: skip


def _is_continued() -> ColumnElement[bool]:
    after = aliased(Fact)
    return exists().where(
        after.person_id == Fact.person_id, after.kind == "category", after.value == Fact.value,
        after.valid_from == Fact.valid_until, *standing(after),
    )  # fmt: skip
