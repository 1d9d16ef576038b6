"""Look at the last days, keep what is found once, and let people work it: asked, explained, confirmed.

A case that was settled labels its rule, so that each rule's precision is known; what was settled may be reopened.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen import audit, places
from canteen.anomalies.gather import gather
from canteen.anomalies.rules import look
from canteen.anomalies.tables import AnomalyFinding, AnomalyStep
from canteen.anomalies.thresholds import thresholds
from canteen.anomalies.values import Found
from canteen.foundation.errors import Conflict, Invalid, NotFound, Refused
from canteen.foundation.references import new_reference
from canteen.places.tables import Canteen

WINDOW = timedelta(days=7)
OPEN = "open"
_LONGEST = 200
FOLLOWS = {
    OPEN: ("asked", "explained", "confirmed"),
    "asked": ("asked", "explained", "confirmed"),
    "explained": ("reopened",),
    "confirmed": ("reopened",),
    "reopened": ("asked", "explained", "confirmed"),
}


@dataclass(frozen=True, slots=True)
class CaseView:
    """Show a finding with its steps."""

    finding: AnomalyFinding
    steps: tuple[AnomalyStep, ...]

    @property
    def state(self) -> str:
        """Return where the work stands."""
        return self.steps[-1].step if self.steps else OPEN


@dataclass(frozen=True, slots=True)
class Precision:
    """Hold how a rule did: found, confirmed and explained."""

    rule: str
    found: int
    confirmed: int
    explained: int

    @property
    def percent(self) -> int | None:
        """Return the whole percent of settled cases that were confirmed, None while nothing is settled."""
        settled = self.confirmed + self.explained
        return self.confirmed * 100 // settled if settled else None


def search(session: Session, *, canteen_ids: Collection[int], on: date, at: datetime) -> int:
    """Look at the week up to a day, and return how many findings are new; one that is known is kept as it is."""
    canteens = session.scalars(select(Canteen).where(Canteen.id.in_(sorted(canteen_ids)))).unique().all()
    seen = gather(session.connection(), canteen_ids=canteen_ids, first=on - WINDOW + timedelta(days=1),
                  until=on + timedelta(days=1))  # fmt: skip
    regions = {one.region_code for one in canteens}
    of_canteen = {one.id: one.region_code for one in canteens}
    found: list[Found] = []
    for region in sorted(regions):
        held = thresholds(session, region_code=region)
        limits = {rule: one.limits for rule, one in held.items() if one.is_on}
        found += [one for one in look(seen, limits) if of_canteen[one.canteen_id] == region]
    keys = {one.key[:_LONGEST]: one for one in found}
    known = set(session.scalars(select(AnomalyFinding.key).where(AnomalyFinding.key.in_(sorted(keys)))))
    fresh = [one for key, one in sorted(keys.items()) if key not in known]
    session.add_all(
        AnomalyFinding(
            ref=new_reference("X"), key=one.key[:_LONGEST], rule=one.rule, canteen_id=one.canteen_id, day=one.day,
            refs=list(one.refs), amount_fen=one.amount_fen, at=at,
        )
        for one in fresh
    )  # fmt: skip
    session.flush()
    return len(fresh)


def cases(session: Session, *, canteen_ids: Collection[int], limit: int = 200) -> list[CaseView]:
    """List findings with their steps, the newest first."""
    wanted = select(AnomalyFinding).where(AnomalyFinding.canteen_id.in_(sorted(canteen_ids)))
    found = session.scalars(wanted.order_by(AnomalyFinding.day.desc(), AnomalyFinding.id.desc()).limit(limit)).all()
    steps = _steps(session, [one.id for one in found])
    return [CaseView(one, tuple(steps.get(one.id, ()))) for one in found]


def case(session: Session, *, ref: str) -> CaseView:
    """Find a case in reach; ``anomalies.no_such_case`` otherwise."""
    found = session.scalar(select(AnomalyFinding).where(AnomalyFinding.ref == ref))
    if found is None:
        raise NotFound("anomalies.no_such_case")
    return CaseView(found, tuple(_steps(session, [found.id]).get(found.id, ())))


def take_step(session: Session, *, ref: str, step: str, note: str, actor: str, at: datetime) -> None:
    """Work a case.

    Refuses ``anomalies.note_missing``, ``anomalies.step_order``, Conflict ``anomalies.moved``.
    """
    view = case(session, ref=ref)
    if not note.strip():
        raise Invalid("anomalies.note_missing")
    if step not in FOLLOWS[view.state]:
        raise Refused("anomalies.step_order")
    row = AnomalyStep(
        finding_id=view.finding.id, number=len(view.steps) + 1, step=step, note=note.strip(), actor=actor, at=at
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        raise Conflict("anomalies.moved") from None
    chain = f"canteen:{places.canteen_by_id(session, canteen_id=view.finding.canteen_id).ref}"
    audit.record(
        session, chain=chain, at=at, actor=actor, action=f"anomaly.{step}", subject=ref, rule=view.finding.rule,
        note=row.note,
    )  # fmt: skip


def precisions(session: Session, *, canteen_ids: Collection[int]) -> list[Precision]:
    """Return how each rule did at these canteens, by the last step of each case."""
    last = select(func.max(AnomalyStep.number)).where(AnomalyStep.finding_id == AnomalyFinding.id)
    rows = session.execute(
        select(AnomalyFinding.rule, AnomalyStep.step, func.count())
        .outerjoin(
            AnomalyStep,
            (AnomalyStep.finding_id == AnomalyFinding.id)
            & (AnomalyStep.number == last.correlate(AnomalyFinding).scalar_subquery()),
        )
        .where(AnomalyFinding.canteen_id.in_(sorted(canteen_ids)))
        .group_by(AnomalyFinding.rule, AnomalyStep.step)
    )
    counts: dict[str, dict[str, int]] = {}
    for rule, step, count in rows:
        counts.setdefault(rule, {})[step or OPEN] = count
    return [
        Precision(rule, sum(by.values()), by.get("confirmed", 0), by.get("explained", 0))
        for rule, by in sorted(counts.items())
    ]


def _steps(session: Session, finding_ids: Collection[int]) -> dict[int, list[AnomalyStep]]:
    found: dict[int, list[AnomalyStep]] = {}
    wanted = select(AnomalyStep).where(AnomalyStep.finding_id.in_(sorted(finding_ids)))
    for row in session.scalars(wanted.order_by(AnomalyStep.finding_id, AnomalyStep.number)):
        found.setdefault(row.finding_id, []).append(row)
    return found
