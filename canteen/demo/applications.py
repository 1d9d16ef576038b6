"""Leave an application in every state on the desk of the community workers, the same ones each time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from canteen import eligibility, places, seniors
from canteen.demo.days import ACTOR, Town
from canteen.demo.invented import words
from canteen.demo.world import accounts
from canteen.foundation.clock import service_day

_SECOND = f"{ACTOR}:second"
# How many days before the start an application was made, and how far it came.
_STORIES = (
    (2, "applied"), (6, "assessed"), (8, "noticed"), (9, "objected"), (20, "waiting"), (30, "confirmed"),
    (330, "due"), (25, "refused"), (12, "withdrawn"),
)  # fmt: skip


def enter(session: Session, *, town: Town, start: datetime) -> None:
    """Enter them for people who are still alive and do not hold the category yet."""
    near = next(one["region"] for one in accounts()["accounts"].values() if one["role"] == "community_worker")
    living = [town.person_ids[number] for number, one in enumerate(town.people) if number and one.fate != "dies"]
    free = [one for one in reversed(living) if not _holds_any(session, one, start)]
    free.sort(key=lambda one: not _lives_in(session, one, near))
    for person_id, (days, state) in zip(free, _STORIES, strict=False):
        _tell(session, person_id, start - timedelta(days=days), state)


def _lives_in(session: Session, person_id: int, region_code: str) -> bool:
    return places.is_within(seniors.person_by_id(session, person_id=person_id).region_code, region_code)


def _holds_any(session: Session, person_id: int, at: datetime) -> bool:
    return bool(seniors.values_on(session, person_id=person_id, kind="category", day=service_day(at)))


def _tell(session: Session, person_id: int, at: datetime, state: str) -> None:
    said = words()["applications"]
    made = eligibility.apply(
        session, person_id=person_id, category=said["category"], channel="staff", evidence=said["form"],
        actor=ACTOR, at=at,
    )  # fmt: skip
    if state == "refused":
        _refuse(session, made.ref, at + timedelta(days=1))
    elif state == "withdrawn":
        eligibility.withdraw(session, ref=made.ref, actor=ACTOR, at=at + timedelta(days=1))
    elif state != "applied":
        _go_on(session, made, at, state)


def _go_on(session: Session, made: eligibility.Application, at: datetime, state: str) -> None:
    said, person = words()["applications"], seniors.person_by_id(session, person_id=made.person_id)
    eligibility.assess(
        session, ref=made.ref, category=said["category"], evidence=said["visit"], actor=ACTOR, at=at + timedelta(days=2)
    )
    if state == "assessed":
        return
    eligibility.publish_notice(
        session, refs=[made.ref], region_code=person.region_code, place=said["place"], phone=said["phone"], days=7,
        day_kind="calendar", actor=ACTOR, at=at + timedelta(days=3),
    )  # fmt: skip
    if state == "objected":
        eligibility.object_to(session, ref=made.ref, evidence=said["objection"], actor=ACTOR, at=at + timedelta(days=5))
    if state in ("confirmed", "due"):
        _confirm(session, made.ref, made.person_id, at)


def _confirm(session: Session, ref: str, person_id: int, at: datetime) -> None:
    first = service_day(at)
    seniors.give_consent(session, person_id=person_id, kind="data", text_version="2026-01", given_by=ACTOR, at=at)
    eligibility.confirm(
        session, ref=ref, evidence=words()["applications"]["document"], valid_from=first,
        recheck_on=first + timedelta(days=365), actor=_SECOND, at=at + timedelta(days=11),
    )  # fmt: skip


def _refuse(session: Session, ref: str, at: datetime) -> None:
    said = words()["applications"]
    eligibility.refuse(session, ref=ref, reason=said["reason"], to_bring=said["bring"], actor=ACTOR, at=at)
