"""Keep who carries meals for a canteen: hours, boxes, skills, papers; who does not come; cash handed in."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import rounds, tables
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Invalid
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, place, round_words
from canteen.web.round_words import label


def add_to(blueprint: Blueprint) -> None:
    """Add the list of couriers and what is sent from it."""
    blueprint.get("/rounds/couriers")(crew_page)
    for address, act in (
        ("/rounds/couriers", add_courier), ("/rounds/couriers/change", change_courier),
        ("/rounds/couriers/end", end_courier), ("/rounds/cash", take_cash), ("/rounds/couriers/time", spend_time),
    ):  # fmt: skip
        blueprint.post(address)(act)


@audience("deliveries.plan")
def crew_page() -> str | BaseResponse:
    """List the couriers with what stands against their coming today."""
    with house().database.reading(EVERYWHERE) as session:
        canteen = place.here(session)
        if canteen is None:
            return place.ask()
        today = clock.today()
        absent = rounds.absent_on(session, canteen_id=canteen.id, on=today)
        crew = rounds.couriers(session, canteen_id=canteen.id, on=today)
        refs = {staff_id: ref for staff_id, ref, _ in _accounts(session, canteen.id)}
        return render_template(
            "rounds/couriers.html",
            canteen=canteen.name,
            rows=[_row(one, today, absent, refs) for one in crew],
            accounts=[_account(session, one, crew) for one in crew if one.kind != "paid"],
            purses=_purses(session, canteen.id, today),
            staff=[("", "没有账号，用纸单"), *_staff(session, canteen.id)],
            kinds=round_words.options("kinds"),
            skills=round_words.options("skills"),
            me=actor().name,
            acts={
                "add": url_for("web.add_courier"),
                "change": url_for("web.change_courier"),
                "end": url_for("web.end_courier"),
                "cash": url_for("web.take_cash"),
                "time": url_for("web.spend_time"),
                "volunteers": url_for("web.volunteer_page"),
            },
            back_url=url_for("web.round_page"),
        )


@audience("deliveries.plan")
@forms.shown_again(lambda: str(crew_page()))
def add_courier() -> BaseResponse:
    """Enter a courier."""
    with house().database.transaction(EVERYWHERE) as session:
        canteen = place.certainly_here(session)
        terms = _terms(session, canteen.id)
        rounds.add_courier(session, canteen_id=canteen.id, terms=terms, actor=forms.me(), at=clock.now())
    return _done()


@audience("deliveries.plan")
@forms.shown_again(lambda: str(crew_page()))
def change_courier() -> BaseResponse:
    """Change how somebody carries meals."""
    with house().database.transaction(EVERYWHERE) as session:
        found = _named(session)
        terms = _terms(session, found.canteen_id)
        rounds.change_courier(session, courier=found, terms=terms, actor=forms.me(), at=clock.now())
    return _done()


@audience("deliveries.plan")
def end_courier() -> BaseResponse:
    """Say that somebody carries no meals any more."""
    with house().database.transaction(EVERYWHERE) as session:
        rounds.end_courier(session, courier=_named(session), on=clock.today(), actor=forms.me(), at=clock.now())
    return _done()


@audience("deliveries.plan")
@forms.shown_again(lambda: str(crew_page()))
def take_cash() -> BaseResponse:
    """Take the cash of a round from a courier: counted, with two names."""
    counted = forms.yuan("counted")
    if counted is None:
        raise Invalid("form.missing")
    with house().database.transaction(EVERYWHERE) as session:
        found = _named(session)
        held = rounds.round_on(
            session, canteen_id=found.canteen_id, service_date=clock.today(), meal=forms.needed("meal")
        )
        if held is None:
            raise Invalid("form.no_such_choice")
        rounds.hand_in(
            session, held, courier=found, event_id=forms.needed("event_id"), counted_fen=counted,
            given_by=forms.typed("given_by"), taken_by=forms.typed("taken_by"), note=forms.typed("note"),
            actor=forms.me(), at=clock.now(),
        )  # fmt: skip
    round_words.tell("cash")
    return redirect(url_for("web.crew_page"), 303)


@audience("deliveries.plan")
@forms.shown_again(lambda: str(crew_page()))
def spend_time() -> BaseResponse:
    """Take minutes off a volunteer's account, for help received or as a gift to another."""
    with house().database.transaction(EVERYWHERE) as session:
        found, other = _named(session), forms.typed("to")
        to = rounds.courier(session, ref=other, canteen_id=found.canteen_id) if other else None
        rounds.spend(
            session, courier=found, to=to, minutes=forms.number("minutes", most=6000), reason=forms.typed("reason"),
            key=forms.needed("event_id"), actor=forms.me(), at=clock.now(),
        )  # fmt: skip
    round_words.tell("time")
    return redirect(url_for("web.crew_page"), 303)


