"""Show the entry page and the page where a person starts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from canteen import access
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.http.auth import ANY_STAFF, PUBLIC, actor, audience, current_actor
from canteen.http.current import house
from canteen.web import figures, frame

COUNTER = "/counter?embed=1"
STATEMENT = "/accounting/statements/current?embed=1"


def add_to(blueprint: Blueprint) -> None:
    """Add the entry page and the home page."""
    blueprint.get("/")(start)
    blueprint.get("/home")(home)


@audience(PUBLIC)
def start() -> str | BaseResponse:
    """Show the way in; a demonstration shows the whole tour."""
    if house().is_demo:
        return render_template("start.html", login_url=url_for("web.log_in_page"), **_tour())
    if current_actor() is not None:
        return redirect(url_for("web.home"))
    return render_template("start.html", login_url=url_for("web.log_in_page"))


@audience(ANY_STAFF)
def home() -> str | BaseResponse:
    """Lead to what the person does every day; to an only page at once."""
    person, at = actor(), clock.now()
    ways = frame.ways_of(person)
    if len(ways) == 1:
        return redirect(url_for(ways[0].endpoint))
    return render_template(
        "office/home.html",
        greeting=frame.greeting(person.name, at),
        day_label=frame.day_label(at),
        **figures.of_today(person, at),
        groups=[{"label": trade, "links": [_link(way) for way in group]} for trade, group in frame.grouped(ways)],
    )


def _link(way: frame.Way) -> dict[str, str]:
    return {"label": way.label, "note": way.note, "href": url_for(way.endpoint)}


def _tour() -> dict[str, Any]:
    return {
        "clock_label": frame.clock_label(clock.now()),
        "logins": _logins(),
        "login_action": url_for("demo.log_in"),
        "simulator_url": f"http://127.0.0.1:{house().settings.simulator_port}/",
        "counter_url": COUNTER if _may("counter.scan") else "",
        "statement_url": STATEMENT if _may("statements.read") else "",
        "pulse_url": url_for("demo.pulse"),
    }


def _may(permission: str) -> bool:
    person = current_actor()
    return person is not None and person.may(permission)


def _logins() -> list[dict[str, Any]]:
    """List one log-in per open account that was granted something, the one that sees several desks first."""
    with house().database.reading(EVERYWHERE) as session:
        people = [(staff, access.granted(session, staff.id)) for staff in access.listed(session)]
    people = sorted(((staff, grants) for staff, grants in people if grants), key=lambda one: -len(one[1]))
    return [_login(staff, grants) for staff, grants in people]


def _login(staff: Any, grants: Sequence[Any]) -> dict[str, Any]:
    words, person = frame.words(), current_actor()
    sees_several = len(grants) > 1
    return {
        "role": grants[0].role,
        "label": words["tour"]["label"] if sees_several else grants[0].role_name,
        "english": words["tour"]["english"] if sees_several else words["english"].get(grants[0].role, grants[0].role),
        "username": staff.username,
        # Who sees several desks comes back to where they stand side by side.
        "next": url_for("web.start") if sees_several else "",
        "is_first": sees_several,
        "is_current": person is not None and person.ref == staff.ref,
    }
