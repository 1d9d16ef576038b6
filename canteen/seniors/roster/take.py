"""Take a list over, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from canteen import audit
from canteen.foundation.clock import service_day
from canteen.foundation.db import vault_of
from canteen.foundation.errors import Conflict, Refused
from canteen.foundation.secrecy import Vault
from canteen.seniors.contacts import contact_row
from canteen.seniors.in_bulk import Stated, state_facts
from canteen.seniors.registry import new_person, seal_phone
from canteen.seniors.roster.held import batched
from canteen.seniors.roster.plan import NEW, UPDATED, Plan, Step, compare
from canteen.seniors.statements import Origin
from canteen.seniors.tables import Contact, Person, RosterImport, RosterPerson

# Rows with and without an end go into one statement; left to itself the mapper begins a new one at each change.
_ONE_STATEMENT = {"render_nulls": True}


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
    noted: list[dict[str, object]] = []
    people = _enter(session, plan.steps, at, noted) | _change(session, plan.steps, noted)
    _note(session, plan, source, noted, actor=actor, at=at)
    _state(session, plan.steps, people, source=source, actor=actor, at=at)
    _name_contacts(session, plan.steps, people)
    session.flush()
    _record(session, plan, source, actor, at)
    counts = plan.counts
    return Applied(counts["new"], counts["updated"], counts["same"], source)


def _enter(session: Session, steps: Iterable[Step], at: datetime, noted: list[dict[str, object]]) -> dict[int, int]:
    """Enter the new people in bulk, and return their keys by row; nothing is mapped, for there are thousands."""
    vault = vault_of(session)
    entered = {step.entry.row: _entered(vault, step, at) for step in steps if step.person_id is None}
    # People who fill the same columns stand together, since each other set of columns starts a statement anew.
    alike: list[Person] = sorted(entered.values(), key=_filled)
    session.bulk_save_objects(alike)
    keys: dict[str, int] = {}
    for some in batched([person.ref for person in entered.values()]):
        keys |= dict(session.execute(select(Person.ref, Person.id).where(Person.ref.in_(some))).all())
    noted += [_before(keys[person.ref], person.revision, is_new=True) for person in entered.values()]
    return {row: keys[person.ref] for row, person in entered.items()}


def _filled(person: Person) -> list[str]:
    return sorted(name for name, value in vars(person).items() if value is not None)


def _entered(vault: Vault, step: Step, at: datetime) -> Person:
    entry = step.entry
    person = new_person(
        vault, name=entry.name, document=entry.document, phone=entry.phone, address=entry.address, at=at
    )
    person.region_code = str(entry.residence)
    return person


def _change(session: Session, steps: Iterable[Step], noted: list[dict[str, object]]) -> dict[int, int]:
    """Change the known people, and return their keys by row."""
    vault = vault_of(session)
    changing = {step.person_id: step for step in steps if step.action == UPDATED and step.person_id is not None}
    for some in batched(sorted(changing)):
        people = session.scalars(select(Person).where(Person.id.in_(some)))
        noted += [_changed(vault, person, changing[person.id]) for person in people]
    session.flush()
    return {step.entry.row: key for key, step in changing.items()}


def _before(person_id: int, revision: int, *, is_new: bool, **before: object) -> dict[str, object]:
    """Note what a list changes about a person, for whoever takes it back."""
    unchanged: dict[str, object] = {
        "changes_phone": False,
        "phone_before_sealed": None,
        "changes_address": False,
        "address_before_sealed": None,
        "region_before": None,
    }
    return {"person_id": person_id, "revision": revision, "is_new": is_new, **unchanged, **before}


def _note(
    session: Session, plan: Plan, source: str, noted: Sequence[dict[str, object]], *, actor: str, at: datetime
) -> None:
    """Keep that the list was taken over, and what it changed."""
    kept = RosterImport(
        source=source,
        region_code=plan.reading.terms.region_code,
        taken_at=at,
        taken_by=actor,
        new_count=plan.counts[NEW],
        updated_count=plan.counts[UPDATED],
    )
    session.add(kept)
    session.flush()
    rows = [{"import_id": kept.id, **row} for row in noted]
    if rows:
        session.execute(insert(RosterPerson), rows, execution_options=_ONE_STATEMENT)


def _changed(vault: Vault, person: Person, step: Step) -> dict[str, object]:
    before = {
        "changes_phone": bool(step.phone),
        "phone_before_sealed": person.phone_sealed if step.phone else None,
        "changes_address": bool(step.address),
        "address_before_sealed": person.address_sealed if step.address else None,
        "region_before": person.region_code,
    }
    if step.phone:
        seal_phone(vault, person, step.phone)
    if step.address:
        person.address_sealed = vault.seal(step.address)
    for fact in step.facts:
        if fact.kind == "residence" and fact.valid_until is None:
            person.region_code = fact.value
    person.revision += 1
    return _before(person.id, person.revision, is_new=False, **before)


def _state(
    session: Session, steps: Iterable[Step], people: dict[int, int], *, source: str, actor: str, at: datetime
) -> None:
    stated = [
        Stated(
            people[step.entry.row], fact.kind, fact.value, fact.valid_from, fact.valid_until,
            f"第 {step.entry.row} 行", fact.supersedes_id,
        )
        for step in steps
        for fact in step.facts
    ]  # fmt: skip
    state_facts(session, stated, origin=Origin("", source, actor, at))


def _name_contacts(session: Session, steps: Iterable[Step], people: dict[int, int]) -> None:
    vault = vault_of(session)
    rows = [
        contact_row(vault, people[step.entry.row], name=named.name, phone=named.phone, relation=named.relation)
        for step in steps
        if (named := step.contact) is not None
    ]
    if rows:
        session.execute(insert(Contact), rows, execution_options=_ONE_STATEMENT)


def _record(session: Session, plan: Plan, source: str, actor: str, at: datetime) -> None:
    region = plan.reading.terms.region_code
    audit.record(
        session, chain=f"region:{region[:6]}", at=at, actor=actor, action="roster_applied", subject=region,
        source=source, content=plan.reading.content_digest, new=plan.counts[NEW], updated=plan.counts[UPDATED],
    )  # fmt: skip
