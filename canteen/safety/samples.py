"""Keep samples of what was cooked, know which are missing, and throw them away in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.foundation.errors import Invalid, NotFound, Refused
from canteen.menus.tables import DayMenu, Dish, MenuItem
from canteen.safety.rules import LEAST_GRAMS, discard_from
from canteen.safety.tables import FoodSample, SampleDiscard

_MOST_GRAMS = 5000


@dataclass(frozen=True, slots=True)
class Kept:
    """Show a sample that is in the fridge, and from when it may go."""

    sample_id: int
    service_date: date
    meal: str
    dish: str
    grams: int
    place: str
    kept_at: datetime
    may_go_from: datetime


def keep_sample(
    session: Session,
    *,
    canteen_id: int,
    service_date: date,
    meal: str,
    dish: str,
    grams: int,
    place: str,
    actor: str,
    at: datetime,
) -> FoodSample:
    """Note a sample; refuses ``safety.sample_too_small`` and ``safety.sample_kept`` (there is one already)."""
    if not LEAST_GRAMS <= grams <= _MOST_GRAMS:
        raise Invalid("safety.sample_too_small", least=LEAST_GRAMS, most=_MOST_GRAMS)
    row = FoodSample(
        canteen_id=canteen_id, service_date=service_date, meal=meal, dish=dish, grams=grams, place=place, kept_at=at,
        kept_by=actor,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise Refused("safety.sample_kept", dish=dish) from error
    return row


def discard(session: Session, *, canteen_id: int, sample_id: int, actor: str, at: datetime) -> FoodSample:
    """Note that a sample was thrown away; refuses ``safety.sample_too_young`` and ``safety.no_such_sample``."""
    row = session.scalars(
        select(FoodSample).where(FoodSample.id == sample_id, FoodSample.canteen_id == canteen_id)
    ).one_or_none()
    if row is None or session.get(SampleDiscard, sample_id) is not None:
        raise NotFound("safety.no_such_sample")
    may_from = discard_from(row.kept_at)
    if at < may_from:
        raise Refused("safety.sample_too_young", until_at=may_from)
    session.add(SampleDiscard(sample_id=row.id, canteen_id=canteen_id, may_from=may_from, at=at, actor=actor))
    session.flush()
    return row


def kept(session: Session, *, canteen_id: int) -> list[Kept]:
    """List the samples that are kept, the oldest first."""
    rows = session.scalars(
        select(FoodSample)
        .outerjoin(SampleDiscard, SampleDiscard.sample_id == FoodSample.id)
        .where(FoodSample.canteen_id == canteen_id, SampleDiscard.sample_id.is_(None))
        .order_by(FoodSample.kept_at, FoodSample.id)
    )
    return [
        Kept(row.id, row.service_date, row.meal, row.dish, row.grams, row.place, row.kept_at, discard_from(row.kept_at))
        for row in rows
    ]


def missing(session: Session, *, canteen_id: int, day: date) -> list[tuple[str, str]]:
    """List (meal, dish) of a day's menus of which no sample is kept."""
    offered = session.execute(
        select(DayMenu.meal, Dish.name)
        .join(MenuItem, MenuItem.menu_id == DayMenu.id)
        .join(Dish, Dish.id == MenuItem.dish_id)
        .where(DayMenu.canteen_id == canteen_id, DayMenu.service_date == day, MenuItem.portions > 0)
        .order_by(DayMenu.id, MenuItem.position)
    )
    sampled = session.execute(
        select(FoodSample.meal, FoodSample.dish).where(
            FoodSample.canteen_id == canteen_id, FoodSample.service_date == day
        )
    )
    known = {(row.meal, row.dish) for row in sampled}
    return [(meal, dish) for meal, dish in offered if (meal, dish) not in known]
