"""Decide about people whom a list would end: they end on a day, or stay."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from canteen import audit
from canteen.eligibility.recheck.carry_out import DONE, KEPT, Word, decide
from canteen.eligibility.recheck.find import waiting_lines
from canteen.eligibility.tables import Recheck
from canteen.foundation.errors import Invalid, Refused


@dataclass(frozen=True)
class Settled:
    """Count what was decided, and whose record had moved on meanwhile."""

    count: int
    moved: int


def settle(
    session: Session, *, taken: Recheck, numbers: Collection[int], ends: bool, reason: str, ends_on: date | None = None,
    actor: str, at: datetime,
) -> Settled:  # fmt: skip
    """Let the people of some waiting lines end, or stay; each needs a reason.

    Whom the list does not name ends on ``ends_on``; the others when the list says. Refuses
    ``eligibility.no_evidence``, ``recheck_no_one``, ``recheck_no_day``, ``recheck_second_person`` and
    ``recheck_withdrawn``.
    """
    if not reason.strip():
        raise Invalid("eligibility.no_evidence")
    lines = [line for line in waiting_lines(session, taken) if line.number in numbers]
    if not lines:
        raise Refused("eligibility.recheck_no_one")
    if ends and ends_on is None and any(line.outcome == "missing" for line in lines):
        raise Invalid("eligibility.recheck_no_day")
    word = Word(DONE if ends else KEPT, reason.strip(), actor, at, ends_on)
    moved = decide(session, taken, lines, word)
    audit.record(
        session, chain=f"region:{taken.region_code[:6]}", at=at, actor=actor, action="recheck_settled",
        subject=taken.ref, count=len(lines) - moved, verdict=word.verdict, reason=word.reason, moved=moved,
    )  # fmt: skip
    return Settled(len(lines) - moved, moved)
