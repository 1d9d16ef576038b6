"""Leave a list of another office on the desk of the community workers, with somebody whom it does not name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import eligibility, places, seniors
from canteen.demo.days import ACTOR
from canteen.demo.invented import words
from canteen.demo.world import accounts
from canteen.foundation.clock import service_day
from canteen.foundation.db import vault_of

_FEWEST = 2


def enter(session: Session, *, start: datetime) -> None:
    """Take over a full list of the commonest category of the workers' street, the day before; one person is missing."""
    near = next(one["region"] for one in accounts()["accounts"].values() if one["role"] == "community_worker")
    at = start - timedelta(days=1)
    held = _held(session, near)
    if not held:
        return
    category, _ = Counter(value for _, value in held).most_common(1)[0]
    people = [person for person, value in held if value == category]
    if len(people) < _FEWEST:
        return
    day = service_day(at)
    terms = eligibility.recheck.Terms(near, "category", category, day, is_full=True, on=day)
    plan = eligibility.recheck.read(session, content=_written(session, people[1:]), terms=terms)
    name = words()["lists"]["file"].format(day=day)
    eligibility.recheck.take(session, plan=plan, file_name=name, actor=ACTOR, at=at)


def _held(session: Session, region_code: str) -> list[tuple[seniors.Person, str]]:
    person, fact = seniors.Person, seniors.Fact
    wanted = (
        select(person, fact.value)
        .join(fact, fact.person_id == person.id)
        .where(
            person.region_code.startswith(places.prefix(region_code)), person.document_kind == "resident",
            fact.kind == "category", fact.valid_until.is_(None), *seniors.standing(), *seniors.on_the_register(),
        )
        .order_by(person.id)
    )  # fmt: skip
    return [(row[0], row[1]) for row in session.execute(wanted)]


def _written(session: Session, people: Sequence[seniors.Person]) -> bytes:
    """Write the list as the other office would: names and numbers."""
    vault = vault_of(session)
    rows = [f"{one.name},{vault.open(one.document_sealed)}" for one in people if one.document_sealed]
    return "\n".join((words()["lists"]["head"], *rows)).encode()
