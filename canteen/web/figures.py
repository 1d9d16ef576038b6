"""Count what a person's day consists of: people, orders, meals served, and what waits to be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import url_for
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from canteen import access, seniors, tables
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.http.auth import Actor
from canteen.http.current import house
from canteen.web import calendar, office, overview_page

_LIVE = ("placed", "locked", "served", "delivered")


def of_today(person: Actor, at: datetime) -> dict[str, list[dict[str, Any]]]:
    """Return the boxes and the tasks of the home page, each counted within what its permission reaches."""
    today = clock.service_day(at)
    return {"boxes": _boxes(person, today), "tasks": _tasks(person, today)}


def _boxes(person: Actor, today: date) -> list[dict[str, Any]]:
    counted: dict[str, tuple[str, Callable[[Session, date], int], str | None]] = {
        "people": ("people.read", _people, "web.people"),
        "orders": ("orders.read", _orders, None),
        "served": ("meals.read", _served, None),
    }
    boxes = []
    for name, (permission, count, endpoint) in counted.items():
        if person.may(permission):
            with house().database.reading(EVERYWHERE) as session:
                scope = access.scope_of(session, person.staff_id, permission=permission)
            with house().database.reading(scope) as session:
                boxes.append(_box(name, count(session, today), endpoint))
    return boxes


def _box(name: str, count: int, endpoint: str | None) -> dict[str, Any]:
    said = office.words()["home"]
    href = url_for(endpoint) if endpoint else None
    return {"label": said[name], "value": f"{count:,}", "note": said[f"{name}_note"], "href": href}


def _people(session: Session, _today: date) -> int:
    person = seniors.Person
    return session.scalar(select(func.count(person.id)).where(*seniors.on_the_register())) or 0


def _orders(session: Session, today: date) -> int:
    order = tables.orders.Order
    wanted = select(func.count(order.id)).where(order.service_date == today, order.state.in_(_LIVE))
    return session.scalar(wanted) or 0


def _served(session: Session, today: date) -> int:
    meal, undo = tables.checkin.Redemption, tables.checkin.RedemptionUndo
    stands = ~exists().where(undo.redemption_ref == meal.ref)
    return session.scalar(select(func.count(meal.id)).where(meal.service_date == today, stands)) or 0


def _tasks(person: Actor, today: date) -> list[dict[str, Any]]:
    return [*_months_to_freeze(person, today), *_calendar_to_fill(person, today)]


def _months_to_freeze(person: Actor, today: date) -> list[dict[str, Any]]:
    if not person.may("statements.freeze"):
        return []
    with house().database.reading(EVERYWHERE) as session:
        scope = access.scope_of(session, person.staff_id, permission="statements.freeze")
    with house().database.reading(scope) as session:
        return overview_page.tasks(session, today)


def _calendar_to_fill(person: Actor, today: date) -> list[dict[str, Any]]:
    if not person.may("places.edit"):
        return []
    with house().database.reading(EVERYWHERE) as session:
        missing = calendar.missing(session, today)
    if missing is None:
        return []
    said = office.words()["calendar"]
    return [
        {
            "label": said["missing_task"].format(year=missing),
            "note": said["missing"].format(year=missing),
            "href": url_for("web.calendar", year=missing),
            "tone": "warn",
        }
    ]
