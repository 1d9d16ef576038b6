"""Open tasks, look after them, close them; each waits for a while and then asks the next on the ladder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen import audit, notices, places
from canteen.foundation.db import scope_of, vault_of
from canteen.foundation.errors import Invalid, NotFound, Refused
from canteen.foundation.references import new_reference
from canteen.foundation.secrecy import masked_name
from canteen.seniors.tables import Person
from canteen.welfare.rules import CLOCKS, LADDER, next_rung
from canteen.welfare.tables import OUTCOMES, WelfareStep, WelfareTask

_KIN = LADDER.index("kin")
_LONGEST = 200


@dataclass(frozen=True)
class StepView:
    """Show what was done about a task."""

    step: str
    rung: int
    at: datetime
    actor: str
    note: str


def open_task(
    session: Session,
    *,
    key: str,
    person_id: int,
    kind: str,
    actor: str,
    at: datetime,
    canteen_id: int | None = None,
    order_id: int | None = None,
    since: date | None = None,
) -> WelfareTask:
    """Ask for somebody to look after a person; the same key, or another sign while one is open, adds no second task."""
    known = session.scalars(select(WelfareTask).where(WelfareTask.key == key)).one_or_none()
    if known is not None:
        return known
    open_one = _open_of(session, person_id, kind)
    if open_one is not None:
        _step(session, open_one, "again", actor, at)
        return open_one
    person = session.get_one(Person, person_id)
    task = WelfareTask(
        ref=new_reference("W"), key=key, person_id=person_id,
        person_masked=masked_name(person.name), region_code=person.region_code,
        canteen_id=canteen_id if canteen_id is not None else person.home_canteen_id, order_id=order_id, kind=kind,
        since=since, opened_at=at, rung=0, due_at=at + timedelta(minutes=CLOCKS[kind]), outcome="",
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(task)
    except IntegrityError:
        found = _open_of(session, person_id, kind)
        return found or session.scalars(select(WelfareTask).where(WelfareTask.key == key)).one()
    _step(session, task, "opened", actor, at)
    return task


def take(session: Session, *, ref: str, actor: str, at: datetime) -> None:
    """Say that somebody looks after it now, also in place of another; refuses ``welfare.closed``."""
    task = _held(session, ref)
    task.taken_by = actor
    _step(session, task, "taken", actor, at)
    _record(session, task, "welfare.take", actor, at)


def tried(session: Session, *, ref: str, note: str, actor: str, at: datetime, is_in_vain: bool = True) -> None:
    """Keep what was tried; in vain, the next on the ladder is asked at once, else there is time for another clock."""
    task = _held(session, ref)
    _step(session, task, "tried", actor, at, note=_noted(note))
    if is_in_vain:
        _up(session, task, actor=actor, at=at)
    else:
        task.due_at = at + timedelta(minutes=CLOCKS[task.kind])


def close(session: Session, *, ref: str, outcome: str, note: str, actor: str, at: datetime) -> None:
    """Close a task with what came of it: ``welfare.outcome_missing``, ``welfare.closed``; never a punishment."""
    if outcome not in OUTCOMES:
        raise Invalid("welfare.outcome_missing")
    task = _held(session, ref)
    task.outcome, task.closed_at, task.closed_by, task.due_at = outcome, at, actor, None
    _step(session, task, "closed", actor, at, note=note.strip()[:_LONGEST])
    _record(session, task, "welfare.close", actor, at, outcome=outcome)


def escalate(session: Session, *, at: datetime) -> int:
    """Ask the next on the ladder about every task whose clock ran out, and return how many those were."""
    waiting = select(WelfareTask).where(WelfareTask.closed_at.is_(None), WelfareTask.due_at <= at)
    tasks = session.scalars(waiting.order_by(WelfareTask.id).with_for_update(skip_locked=True)).all()
    for task in tasks:
        _up(session, task, actor="job:care", at=at)
    return len(tasks)


def task(session: Session, *, ref: str) -> WelfareTask:
    """Find a task in reach; ``welfare.unknown`` otherwise."""
    found = session.scalar(select(WelfareTask).where(WelfareTask.ref == ref, in_reach(session)))
    if found is None:
        raise NotFound("welfare.unknown", ref=ref)
    return found


def listed(session: Session, *, closed: bool = False, limit: int = 100) -> Sequence[WelfareTask]:
    """List tasks in reach, the most pressing first; or what was closed lately."""
    state = WelfareTask.closed_at.is_not(None) if closed else WelfareTask.closed_at.is_(None)
    order = [WelfareTask.closed_at.desc()] if closed else [WelfareTask.rung.desc(), WelfareTask.opened_at]
    return session.scalars(select(WelfareTask).where(in_reach(session), state).order_by(*order).limit(limit)).all()


def count_open(session: Session) -> int:
    """Count the tasks in reach that nobody has closed."""
    return session.scalar(select(func.count(WelfareTask.id)).where(in_reach(session), _is_open())) or 0


def steps(session: Session, *, task: WelfareTask) -> list[StepView]:
    """List what was done about a task, the oldest first."""
    vault = vault_of(session)
    rows = session.scalars(select(WelfareStep).where(WelfareStep.task_id == task.id).order_by(WelfareStep.number))
    return [
        StepView(row.step, row.rung, row.at, row.actor, vault.open(row.note_sealed) if row.note_sealed else "")
        for row in rows
    ]


def in_reach(session: Session) -> ColumnElement[bool]:
    """Return the condition that the asker sees a task: by the canteen, or by where the person lives."""
    scope = scope_of(session)
    if scope.everywhere:
        return true()
    within = [WelfareTask.region_code.startswith(prefix) for prefix in scope.region_prefixes]
    return or_(WelfareTask.canteen_id.in_(sorted(scope.canteen_ids)), *within)


def _is_open() -> ColumnElement[bool]:
    return WelfareTask.closed_at.is_(None)


def _open_of(session: Session, person_id: int, kind: str) -> WelfareTask | None:
    wanted = select(WelfareTask).where(WelfareTask.person_id == person_id, WelfareTask.kind == kind, _is_open())
    return session.scalars(wanted).one_or_none()


def _held(session: Session, ref: str) -> WelfareTask:
    found = task(session, ref=ref)
    session.refresh(found, with_for_update=True)
    if found.closed_at is not None:
        raise Refused("welfare.closed")
    return found


def _up(session: Session, task: WelfareTask, *, actor: str, at: datetime) -> None:
    rung = next_rung(task.rung)
    if rung is None:
        task.due_at = None  # The last rung is advice to people; nothing is asked any more by itself.
        session.flush()
        return
    task.rung, task.due_at = rung, at + timedelta(minutes=CLOCKS[task.kind])
    _step(session, task, "escalated", actor, at)
    if rung == _KIN:
        _ask_kin(session, task, at)


def _ask_kin(session: Session, task: WelfareTask, at: datetime) -> None:
    """Ask the family through the outbox, once for a task and account."""
    person = session.get_one(Person, task.person_id)
    canteen = None if task.canteen_id is None else places.canteen_by_id(session, canteen_id=task.canteen_id)
    content = {"name": person.name, "phone": canteen.phone if canteen else ""}
    notices.tell(
        session, person_id=task.person_id, canteen_id=task.canteen_id, matter=f"welfare:{task.ref}",
        kind=f"welfare_{task.kind}", content=content, at=at,
    )  # fmt: skip


def _step(session: Session, task: WelfareTask, step: str, actor: str, at: datetime, *, note: str = "") -> None:
    session.flush()
    last = session.scalar(select(func.max(WelfareStep.number)).where(WelfareStep.task_id == task.id)) or 0
    session.add(
        WelfareStep(
            task_id=task.id, number=last + 1, step=step, rung=task.rung, at=at, actor=actor,
            note_sealed=vault_of(session).seal(note) if note else None,
        )
    )  # fmt: skip
    session.flush()


def _noted(note: str) -> str:
    if not 1 <= len(note.strip()) <= _LONGEST:
        raise Invalid("welfare.note_missing", most=_LONGEST)
    return note.strip()


def _record(session: Session, task: WelfareTask, action: str, actor: str, at: datetime, **detail: str) -> None:
    audit.record(
        session, chain=f"region:{task.region_code[:6]}", at=at, actor=actor, action=action, subject=task.ref, **detail
    )
