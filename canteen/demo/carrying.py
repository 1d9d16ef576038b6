"""Let canteens carry meals: buildings, couriers, who lives where, and today's round, planned and gone out."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import delivery, rounds, tables
from canteen.demo.world import ACTOR
from canteen.foundation.clock import service_day
from canteen.foundation.db import EVERYWHERE, Database

_STEPS = 300  # The same plan on every machine.
_PAPERS = timedelta(days=400)


@cache
def carriers() -> dict[str, Any]:
    """Return who carries meals, and to where."""
    return tomllib.loads(Path(__file__).with_name("carrying.toml").read_text(encoding="utf-8"))


def enter(session: Session, *, canteens: dict[str, int], at: datetime) -> None:
    """Enter buildings and couriers, and say where everybody lives who is brought a meal from today on."""
    for site in carriers()["sites"]:
        canteen_id = canteens[site["site"]]
        known: dict[str, Any] = {"actor": ACTOR, "at": at}
        houses = [_building(session, canteen_id, said, known) for said in site["buildings"]]
        crew = [_courier(session, canteen_id, site, number, known) for number in range(len(site["couriers"]))]
        for n, person_id in enumerate(_brought(session, canteen_id, service_day(at))):
            rounds.settle(
                session, person_id=person_id, building=houses[n % len(houses)], floor=1 + n % 6,
                note=carriers()["words"]["door_note"] if n % 5 == 1 else "",
                usual_courier_id=crew[0].id if n % 4 == 0 else None, **known,
            )  # fmt: skip


def plan_today(database: Database, *, canteens: dict[str, int], at: datetime) -> None:
    """Plan today's lunch of every canteen that carries meals and let the plan go out; done once."""
    for site in carriers()["sites"]:
        due = rounds.Due(canteens[site["site"]], service_day(at), "lunch")
        with database.reading(EVERYWHERE) as session:
            held = rounds.round_on(session, canteen_id=due.canteen_id, service_date=due.service_date, meal=due.meal)
            is_new = held is None and bool(_brought(session, due.canteen_id, due.service_date, meal=due.meal))
        if is_new and rounds.plan(database, due, actor=ACTOR, at=at, solve=_solve):
            with database.transaction(EVERYWHERE) as session:
                held = rounds.round_on(session, canteen_id=due.canteen_id, service_date=due.service_date, meal=due.meal)
                if held is not None:
                    rounds.publish(session, held, number=held.latest_version, actor=ACTOR, at=at)


def _solve(case: delivery.Case, moved: int) -> delivery.Plan:
    return delivery.solver().solve(case, budget=delivery.Budget(iterations=(_STEPS,)), moved=moved)


def _building(session: Session, canteen_id: int, said: dict[str, Any], known: dict[str, Any]) -> rounds.Building:
    pin = rounds.Pin(latitude=said["pin"][0], longitude=said["pin"][1]) if "pin" in said else None
    return rounds.add_building(
        session, canteen_id=canteen_id, name=said["name"], has_lift=said.get("lift", False), note=said.get("note", ""),
        pin=pin, **known,
    )  # fmt: skip


def _courier(
    session: Session, canteen_id: int, site: dict[str, Any], number: int, known: dict[str, Any]
) -> rounds.Courier:
    staff = tables.access.Staff
    account = session.scalar(select(staff.id).where(staff.username == site.get("account", ""))) if not number else None
    papers = service_day(known["at"]) + _PAPERS
    terms = rounds.Terms(
        name=site["couriers"][number], kind="volunteer" if number else "paid", capacity=16, starts_minute=10 * 60 + 20,
        ends_minute=13 * 60 + 30, staff_id=account, health_until=papers, insured_until=None if number else papers,
        skills=() if number else ("lift",),
    )  # fmt: skip
    return rounds.add_courier(session, canteen_id=canteen_id, terms=terms, **known)


def _brought(session: Session, canteen_id: int, first: date, *, meal: str | None = None) -> list[int]:
    """List who is brought a meal from a day on, or that very meal of the day."""
    order = tables.orders.Order
    when = [order.service_date >= first] if meal is None else [order.service_date == first, order.meal == meal]
    wanted = select(order.person_id).where(
        order.canteen_id == canteen_id, order.mode == "delivery", order.state.in_(("placed", "locked")), *when
    )
    return list(dict.fromkeys(session.scalars(wanted.order_by(order.id))))
