"""Draw canteens by lot, state what two inspectors found, publish it, and see it put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen import audit
from canteen.foundation.errors import Invalid, NotFound, Refused
from canteen.foundation.references import new_reference
from canteen.places.tables import Canteen
from canteen.safety.rules import draw
from canteen.safety.tables import RESULTS, Inspection, InspectionDraw, InspectionFinding, Rectification

_MOST_FINDINGS = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """Show what has to be put right, until when, and how it was."""

    finding_id: int
    canteen: str
    text: str
    due_on: date
    measure: str


@dataclass(frozen=True, slots=True)
class Site:
    """Show a canteen of a draw with the result of its inspection, empty as long as there is none."""

    ref: str
    name: str
    day: date | None
    result: str
    summary: str
    findings: tuple[Finding, ...]


def draw_sites(
    session: Session,
    *,
    region_code: str,
    seed: str,
    count: int,
    inspectors: tuple[str, str],
    on: date,
    actor: str,
    at: datetime,
) -> InspectionDraw:
    """Draw some of the canteens of a region that are open on a day, and keep list, seed and inspectors.

    The seed should be something nobody chooses, such as the numbers of a public lottery of that day. Refuses
    ``safety.seed_missing``, ``safety.two_inspectors`` and ``safety.nothing_to_draw``.
    """
    first, second = (name.strip() for name in inspectors)
    if not seed.strip():
        raise Invalid("safety.seed_missing")
    if not first or not second or first == second:
        raise Invalid("safety.two_inspectors")
    candidates = session.scalars(
        select(Canteen.ref)
        .where(
            Canteen.region_code.startswith(region_code.rstrip("0")), Canteen.opened_on <= on,
            or_(Canteen.closed_on.is_(None), Canteen.closed_on > on),
        )
        .order_by(Canteen.ref)
    ).all()  # fmt: skip
    drawn = draw(candidates, seed=seed.strip(), count=count)
    if not drawn:
        raise Refused("safety.nothing_to_draw")
    row = InspectionDraw(
        ref=new_reference("J"), region_code=region_code, seed=seed.strip(), candidates=list(candidates),
        drawn=list(drawn), first_inspector=first, second_inspector=second, at=at, actor=actor,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(
        session, chain=f"region:{region_code}", at=at, actor=actor, action="inspection_drawn", subject=row.ref,
        count=len(drawn),
    )  # fmt: skip
    return row


def draws(session: Session, *, region_prefixes: Sequence[str]) -> Sequence[InspectionDraw]:
    """List the draws of some regions, the newest first."""
    within = [InspectionDraw.region_code.startswith(prefix) for prefix in region_prefixes]
    if not within:
        return []
    return session.scalars(select(InspectionDraw).where(or_(*within)).order_by(InspectionDraw.id.desc())).all()


def find_draw(session: Session, *, ref: str) -> InspectionDraw:
    """Return a draw; ``safety.no_such_draw`` otherwise."""
    found = session.scalars(select(InspectionDraw).where(InspectionDraw.ref == ref)).one_or_none()
    if found is None:
        raise NotFound("safety.no_such_draw")
    return found


def is_proved(found: InspectionDraw) -> bool:
    """Tell whether drawing again from the list and the seed names the same canteens."""
    return list(draw(found.candidates, seed=found.seed, count=len(found.drawn))) == list(found.drawn)


def state(
    session: Session,
    *,
    draw_ref: str,
    canteen_ref: str,
    day: date,
    result: str,
    summary: str,
    findings: Sequence[tuple[str, date]],
    actor: str,
    at: datetime,
) -> Inspection:
    """State what was found at a canteen of a draw, once; from then on everybody may read it.

    Refuses ``safety.not_drawn``, ``safety.no_such_result``, ``safety.findings_missing`` (something is to be put right
    and nothing is named) and ``safety.inspected_already``.
    """
    found = find_draw(session, ref=draw_ref)
    canteen_id = session.scalar(select(Canteen.id).where(Canteen.ref == canteen_ref))
    if canteen_id is None or canteen_ref not in found.drawn:
        raise NotFound("safety.not_drawn")
    if result not in RESULTS:
        raise Invalid("safety.no_such_result")
    if (result != "passed") != bool(findings) or len(findings) > _MOST_FINDINGS:
        raise Invalid("safety.findings_missing")
    row = Inspection(
        canteen_id=canteen_id, draw_id=found.id, day=day, result=result, summary=summary, at=at, actor=actor
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise Refused("safety.inspected_already") from error
    session.add_all(
        InspectionFinding(canteen_id=canteen_id, inspection_id=row.id, number=number, text=text, due_on=due_on)
        for number, (text, due_on) in enumerate(findings, 1)
    )
    session.flush()
    audit.record(
        session, chain=f"canteen:{canteen_ref}", at=at, actor=actor, action="inspection_stated", subject=draw_ref,
        result=result, count=len(findings),
    )  # fmt: skip
    return row


def rectify(session: Session, *, canteen_id: int, finding_id: int, measure: str, actor: str, at: datetime) -> None:
    """Say how a finding was put right; refuses ``safety.no_such_finding`` and ``safety.measure_missing``."""
    found = session.scalars(
        select(InspectionFinding).where(InspectionFinding.id == finding_id, InspectionFinding.canteen_id == canteen_id)
    ).one_or_none()
    if found is None or session.get(Rectification, finding_id) is not None:
        raise NotFound("safety.no_such_finding")
    if not measure.strip():
        raise Invalid("safety.measure_missing")
    session.add(
        Rectification(finding_id=finding_id, canteen_id=canteen_id, measure=measure.strip(), at=at, actor=actor)
    )
    session.flush()


def findings_of(session: Session, *, canteen_id: int) -> list[Finding]:
    """List what inspections found at a canteen, what is not put right yet first, by the day it is due."""
    rows = session.execute(
        select(InspectionFinding, Canteen.name, Rectification.measure)
        .join(Canteen, Canteen.id == InspectionFinding.canteen_id)
        .outerjoin(Rectification, Rectification.finding_id == InspectionFinding.id)
        .where(InspectionFinding.canteen_id == canteen_id)
        .order_by(Rectification.finding_id.is_not(None), InspectionFinding.due_on, InspectionFinding.id)
    )
    return [Finding(row.id, name, row.text, row.due_on, measure or "") for row, name, measure in rows]


def sites(session: Session, *, found: InspectionDraw) -> list[Site]:
    """List the canteens of a draw in the order of the lot, with what was found."""
    named = session.execute(select(Canteen.id, Canteen.ref, Canteen.name).where(Canteen.ref.in_(found.drawn)))
    by_ref = {ref: (canteen_id, name) for canteen_id, ref, name in named}
    stated = {row.canteen_id: row for row in session.scalars(select(Inspection).where(Inspection.draw_id == found.id))}
    return [_site(session, ref, *by_ref[ref], stated.get(by_ref[ref][0])) for ref in found.drawn]


def _site(session: Session, ref: str, canteen_id: int, name: str, row: Inspection | None) -> Site:
    if row is None:
        return Site(ref, name, None, "", "", ())
    rows = session.execute(
        select(InspectionFinding, Rectification.measure)
        .outerjoin(Rectification, Rectification.finding_id == InspectionFinding.id)
        .where(InspectionFinding.inspection_id == row.id)
        .order_by(InspectionFinding.number)
    )
    findings = tuple(Finding(one.id, name, one.text, one.due_on, measure or "") for one, measure in rows)
    return Site(ref, name, row.day, row.result, row.summary, findings)
