"""Show a courier which meals of today go to which door, and note what was handed over there."""

from __future__ import annotations

import re
import uuid
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from canteen import orders
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import courier, forms, frame, place, serving

_NUMBERS = re.compile(r"([0-9]{1,9})")


def add_to(blueprint: Blueprint) -> None:
    """Add the courier's list."""
    blueprint.get("/deliveries")(deliveries)
    blueprint.post("/deliveries")(hand_over)


@audience("deliveries.read")
def deliveries() -> str | BaseResponse:
    """List the meals to be carried out, neighbours beside each other; only who carries them sees the doors."""
    day = clock.today()
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
        if canteen is None:
            return place.ask()
        meal, ways = serving.meals(session, canteen.id, "web.deliveries")
        found = orders.board(session, canteen_id=canteen.id, service_date=day, meal=meal)
        has_plan = courier.published(session, canteen.id, meal)
    doors: dict[str, str] = {}
    if actor().may("deliveries.confirm"):
        with house().database.transaction(EVERYWHERE) as session:
            doors = orders.doors(
                session, canteen_id=canteen.id, service_date=day, meal=meal, actor=forms.me(), at=clock.now()
            )
    rows = [_row(line.number, line, doors) for line in found.lines if line.mode == "delivery"]
    return render_template(
        "counter/round.html",
        canteen=canteen.name,
        day_label=frame.day_label(clock.now()),
        meal=words.value("meal", meal),
        meals=ways,
        action=url_for("web.hand_over"),
        may_confirm=actor().may("deliveries.confirm"),
        round_href=url_for("web.courier_round", meal=meal) if has_plan else None,
        waiting=sorted((row for row in rows if row["order"]), key=_along_the_street),
        done=[row for row in rows if not row["order"]],
    )


@audience("deliveries.confirm")
def hand_over() -> BaseResponse:
    """Note that a meal was handed over at the door."""
    meal = serving.serve(means="courier", modes=("delivery",))
    return redirect(url_for("web.deliveries", meal=meal), 303)


def _along_the_street(row: dict[str, Any]) -> tuple[bool, list[tuple[int, str]], int]:
    """Sort doors by street and by number, 9 before 31; those that are not known come last."""
    parts = _NUMBERS.split(row["door"] or "")
    return not row["door"], [(int(part), "") if part.isdecimal() else (0, part) for part in parts], row["number"]


def _row(number: int, line: orders.BoardLine, doors: dict[str, str]) -> dict[str, Any]:
    is_open = line.state in orders.OPEN_STATES
    return {
        "number": number,
        "name": line.diner_masked,
        "door": doors.get(line.ref) if is_open else None,
        "dishes": line.dishes,
        "notes": "、".join(line.flags),
        "status": words.value("state", line.state),
        "tone": "info" if is_open else "ok" if line.state in orders.SERVED_STATES else "warn",
        "order": line.ref if is_open else None,
        "scan_id": str(uuid.uuid4()),
    }
