"""Know who has to be visited, who was seen, and what share of a village that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.checkin.tables import Redemption
from canteen.foundation.clock import local, service_day
from canteen.foundation.db import vault_of
from canteen.foundation.errors import Invalid
from canteen.rounds.tables import DoorEvent
from canteen.seniors import on_the_register
from canteen.seniors.tables import Fact, Person
from canteen.welfare.rules import is_overdue, visit_every
from canteen.welfare.tables import Visit, WelfareTerms
from canteen.welfare.watching import terms_over

_AT_ONCE = 900
_LATEST = timedelta(days=31)


@dataclass(frozen=True)
class Due:
    """Show somebody who has to be visited: how often, when last seen, whether that is too long ago."""

    person_id: int
    ref: str
    name: str
    region_code: str
    every: int
    last_seen: date | None
    is_overdue: bool


@dataclass(frozen=True)
class Rate:
    """Say of how many people of a village who have to be visited how many were seen in time."""

    region_code: str
    due: int
    seen: int


def visit(
    session: Session,
    *,
    event_id: str,
    person: Person,
    means: str,
    proof: str,
    note: str,
    visited_at: datetime,
    visitor: str,
    at: datetime,
) -> Visit:
    """Keep that somebody was seen; the same reference again returns the first row. ``welfare.bad_visit``."""
    known = session.get(Visit, event_id)
    if known is not None:
        return known
    is_known = means in ("in_person", "phone") and proof in ("card", "signature", "told")
    if not is_known or not 8 <= len(event_id) <= 40 or not at - _LATEST <= visited_at <= at + timedelta(minutes=5):
        raise Invalid("welfare.bad_visit")
    row = Visit(
        event_id=event_id, person_id=person.id, region_code=person.region_code, visited_at=visited_at, received_at=at,
        visitor=visitor, means=means, proof=proof, note_sealed=vault_of(session).seal(note) if note else None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def due(session: Session, *, on: date) -> list[Due]:
    """List who of the people in reach has to be visited, the longest overdue first."""
    people = list(session.scalars(select(Person).where(*on_the_register(), Person.diner == "senior")))
    categories = _categories(session, [one.id for one in people], on)
    wanted = [(one, visit_every(_age(one.birth_on, on), categories.get(one.id, ()))) for one in people]
    asked = [(one, every) for one, every in wanted if every is not None]
    seen = _last_seen(session, [one for one, _ in asked], on)
    listed = [
        Due(
            one.id,
            one.ref,
            one.name,
            one.region_code,
            every,
            seen.get(one.id),
            is_overdue(seen.get(one.id), every, on=on),
        )
        for one, every in asked
    ]
    return sorted(listed, key=lambda row: (not row.is_overdue, row.last_seen or date.min, row.person_id))


def rates(listed: Sequence[Due]) -> list[Rate]:
    """Count by village who has to be visited and who was seen in time."""
    villages = sorted({row.region_code for row in listed})
    return [
        Rate(
            code,
            sum(row.region_code == code for row in listed),
            sum(row.region_code == code and not row.is_overdue for row in listed),
        )
        for code in villages
    ]


def visits_of(session: Session, *, person_id: int) -> list[tuple[Visit, str]]:
    """List the visits of a person, the newest first, with what was noted."""
    vault = vault_of(session)
    rows = session.scalars(select(Visit).where(Visit.person_id == person_id).order_by(Visit.visited_at.desc()))
    return [(row, vault.open(row.note_sealed) if row.note_sealed else "") for row in rows]


def _last_seen(session: Session, people: Sequence[Person], on: date) -> dict[int, date]:
    """Tell when each was last seen: by a visitor in person, and at the door where the region lets a meal count."""
    found: dict[int, date] = {}
    visited = select(Visit.person_id, func.max(Visit.visited_at)).where(Visit.means == "in_person")
    for some in _in_parts([one.id for one in people]):
        _note(found, session.execute(visited.where(Visit.person_id.in_(some)).group_by(Visit.person_id)))
    handed = (
        select(Redemption.person_id, func.max(Redemption.happened_at))
        .join(DoorEvent, DoorEvent.event_id == Redemption.scan_id)
        .where(DoorEvent.event == "handed")
    )
    for some in _in_parts(_seen_by_meals(session, people)):
        _note(found, session.execute(handed.where(Redemption.person_id.in_(some)).group_by(Redemption.person_id)))
    return {person_id: day for person_id, day in found.items() if day <= on}


def seen_days(session: Session, *, people: Sequence[int], first: date, last: date) -> dict[int, set[date]]:
    """Tell on which days of a span each was seen: by a visitor in person, and at the door where that counts."""
    found: dict[int, set[date]] = {}
    since, until = local(first, 0), local(last + timedelta(days=1), 0)
    visited = select(Visit.person_id, Visit.visited_at).where(
        Visit.means == "in_person", Visit.visited_at >= since, Visit.visited_at < until
    )
    handed = (
        select(Redemption.person_id, Redemption.happened_at)
        .join(DoorEvent, DoorEvent.event_id == Redemption.scan_id)
        .where(DoorEvent.event == "handed", Redemption.happened_at >= since, Redemption.happened_at < until)
    )
    for some in _in_parts(people):
        counted = _seen_by_meals(session, list(session.scalars(select(Person).where(Person.id.in_(some)))))
        rows = [*session.execute(visited.where(Visit.person_id.in_(some)))]
        rows += session.execute(handed.where(Redemption.person_id.in_(counted)))
        for person_id, at in rows:
            found.setdefault(person_id, set()).add(service_day(at))
    return found


def _seen_by_meals(session: Session, people: Sequence[Person]) -> list[int]:
    """Return for whom a meal handed over in person counts as a visit; it does where nobody said otherwise."""
    stated = session.scalars(select(WelfareTerms)).all()
    over = {code: terms_over(stated, code) for code in {one.region_code for one in people}}
    return [one.id for one in people if (terms := over[one.region_code]) is None or terms.meal_counts_as_seen]


def _in_parts(people: Sequence[int]) -> Iterable[Sequence[int]]:
    return (people[start : start + _AT_ONCE] for start in range(0, len(people), _AT_ONCE))


def _note(found: dict[int, date], rows: Iterable[Any]) -> None:
    for person_id, at in rows:
        day = service_day(at)
        found[person_id] = max(found.get(person_id, day), day)


def _categories(session: Session, people: Sequence[int], on: date) -> dict[int, set[str]]:
    superseded = select(Fact.supersedes_id).where(Fact.supersedes_id.is_not(None))
    found: dict[int, set[str]] = {}
    for start in range(0, len(people), _AT_ONCE):
        rows = session.execute(
            select(Fact.person_id, Fact.value).where(
                Fact.person_id.in_(people[start : start + _AT_ONCE]),
                Fact.kind == "category",
                Fact.withdrawn.is_(False),
                Fact.id.not_in(superseded),
                Fact.valid_from <= on,
                (Fact.valid_until.is_(None)) | (Fact.valid_until > on),
            )
        )
        for person_id, value in rows:
            found.setdefault(person_id, set()).add(value)
    return found


def _age(birth: date | None, on: date) -> int | None:
    return None if birth is None else on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
