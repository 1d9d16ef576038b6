"""Show the entry page and the page where a person starts."""

from __future__ import annotations

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
        links=[{"label": way.label, "note": way.note, "href": url_for(way.endpoint)} for way in ways],
    )


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


def _logins() -> list[dict[str, str]]:
    """List one log-in per open account that was granted something."""
    english = frame.words()["english"]
    with house().database.reading(EVERYWHERE) as session:
        people = [(staff, access.granted(session, staff.id)) for staff in access.listed(session)]
    return [
        {
            "role": grants[0].role,
            "label": frame.words()["role_separator"].join(dict.fromkeys(grant.role_name for grant in grants)),
            "english": " + ".join(dict.fromkeys(english.get(grant.role, grant.role) for grant in grants)),
            "username": staff.username,
            # Who sees several desks comes back to where they stand side by side.
            "next": url_for("web.start") if len(grants) > 1 else "",
        }
        for staff, grants in sorted(people, key=lambda one: -len(one[1]))
        if grants
    ]
