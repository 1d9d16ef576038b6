"""Keep the buildings that a canteen carries meals to, and who lives in which."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import orders, rounds, tables
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Invalid
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, place, round_words
from canteen.web.sent_tables import sent_table

_LARGEST = 2 * 1024 * 1024
_COLUMNS = {"name": "楼栋", "latitude": "坐标", "datum": "坐标系", "lift": "电梯", "note": "备注"}


def add_to(blueprint: Blueprint) -> None:
    """Add the list of buildings and what is sent from it."""
    blueprint.get("/rounds/buildings")(building_page)
    for address, act in (
        ("/rounds/buildings", add_building), ("/rounds/buildings/change", change_building),
        ("/rounds/buildings/close", close_building), ("/rounds/buildings/reopen", reopen_building),
        ("/rounds/buildings/settle", settle_person), ("/rounds/buildings/import", import_buildings),
    ):  # fmt: skip
        blueprint.post(address)(act)


@audience("deliveries.plan")
def building_page() -> str | BaseResponse:
    """List the buildings, those without a pin first, and who has none yet."""
    with house().database.reading(EVERYWHERE) as session:
        canteen = place.here(session)
        if canteen is None:
            return place.ask()
        today = clock.today()
        listed = rounds.buildings(session, canteen_id=canteen.id)
        crew = rounds.couriers(session, canteen_id=canteen.id, on=today)
        far = rounds.far_off(one for one, _ in listed)
        acts = ("add", "change", "close", "reopen", "settle", "import")
        return render_template(
            "rounds/buildings.html",
            canteen=canteen.name,
            rows=[_row(one, count, today) | {"is_far": one.ref in far} for one, count in listed],
            unsettled=_unsettled(session, canteen.id, today),
            buildings=[(one.ref, one.name) for one, _ in sorted(listed, key=lambda pair: pair[0].name)],
            couriers=[("", "谁送都行"), *((one.ref, one.name) for one in crew)],
            datums=round_words.options("datums"),
            skills=round_words.options("skills"),
            acts={name: url_for(f"web.{_ACTS[name]}") for name in acts},
            back_url=url_for("web.round_page"),
        )


_ACTS = {
    "add": "add_building", "change": "change_building", "close": "close_building", "reopen": "reopen_building",
    "settle": "settle_person", "import": "import_buildings",
}  # fmt: skip


@audience("deliveries.plan")
@forms.shown_again(lambda: str(building_page()))
def add_building() -> BaseResponse:
    """Enter a building."""
    with house().database.transaction(actor().scope) as session:
        canteen = place.certainly_here(session)
        rounds.add_building(
            session, canteen_id=canteen.id, name=forms.needed("name"), has_lift=bool(forms.typed("lift")),
            note=forms.typed("note"), pin=_pin(), actor=forms.me(), at=clock.now(),
        )  # fmt: skip
    return _done()


@audience("deliveries.plan")
@forms.shown_again(lambda: str(building_page()))
def change_building() -> BaseResponse:
    """Change a building; without coordinates the pin stays."""
    with house().database.transaction(actor().scope) as session:
        rounds.change_building(
            session, building=_named(session), name=forms.needed("name"), has_lift=bool(forms.typed("lift")),
            note=forms.typed("note"), pin=_pin(), actor=forms.me(), at=clock.now(),
        )  # fmt: skip
    return _done()


@audience("deliveries.plan")
@forms.shown_again(lambda: str(building_page()))
def close_building() -> BaseResponse:
    """Say that nobody can be brought a meal there, from today until a day."""
    until = forms.last_day("until")
    with house().database.transaction(actor().scope) as session:
        rounds.close_building(
            session, building=_named(session), first=clock.today(), until=until, reason=forms.typed("reason"),
            actor=forms.me(), at=clock.now(),
        )  # fmt: skip
    return _done()


@audience("deliveries.plan")
def reopen_building() -> BaseResponse:
    """Say that meals can be brought there again."""
    with house().database.transaction(actor().scope) as session:
        rounds.reopen_building(session, building=_named(session), actor=forms.me(), at=clock.now())
    return _done()


@audience("deliveries.plan")
@forms.shown_again(lambda: str(building_page()))
def settle_person() -> BaseResponse:
    """Say in which building somebody who ordered here lives."""
    hours = [forms.minute(name) if forms.typed(name) else None for name in ("earliest", "latest")]
    with house().database.transaction(EVERYWHERE) as session:
        canteen = place.certainly_here(session)
        order = orders.find(session, ref=forms.needed("order"))
        if order.canteen_id != canteen.id:
            raise Invalid("form.no_such_choice")
        crew = {one.ref: one.id for one in rounds.couriers(session, canteen_id=canteen.id, on=clock.today())}
        rounds.settle(
            session, person_id=order.person_id, building=_named(session),
            floor=max(1, forms.number("floor", most=80)), note=forms.typed("note"),
            needs=[one for one in request.form.getlist("needs") if one in round_words.words()["skills"]],
            earliest_minute=hours[0], latest_minute=hours[1], usual_courier_id=crew.get(forms.typed("courier")),
            actor=forms.me(), at=clock.now(),
        )  # fmt: skip
    round_words.tell("settled")
    return redirect(url_for("web.building_page"), 303)


@audience("deliveries.plan")
@forms.shown_again(lambda: str(building_page()))
def import_buildings() -> BaseResponse:
    """Take a list of buildings over, or say row by row what is wrong."""
    _, content = sent_table(largest=_LARGEST)
    listed = rounds.read_building_list(content)
    for number, column in listed.problems[:20]:
        flash(f"第 {number} 行：{_COLUMNS[column]}看不懂", "error")
    with house().database.transaction(actor().scope) as session:
        new, known = rounds.take_building_list(
            session, listed, canteen_id=place.certainly_here(session).id, actor=forms.me(), at=clock.now()
        )
    round_words.tell("imported", new=new, known=known)
    return redirect(url_for("web.building_page"), 303)


def _named(session: Session) -> rounds.Building:
    return rounds.building(session, ref=forms.needed("building"), canteen_id=place.certainly_here(session).id)


def _pin() -> rounds.Pin | None:
    """Read ``latitude,longitude`` as maps show it; whichever is larger than 90 is the longitude."""
    text = forms.typed("pin").replace("，", ",")
    if not text:
        return None
    try:
        one, other = (float(part) for part in text.split(","))
    except ValueError:
        raise Invalid("rounds.pin_outside") from None
    latitude, longitude = (other, one) if abs(one) > 90 else (one, other)
    return rounds.Pin(latitude=latitude, longitude=longitude, datum=forms.chosen("datum", rounds.DATUMS))


def _done() -> BaseResponse:
    round_words.tell("building")
    return redirect(url_for("web.building_page"), 303)


def _row(one: rounds.Building, count: int, today: date) -> dict[str, Any]:
    has_pin = one.latitude_e6 is not None and one.longitude_e6 is not None
    return {
        "ref": one.ref,
        "name": one.name,
        "count": count,
        "lift": "有电梯" if one.has_lift else "走楼梯",
        "has_lift": one.has_lift,
        "note": one.note,
        "pin": f"{(one.latitude_e6 or 0) / 1e6:.5f},{(one.longitude_e6 or 0) / 1e6:.5f}" if has_pin else "",
        "datum": one.datum,
        "closed": f"{one.closed_reason}" if rounds.is_closed(one, today) else "",
    }


def _unsettled(session: Session, canteen_id: int, today: date) -> list[tuple[str, str]]:
    """List who is brought meals from today on and has no building yet, once each."""
    order, settled = tables.orders.Order, tables.rounds.DoorPlace
    wanted = (
        select(order.person_id, order.ref, order.diner_masked)
        .outerjoin(settled, (settled.person_id == order.person_id) & (settled.canteen_id == canteen_id))
        .where(
            order.canteen_id == canteen_id, order.service_date >= today, order.mode == "delivery",
            order.state.in_(orders.OPEN_STATES), settled.id.is_(None),
        )
        .order_by(order.id)
    )  # fmt: skip
    once = {row.person_id: (row.ref, row.diner_masked) for row in session.execute(wanted)}
    return list(once.values())
