"""Let the kitchens of the story have numbered sheets, food safety records and a car on its way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from canteen import kitchen, safety
from canteen.demo.days import ACTOR
from canteen.demo.invented import words

_WARM, _COLD = 665, 42


def enter(session: Session, *, canteens: Mapping[str, int], at: datetime, today: date) -> None:
    """Lock what is past its cut-off, note what was measured this morning, and send what the meal points need."""
    for meal in kitchen.due(session, at=at):
        kitchen.lock(session, of=meal, actor="job", at=at)
    _keep_safe(session, canteens[words()["tour"]["site"]], at, today)
    for kitchen_id in canteens.values():
        _send(session, kitchen_id, at, today)


def _keep_safe(session: Session, canteen_id: int, at: datetime, today: date) -> None:
    said = words()["kitchen"]
    for holder, days in said["certificates"]:
        safety.enter_certificate(
            session, canteen_id=canteen_id, holder=holder, number_tail="", valid_until=today + timedelta(days=days),
            actor=ACTOR, at=at,
        )  # fmt: skip
    safety.note_temperature(
        session, canteen_id=canteen_id, point="fridge", place=said["fridge"], celsius_tenths=_COLD, measure="",
        actor=ACTOR, at=at - timedelta(hours=3),
    )  # fmt: skip
    for back in (0, 3):
        day = today - timedelta(days=back)
        for meal, dish in safety.missing(session, canteen_id=canteen_id, day=day)[:2]:
            safety.keep_sample(
                session, canteen_id=canteen_id, service_date=day, meal=meal, dish=dish, grams=150,
                place=said["samples"], actor=ACTOR, at=at - timedelta(days=back),
            )  # fmt: skip


def _send(session: Session, kitchen_id: int, at: datetime, today: date) -> None:
    for need in kitchen.needs(session, kitchen_id=kitchen_id, service_date=today, meal="lunch"):
        if need.dishes:
            kitchen.dispatch(
                session, kitchen_id=kitchen_id, site_id=need.canteen_id, service_date=today, meal="lunch",
                dishes=dict(need.dishes), celsius_tenths=_WARM, measure="", actor=ACTOR, at=at,
            )  # fmt: skip
