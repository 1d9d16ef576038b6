"""Take a list over: what is new or renewed holds at once, what would end waits where that is much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from canteen import audit
from canteen.eligibility.recheck.carry_out import DONE, Word, decide
from canteen.eligibility.recheck.plan import DIED, ENDED, ENDING, NEW, RENEWED, Line, Plan, compare
from canteen.eligibility.tables import Recheck, RecheckLine
from canteen.foundation.clock import service_day
from canteen.foundation.errors import Conflict, Refused
from canteen.foundation.references import new_reference

_ONE_STATEMENT = {"render_nulls": True}


@dataclass(frozen=True)
class Taken:
    """Tell under which reference a list was taken over, and how many of its lines wait for a decision."""

    ref: str
    done: int
    waiting: int


def take(session: Session, *, plan: Plan, file_name: str, actor: str, at: datetime) -> Taken:
    """Do what the plan may do without a further word, after making sure that it still says the same.

    Rows with something wrong do nothing. What the list itself ends is done at once while all endings, missing people
    counted in, are at most one in twenty of those who stand; else it waits for a second person. Refuses
    ``eligibility.recheck_changed`` where the register or the day has changed, ``eligibility.recheck_nothing``.
    """
    today = compare(session, plan.reading, lock=True)
    if today.fingerprint != plan.fingerprint or plan.reading.terms.on != service_day(at):
        raise Conflict("eligibility.recheck_changed")
    if not plan.lines and not plan.unchanged_count:
        raise Refused("eligibility.recheck_nothing")
    taken = _keep(session, plan, file_name, actor, at)
    lines = session.scalars(
        select(RecheckLine).where(RecheckLine.recheck_id == taken.id).order_by(RecheckLine.number)
    ).all()
    at_once = (NEW, RENEWED) if plan.needs_second_person else (NEW, RENEWED, ENDED, DIED)
    doing = [line for line in lines if line.outcome in at_once]
    if doing:
        decide(session, taken, doing, Word(DONE, "", actor, at))
    audit.record(
        session, chain=f"region:{taken.region_code[:6]}", at=at, actor=actor, action="recheck_taken",
        subject=taken.ref, kind=taken.kind, content=taken.content_digest, new=plan.count(NEW),
        renewed=plan.count(RENEWED), ending=plan.count(*ENDING), waiting=len(lines) - len(doing),
    )  # fmt: skip
    return Taken(taken.ref, len(doing), len(lines) - len(doing))


def _keep(session: Session, plan: Plan, file_name: str, actor: str, at: datetime) -> Recheck:
    terms = plan.reading.terms
    kept = Recheck(
        ref=new_reference("L"), region_code=terms.region_code, kind=terms.kind, value=terms.value,
        is_full=terms.is_full, list_day=terms.list_day, file_name=file_name[:200],
        content_digest=plan.reading.content_digest, row_count=plan.reading.row_count,
        unchanged_count=plan.unchanged_count, unknown_count=len(plan.unknown), wrong_count=plan.wrong_count,
        standing_count=plan.standing_count, ending_count=plan.count(*ENDING), taken_at=at, taken_by=actor,
    )  # fmt: skip
    session.add(kept)
    session.flush()
    _keep_lines(session, kept.id, plan.lines)
    return kept


def _keep_lines(session: Session, recheck_id: int, lines: Sequence[Line]) -> None:
    rows = [
        {
            "recheck_id": recheck_id, "number": number, "person_id": line.person_id, "row": line.row,
            "outcome": line.outcome, "valid_from": line.valid_from, "valid_until": line.valid_until,
            "fact_id": line.fact_id,
        }
        for number, line in enumerate(lines, start=1)
    ]  # fmt: skip
    if rows:
        session.execute(insert(RecheckLine), rows, execution_options=_ONE_STATEMENT)
