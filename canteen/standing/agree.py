"""Agree on a standing order, end it, and list what stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from canteen import audit, places, seniors
from canteen.foundation.errors import Invalid, NotFound
from canteen.foundation.references import new_reference
from canteen.orders import MOST_PORTIONS
from canteen.standing.tables import StandingOrder


@dataclass(frozen=True)
class Agreed:
    """Show a standing order."""

    ref: str
    person_id: int
    canteen_id: int
    meal: str
    weekdays: tuple[int, ...]
    mode: str
    dishes: tuple[tuple[str, int], ...]
    diet: tuple[str, ...]
    fallback: str
    skips_holidays: bool
    valid_from: date
    valid_until: date | None
    ended_at: datetime | None


def begin(
    session: Session,
    *,
    person_id: int,
    canteen_id: int,
    meal: str,
    weekdays: Collection[int],
    dishes: Sequence[tuple[str, int]],
    mode: str,
    valid_from: date,
    actor: str,
    channel: str,
    at: datetime,
    valid_until: date | None = None,
    diet: Sequence[str] = (),
    fallback: str = "",
    skips_holidays: bool = False,
) -> StandingOrder:
    """Agree on a pattern; what the person had for this meal on any of these weekdays ends with it.

    Refused: ``standing.no_days``, ``standing.no_dishes``, ``standing.ends_early``.
    """
    days = sorted(set(weekdays))
    if not days or not set(days) <= set(range(1, 8)):
        raise Invalid("standing.no_days")
    if not dishes or not 1 <= sum(count for _, count in dishes) <= MOST_PORTIONS or any(c < 1 for _, c in dishes):
        raise Invalid("standing.no_dishes", most=MOST_PORTIONS)
    if valid_until is not None and valid_until <= valid_from:
        raise Invalid("standing.ends_early")
    seniors.locked(session, person_id=person_id)
    for held in _overlapping(session, person_id, meal, days, valid_from):
        _close(session, held, actor, at)
    made = StandingOrder(
        ref=new_reference("R"), person_id=person_id, canteen_id=canteen_id, meal=meal,
        weekdays="".join(map(str, days)), mode=mode, dishes=[list(pair) for pair in dishes], diet=list(diet),
        fallback=fallback, skips_holidays=skips_holidays, valid_from=valid_from, valid_until=valid_until, made_at=at,
        made_by=actor, channel=channel,
    )  # fmt: skip
    session.add(made)
    _record(session, made, "standing_begun", actor, at)
    return made


def end(session: Session, *, ref: str, actor: str, at: datetime) -> StandingOrder:
    """End a standing order; one that has ended is returned as it is. What was ordered already stays ordered."""
    held = find(session, ref=ref, to_change=True)
    if held.ended_at is None:
        _close(session, held, actor, at)
    return held


def find(session: Session, *, ref: str, to_change: bool = False) -> StandingOrder:
    """Return a standing order by its reference; ``standing.not_found`` otherwise."""
    wanted = select(StandingOrder).where(StandingOrder.ref == ref)
    found = session.scalar(wanted.with_for_update() if to_change else wanted)
    if found is None:
        raise NotFound("standing.not_found", ref=ref)
    return found


def of_people(session: Session, *, person_ids: Collection[int], on: date) -> list[Agreed]:
    """List what stands for some people on a day and after it, by person and meal."""
    wanted = select(StandingOrder).where(StandingOrder.person_id.in_(sorted(person_ids)), _stands(on))
    return [shown(one) for one in session.scalars(wanted.order_by(StandingOrder.person_id, StandingOrder.id))]


def all_live(session: Session, *, on: date) -> list[Agreed]:
    """List everything that stands on a day or after it, in reach."""
    wanted = select(StandingOrder).where(_stands(on)).order_by(StandingOrder.canteen_id, StandingOrder.id)
    return [shown(one) for one in session.scalars(wanted)]


def shown(one: StandingOrder) -> Agreed:
    """Show a standing order as a value."""
    return Agreed(
        one.ref, one.person_id, one.canteen_id, one.meal, tuple(int(day) for day in one.weekdays), one.mode,
        tuple((name, count) for name, count in one.dishes), tuple(one.diet), one.fallback, one.skips_holidays,
        one.valid_from, one.valid_until, one.ended_at,
    )  # fmt: skip


def _overlapping(
    session: Session, person_id: int, meal: str, days: Sequence[int], valid_from: date
) -> Sequence[StandingOrder]:
    wanted = select(StandingOrder).where(
        StandingOrder.person_id == person_id, StandingOrder.meal == meal, _stands(valid_from)
    )
    return [one for one in session.scalars(wanted.with_for_update()) if set(one.weekdays) & set(map(str, days))]


def _stands(on: date) -> ColumnElement[bool]:
    still = or_(StandingOrder.valid_until.is_(None), StandingOrder.valid_until > on)
    return StandingOrder.ended_at.is_(None) & still


def _close(session: Session, held: StandingOrder, actor: str, at: datetime) -> None:
    held.ended_at, held.ended_by = at, actor
    _record(session, held, "standing_ended", actor, at)


def _record(session: Session, one: StandingOrder, action: str, actor: str, at: datetime) -> None:
    session.flush()
    canteen = places.canteen_by_id(session, canteen_id=one.canteen_id)
    audit.record(session, chain=f"canteen:{canteen.ref}", at=at, actor=actor, action=action, subject=one.ref)
