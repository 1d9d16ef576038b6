"""Assess, publish, hear objections, confirm or refuse, re-check and end; a decision leads to a dated fact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from canteen import places, seniors
from canteen.eligibility.apply import check_known
from canteen.eligibility.rules import DAY_KINDS, LONGEST_NOTICE, counted_until
from canteen.eligibility.tables import Application, ApplicationStep, PublicNotice
from canteen.eligibility.write import held, step, steps_of, subject
from canteen.foundation.clock import service_day
from canteen.foundation.errors import Invalid, Refused
from canteen.foundation.references import new_reference


def assess(
    session: Session, *, ref: str, category: str, evidence: str, day: date | None = None, actor: str, at: datetime
) -> ApplicationStep:
    """State what an assessment found, and on which papers; after the confirmation this is a re-check.

    Refuses ``eligibility.no_such_category``, and ``recheck_category`` for a re-check of another category.
    """
    found = held(session, ref=ref)
    check_known(session, category, day or service_day(at))
    _need(evidence)
    before = steps_of(session, found.id)
    if any(one.step == "confirmed" for one in before) and category not in {one.category for one in before}:
        raise Refused("eligibility.recheck_category")
    return step(session, found, "assessed", day=day, category=category, evidence=evidence, actor=actor, at=at)


def publish_notice(
    session: Session, *, refs: Sequence[str], region_code: str, place: str, phone: str, days: int, day_kind: str,
    from_day: date | None = None, actor: str, at: datetime,
) -> PublicNotice:  # fmt: skip
    """Hang out a list of assessed applications of a region; the days are counted by the calendar of the house.

    Refuses ``eligibility.notice_empty``, ``notice_days``, ``notice_region`` and what `step` refuses.
    """
    first = from_day or service_day(at)
    listed = [held(session, ref=ref) for ref in sorted(set(refs))]
    if not listed:
        raise Invalid("eligibility.notice_empty")
    if not 0 < days <= LONGEST_NOTICE or day_kind not in DAY_KINDS:
        raise Invalid("eligibility.notice_days", most=LONGEST_NOTICE)
    if any(not places.is_within(one.region_code, region_code) for one in listed):
        raise Invalid("eligibility.notice_region")
    hung = PublicNotice(
        ref=new_reference("N"), region_code=region_code, place=place, phone=phone, from_day=first, days=days,
        day_kind=day_kind, until_day=counted_until(first, days, is_counted(session, day_kind)), published_by=actor,
        published_at=at,
    )  # fmt: skip
    session.add(hung)
    session.flush()
    for one in listed:
        step(session, one, "noticed", day=first, notice_id=hung.id, actor=actor, at=at)
    return hung


def is_counted(session: Session, day_kind: str) -> Callable[[date], bool]:
    """Return what tells whether a day counts."""
    if day_kind == "calendar":
        return lambda _day: True
    return places.calendar(session).is_working_day


def object_to(session: Session, *, ref: str, evidence: str, day: date | None = None, actor: str, at: datetime) -> None:
    """Note an objection to a published application; it stands still until somebody answers."""
    _need(evidence)
    step(session, held(session, ref=ref), "objected", day=day, evidence=evidence, actor=actor, at=at)


def answer_objection(session: Session, *, ref: str, evidence: str, actor: str, at: datetime) -> None:
    """State why an objection does not hold; one that holds is a refusal."""
    _need(evidence)
    step(session, held(session, ref=ref), "answered", evidence=evidence, actor=actor, at=at)


def refuse(session: Session, *, ref: str, reason: str, to_bring: str = "", actor: str, at: datetime) -> None:
    """Refuse with the reason, and say what to come back with."""
    _need(reason)
    step(session, held(session, ref=ref), "refused", evidence=reason, to_bring=to_bring, actor=actor, at=at)


def confirm(
    session: Session, *, ref: str, evidence: str, valid_from: date, recheck_on: date, valid_until: date | None = None,
    actor: str, at: datetime,
) -> ApplicationStep:  # fmt: skip
    """Confirm what was assessed: the category holds from a day on, as a fact whose source is the application.

    Somebody else than who took the application in or assessed it. Refuses ``eligibility.guardian_consent``,
    ``data_consent``, ``recheck_early``, ``holds_early`` (before the application) and what `step` and a fact refuse.
    """
    found = held(session, ref=ref)
    _need(evidence)
    _check_consent(session, found)
    steps = steps_of(session, found.id)
    if valid_from < steps[0].on_day:
        raise Invalid("eligibility.holds_early")
    _check_recheck(recheck_on, service_day(at))
    category = next((one.category for one in steps if one.category), None)
    if category is None:
        raise Refused("eligibility.step_order")
    with session.begin_nested():
        fact = seniors.add_fact(
            session, person_id=subject(session, found), kind="category", value=category, valid_from=valid_from,
            valid_until=valid_until, evidence=evidence, source=source_of(found), actor=actor, at=at,
        )  # fmt: skip
        return step(
            session, found, "confirmed", evidence=evidence, fact_id=fact.id, recheck_on=recheck_on, actor=actor, at=at
        )


def renew(
    session: Session, *, ref: str, evidence: str, recheck_on: date, valid_until: date | None = None, actor: str,
    at: datetime,
) -> ApplicationStep:  # fmt: skip
    """State after a re-check that it goes on; an end that was stated is put off.

    Somebody else than who made the re-check, which is one more assessment.
    """
    found = held(session, ref=ref)
    _need(evidence)
    _check_recheck(recheck_on, service_day(at))
    fact, person_id = _fact(session, found), subject(session, found)
    with session.begin_nested():
        if fact.person_id != person_id:  # The record was merged since, and the other does not hold it yet.
            fact = seniors.add_fact(
                session, person_id=person_id, kind=fact.kind, value=fact.value, valid_from=fact.valid_from,
                valid_until=valid_until, evidence=evidence, source=source_of(found), actor=actor, at=at,
            )  # fmt: skip
        elif valid_until != fact.valid_until:
            fact = seniors.supersede_fact(
                session, fact_id=fact.id, valid_until=valid_until, evidence=evidence, source=source_of(found),
                actor=actor, at=at,
            )  # fmt: skip
        return step(
            session, found, "renewed", evidence=evidence, fact_id=fact.id, recheck_on=recheck_on, actor=actor, at=at
        )


def end(session: Session, *, ref: str, evidence: str, ends_on: date, actor: str, at: datetime) -> ApplicationStep:
    """End what was confirmed: from a day on the category holds no more; what was before stays.

    Somebody else than who made the re-check, as for `renew`.
    """
    found = held(session, ref=ref)
    _need(evidence)
    fact = _fact(session, found)
    with session.begin_nested():
        ended = seniors.supersede_fact(
            session, fact_id=fact.id, valid_until=ends_on, evidence=evidence, source=source_of(found), actor=actor,
            at=at,
        )  # fmt: skip
        return step(session, found, "ended", evidence=evidence, fact_id=ended.id, actor=actor, at=at)


def source_of(found: Application) -> str:
    """Name an application as the source of a fact."""
    return f"application:{found.ref}"


def needs_guardian(session: Session, person_id: int) -> bool:
    """Tell whether somebody else speaks for the person: a child, or one with a guardian."""
    if seniors.person_by_id(session, person_id=person_id).diner == "child":
        return True
    return any(one.kind == "guardian" for one in seniors.contacts_of(session, person_id=person_id))


def lacks_consent(session: Session, person_id: int) -> str | None:
    """Return which consent is missing before a category may be confirmed: ``data`` or ``guardian``; None for none.

    Whoever bound an account in chat agreed there to the same text.
    """
    given = {one.kind for one in seniors.consents_of(session, person_id=person_id)}
    if needs_guardian(session, person_id) and "guardian" not in given:
        return "guardian"
    return None if given & {"data", "binding", "guardian"} else "data"


def _check_consent(session: Session, found: Application) -> None:
    lacking = lacks_consent(session, subject(session, found))
    if lacking == "guardian":
        raise Refused("eligibility.guardian_consent")
    if lacking == "data":
        raise Refused("eligibility.data_consent")


def _check_recheck(recheck_on: date, today: date) -> None:
    if recheck_on <= today:
        raise Invalid("eligibility.recheck_early")


def _fact(session: Session, found: Application) -> seniors.Fact:
    """Return the standing fact that an application led to, whoever corrected it since."""
    named = {one.fact_id for one in steps_of(session, found.id) if one.fact_id is not None}
    for fact in seniors.history_of(session, person_id=found.person_id):
        if fact.supersedes_id in named:
            named.add(fact.id)
    standing = [fact for fact in seniors.facts_of(session, person_id=found.person_id) if fact.id in named]
    person_id = subject(session, found)
    if person_id != found.person_id:
        value = next((fact.value for fact in standing), found.category)
        held_now = seniors.facts_of(session, person_id=person_id)
        standing += [fact for fact in held_now if (fact.kind, fact.value) == ("category", value)]
    if not standing:
        raise Refused("eligibility.fact_gone")
    return standing[-1]


def _need(evidence: str) -> None:
    if not evidence.strip():
        raise Invalid("eligibility.no_evidence")
