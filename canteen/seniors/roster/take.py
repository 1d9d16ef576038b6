"""Take a list over, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import audit
from canteen.foundation.clock import service_day
from canteen.foundation.db import vault_of
from canteen.foundation.errors import Conflict, Refused
from canteen.foundation.secrecy import Vault
from canteen.seniors.contacts import new_contact
from canteen.seniors.registry import new_person, seal_phone
from canteen.seniors.roster.plan import NEW, SAME, Plan, Step, compare
from canteen.seniors.statements import Origin, stated_fact
from canteen.seniors.tables import Contact, Fact, Person

_AT_ONCE = 500


@dataclass(frozen=True)
class Applied:
    """Count what was done; ``source`` marks every fact that the list stated."""

    new: int
    updated: int
    same: int
    source: str


def apply(session: Session, *, plan: Plan, actor: str, at: datetime) -> Applied:
    """Do what the plan says, after making sure that it still says the same.

    Refuses ``seniors.roster_has_problems``, and ``seniors.roster_changed`` where the register or the day has changed.
    One row of audit stands for the whole list; each fact names it as its source.
    """
    if plan.problems:
        raise Refused("seniors.roster_has_problems", rows=plan.counts["wrong"])
    today = compare(session, plan.reading, lock=True)
    if today.fingerprint != plan.fingerprint or plan.reading.terms.on != service_day(at):
        raise Conflict("seniors.roster_changed")
    source = f"roster:{plan.fingerprint[:16]}"
    people = _people(session, plan.steps, actor=actor, at=at)
    _state(session, plan.steps, people, source=source, actor=actor, at=at)
    _name_contacts(session, plan.steps, people)
    session.flush()
    _record(session, plan, source, actor, at)
    counts = plan.counts
    return Applied(counts["new"], counts["updated"], counts["same"], source)


def _people(session: Session, steps: Iterable[Step], *, actor: str, at: datetime) -> dict[int, Person]:
    vault = vault_of(session)
    known = _known(session, [step.person_id for step in steps if step.person_id is not None])
    people: dict[int, Person] = {}
    for step in steps:
        if step.person_id is None:
            people[step.entry.row] = _entered(vault, step, at)
        elif step.action != SAME:
            people[step.entry.row] = _changed(vault, known[step.person_id], step)
    session.add_all(people.values())
    session.flush()
    return people


def _known(session: Session, ids: list[int]) -> dict[int, Person]:
    known: dict[int, Person] = {}
    for start in range(0, len(ids), _AT_ONCE):
        wanted = select(Person).where(Person.id.in_(ids[start : start + _AT_ONCE]))
        known |= {person.id: person for person in session.scalars(wanted)}
    return known


def _entered(vault: Vault, step: Step, at: datetime) -> Person:
    entry = step.entry
    person = new_person(
        vault, name=entry.name, document=entry.document, phone=entry.phone, address=entry.address, at=at
    )
    person.region_code = str(entry.residence)
    return person


def _changed(vault: Vault, person: Person, step: Step) -> Person:
    if step.phone:
        seal_phone(vault, person, step.phone)
    if step.address:
        person.address_sealed = vault.seal(step.address)
    for fact in step.facts:
        if fact.kind == "residence" and fact.valid_until is None:
            person.region_code = fact.value
    person.revision += 1
    return person


def _state(
    session: Session, steps: Iterable[Step], people: dict[int, Person], *, source: str, actor: str, at: datetime
) -> None:
    stated: list[Fact] = []
    for step in steps:
        for wanted in step.facts:
            fact = stated_fact(
                people[step.entry.row].id,
                kind=wanted.kind,
                value=wanted.value,
                valid_from=wanted.valid_from,
                valid_until=wanted.valid_until,
                origin=Origin(f"第 {step.entry.row} 行", source, actor, at),
            )
            fact.supersedes_id = wanted.supersedes_id
            stated.append(fact)
    session.add_all(stated)


def _name_contacts(session: Session, steps: Iterable[Step], people: dict[int, Person]) -> None:
    vault = vault_of(session)
    named: list[Contact] = []
    for step in steps:
        if step.contact is not None:
            contact = new_contact(
                vault, name=step.contact.name, phone=step.contact.phone, relation=step.contact.relation
            )
            contact.person_id = people[step.entry.row].id
            named.append(contact)
    session.add_all(named)


def _record(session: Session, plan: Plan, source: str, actor: str, at: datetime) -> None:
    region = plan.reading.terms.region_code
    audit.record(
        session, chain=f"region:{region[:6]}", at=at, actor=actor, action="roster_applied", subject=region,
        source=source, content=plan.reading.content_digest, new=plan.counts[NEW], updated=plan.counts["updated"],
    )  # fmt: skip
