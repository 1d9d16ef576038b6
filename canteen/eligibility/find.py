"""Show applications: what waits on the desk and until when, one with its steps, a notice, a person's own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from canteen import seniors
from canteen.eligibility.rules import ASSESS_WITHIN, DUE, ENTITLED, RECHECKED, SETTLED, WARNED_BEFORE, shown_state
from canteen.eligibility.tables import Application, ApplicationStep, PublicNotice
from canteen.eligibility.write import application, steps_of, subject
from canteen.foundation.errors import NotFound

_MOST = 500


@dataclass(frozen=True)
class Shown:
    """Show an application as it stands on a day; ``due_on`` is when the next step is to be taken."""

    ref: str
    person_id: int
    region_code: str
    category: str
    channel: str
    applied_on: date
    state: str
    since: date
    due_on: date | None
    notice_ref: str | None
    to_bring: str
    recheck_on: date | None = None

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing is to be done any more."""
        return self.state in SETTLED


def listed(session: Session, *, on: date, settled: bool = False, limit: int = _MOST) -> list[Shown]:
    """List the applications in reach, what is due first; confirmed ones only when a re-check is near.

    With ``settled`` list what is decided or confirmed, the latest first.
    """
    rests = or_(
        ApplicationStep.step.in_(SETTLED),
        and_(ApplicationStep.step.in_(ENTITLED), ApplicationStep.recheck_on > on + WARNED_BEFORE),
    )
    wanted = _with_last_step().where(rests if settled else ~func.coalesce(rests, false()))
    ordered = wanted.order_by(Application.id.desc() if settled else Application.id).limit(limit)
    found = [_shown(session, one, on) for one in session.scalars(ordered).all()]
    if settled:
        return found
    open_ones = (one for one in found if not one.is_settled)
    return sorted(open_ones, key=lambda one: (one.due_on or date.max, one.ref))


def _with_last_step() -> Select[Application]:
    later = aliased(ApplicationStep)
    is_last = ~exists().where(
        later.application_id == ApplicationStep.application_id, later.number > ApplicationStep.number
    )
    joined = select(Application).join(ApplicationStep, ApplicationStep.application_id == Application.id)
    return joined.where(is_last)


def shown(session: Session, *, ref: str, on: date) -> Shown:
    """Show one application in reach; ``eligibility.unknown`` otherwise."""
    return _shown(session, application(session, ref=ref), on)


def history(session: Session, *, ref: str) -> Sequence[ApplicationStep]:
    """List the steps of an application in their order."""
    return steps_of(session, application(session, ref=ref).id)


def of_people(session: Session, *, person_ids: Sequence[int], on: date) -> list[Shown]:
    """Show the applications of some people, and of records merged into theirs, the latest first."""
    records = [key for person_id in person_ids for key in seniors.records_of(session, person_id=person_id)]
    wanted = select(Application).where(Application.person_id.in_(records)).order_by(Application.id.desc())
    return [_shown(session, one, on) for one in session.scalars(wanted).all()]


def notice(session: Session, *, ref: str) -> PublicNotice:
    """Find a public notice in reach; ``eligibility.notice_unknown`` otherwise."""
    found = session.scalar(select(PublicNotice).where(PublicNotice.ref == ref))
    if found is None:
        raise NotFound("eligibility.notice_unknown", ref=ref)
    return found


def notices(session: Session, *, limit: int = 20) -> Sequence[PublicNotice]:
    """List the public notices in reach, the latest first."""
    return session.scalars(select(PublicNotice).order_by(PublicNotice.id.desc()).limit(limit)).all()


def on_notice(session: Session, *, ref: str, on: date) -> list[Shown]:
    """List the applications of a public notice that are not withdrawn or refused meanwhile."""
    hung = notice(session, ref=ref)
    named = select(ApplicationStep.application_id).where(ApplicationStep.notice_id == hung.id)
    wanted = select(Application).where(Application.id.in_(named)).order_by(Application.id)
    shown_ones = [_shown(session, one, on) for one in session.scalars(wanted).all()]
    return [one for one in shown_ones if one.state not in ("withdrawn", "refused")]


def _shown(session: Session, one: Application, on: date) -> Shown:
    steps = steps_of(session, one.id)
    last = steps[-1]
    hung_id = next((step.notice_id for step in steps if step.notice_id), None)
    hung = session.get(PublicNotice, hung_id) if hung_id else None
    was_confirmed = any(step.step == "confirmed" for step in steps)
    state = shown_state(last.step, last.recheck_on, on, was_confirmed=was_confirmed)
    category = next((step.category for step in reversed(steps) if step.category), one.category)
    person_id = subject(session, one)
    if state in (*ENTITLED, DUE) and _has_lapsed(session, {person_id, one.person_id}, category, on):
        state = "ended"
    return Shown(
        ref=one.ref, person_id=person_id, region_code=one.region_code, category=category,
        channel=one.channel, applied_on=steps[0].on_day, state=state, since=last.on_day,
        due_on=_due_on(state, last, hung), notice_ref=hung.ref if hung else None, to_bring=last.to_bring,
        recheck_on=last.recheck_on,
    )  # fmt: skip


def _has_lapsed(session: Session, person_ids: Collection[int], category: str, on: date) -> bool:
    """Tell whether a confirmed category holds no more, by a list or by hand, and will not again."""
    fact = seniors.Fact
    still = select(fact.id).where(
        fact.person_id.in_(person_ids), fact.kind == "category", fact.value == category, *seniors.standing(),
        or_(fact.valid_until.is_(None), fact.valid_until > on),
    )  # fmt: skip
    return session.scalars(still.limit(1)).first() is None


def _due_on(state: str, last: ApplicationStep, hung: PublicNotice | None) -> date | None:
    if state in ("applied", "assessed", "objected", RECHECKED):
        return last.on_day + ASSESS_WITHIN
    if state in ("noticed", "answered"):
        return hung.until_day if hung else None
    return last.recheck_on if state == DUE else None