def _named(session: Session) -> rounds.Courier:
    return rounds.courier(session, ref=forms.needed("courier"), canteen_id=place.certainly_here(session).id)


def _terms(session: Session, canteen_id: int) -> rounds.Terms:
    accounts = {ref: staff_id for staff_id, ref, _ in _accounts(session, canteen_id)}
    return rounds.Terms(
        name=forms.needed("name"),
        kind=forms.chosen("kind", round_words.words()["kinds"]),
        capacity=forms.number("capacity", most=500),
        starts_minute=forms.minute("starts"),
        ends_minute=forms.minute("ends"),
        weekdays="".join(sorted(set(forms.needed("weekdays")))),
        max_trips=forms.number("trips", most=10),
        skills=tuple(one for one in request.form.getlist("skills") if one in round_words.words()["skills"]),
        team=forms.typed("team"),
        staff_id=accounts.get(forms.typed("staff")),
        insured_until=forms.last_day("insured"),
        health_until=forms.last_day("health"),
    )


def _done() -> BaseResponse:
    round_words.tell("courier")
    return redirect(url_for("web.crew_page"), 303)


def _staff(session: Session, canteen_id: int) -> list[tuple[str, str]]:
    return [(ref, name) for _, ref, name in _accounts(session, canteen_id)]


def _accounts(session: Session, canteen_id: int) -> list[tuple[int, str, str]]:
    """List who logs in as a courier of the canteen."""
    staff, grant = tables.access.Staff, tables.access.Grant
    wanted = (
        select(staff.id, staff.ref, staff.name)
        .join(grant, grant.staff_id == staff.id)
        .where(grant.canteen_id == canteen_id, grant.role_code == "courier")
        .order_by(staff.id)
    )
    return [(row.id, row.ref, row.name) for row in session.execute(wanted)]


def _row(one: rounds.Courier, today: date, absent: dict[int, str], accounts: dict[int, str]) -> dict[str, Any]:
    against = rounds.obstacle(one, on=today, absent=absent)
    return {
        "ref": one.ref,
        "name": one.name,
        "kind": one.kind,
        "kind_label": label("kinds", one.kind),
        "team": one.team,
        "capacity": one.capacity,
        "starts": f"{one.starts_minute // 60:02d}:{one.starts_minute % 60:02d}",
        "ends": f"{one.ends_minute // 60:02d}:{one.ends_minute % 60:02d}",
        "weekdays": one.weekdays,
        "staff": accounts.get(one.staff_id or 0, ""),
        "health": _last_day(one.health_until),
        "insured": _last_day(one.insured_until),
        "trips": one.max_trips,
        "skills": list(one.skills),
        "skills_label": "、".join(label("skills", skill) for skill in one.skills),
        "obstacle": label("obstacles", against) if against else "",
        "warnings": [label("warnings", name) for name in rounds.warnings(one, on=today)],
    }


def _last_day(until: date | None) -> str:
    """Write the last day on which a paper is valid, as the form asks for it."""
    return "" if until is None else (until - timedelta(days=1)).isoformat()


def _account(session: Session, one: rounds.Courier, crew: Sequence[rounds.Courier]) -> dict[str, Any]:
    minutes = rounds.balance(session, courier_id=one.id)
    return {
        "courier": one.ref,
        "name": one.name,
        "hours": f"{minutes // 60} 小时 {minutes % 60} 分",
        "has_any": minutes > 0,
        "others": [
            ("", "换服务，自己用"),
            *((to.ref, to.name) for to in crew if to.kind != "paid" and to.id != one.id),
        ],
        "event_id": str(uuid.uuid4()),
    }


def _purses(session: Session, canteen_id: int, today: date) -> list[dict[str, Any]]:
    """List what each courier took in cash today and has not handed in."""
    rows = []
    for meal in tables.places.MEALS:
        held = rounds.round_on(session, canteen_id=canteen_id, service_date=today, meal=meal)
        for one in rounds.couriers(session, canteen_id=canteen_id, on=today) if held is not None else ():
            found = rounds.purse(session, held, courier=one) if held is not None else rounds.Purse(0, 0)
            if found.taken_fen:
                rows.append(
                    {
                        "courier": one.ref, "name": one.name, "meal": meal, "taken_fen": found.taken_fen,
                        "due_fen": found.due_fen, "event_id": str(uuid.uuid4()),
                    }
                )  # fmt: skip
    return rows
