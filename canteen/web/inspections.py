"""Draw canteens by lot for inspection, state what was found, and publish it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import places, safety
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE, scope_of
from canteen.foundation.errors import Denied, Invalid
from canteen.http import words
from canteen.http.auth import PUBLIC, actor, audience
from canteen.http.current import house
from canteen.web import forms, reach
from canteen.web.kitchen_words import say, tell
from canteen.web.kitchen_words import words as said

_MOST = 50
_ROWS = 3
_DUE_AFTER = timedelta(days=14)


def add_to(blueprint: Blueprint) -> None:
    """Add the draws, one draw with its results, and what everybody may read."""
    blueprint.get("/office/inspections")(inspections)
    blueprint.post("/office/inspections")(draw_inspections)
    blueprint.get("/office/inspections/<ref>")(inspection)
    blueprint.post("/office/inspections/<ref>")(state_inspection)
    blueprint.get("/inspections/<ref>")(published_inspection)


@audience("places.edit")
def inspections() -> str:
    """List the draws of the regions in reach, and offer another."""
    with house().database.reading(actor().scope) as session:
        return _list(session)


def _again(**_more: str) -> str:
    return inspections()


@audience("places.edit")
@forms.shown_again(_again)
def draw_inspections() -> BaseResponse:
    """Draw by lot."""
    names = forms.needed("first"), forms.needed("second")
    with house().database.transaction(actor().scope) as session:
        region = reach.require_region(session, forms.needed("region"))
        drawn = safety.draw_sites(
            session, region_code=region.code, seed=forms.needed("seed"), count=forms.number("count", most=_MOST),
            inspectors=names, on=clock.today(), actor=forms.me(), at=clock.now(),
        )  # fmt: skip
        ref, count = drawn.ref, len(drawn.drawn)
    tell("inspections", "drawn", count=count)
    return redirect(url_for("web.inspection", ref=ref), 303)


@audience("places.edit")
def inspection(ref: str) -> str:
    """Show one draw, with a form for each canteen without a result."""
    return _one(ref)


def _one_again(ref: str) -> str:
    return _one(ref)


@audience("places.edit")
@forms.shown_again(_one_again)
def state_inspection(ref: str) -> BaseResponse:
    """State what was found at a canteen; it is published at once."""
    with house().database.transaction(actor().scope) as session:
        _reachable(session, ref)
        safety.state(
            session, draw_ref=ref, canteen_ref=forms.needed("canteen"), day=forms.needed_day("day"),
            result=forms.chosen("result", safety.RESULTS), summary=forms.needed("summary"), findings=_findings(),
            actor=forms.me(), at=clock.now(),
        )  # fmt: skip
    tell("inspections", "stated")
    return redirect(url_for("web.inspection", ref=ref), 303)


@audience(PUBLIC)
def published_inspection(ref: str) -> str:
    """Let everybody read a draw and its results, and draw again."""
    # It is public whoever asks; it names canteens and inspectors, no guest.
    with house().database.reading(EVERYWHERE) as session:
        return render_template("print/inspection.html", **_shown(session, safety.find_draw(session, ref=ref)))


def _findings() -> list[tuple[str, date]]:
    """Read the lines that were filled in: what, and until when."""
    found = []
    for number in range(_ROWS):
        text, due = forms.typed(f"finding-{number}"), forms.day(f"due-{number}")
        if text:
            found.append((text, due or clock.today() + _DUE_AFTER))
        elif due:
            raise Invalid("form.missing")
    return found


def _reachable(session: Session, ref: str) -> Any:
    found = safety.find_draw(session, ref=ref)
    if not found.region_code.startswith(scope_of(session).region_prefixes):
        raise Denied("office.outside_scope", region=found.region_code)
    return found


def _list(session: Session) -> str:
    rows = safety.draws(session, region_prefixes=actor().scope.region_prefixes)
    return render_template(
        "office/inspections.html",
        regions=reach.region_options(session),
        action=url_for("web.draw_inspections"),
        typed={name: forms.typed(name) for name in ("region", "seed", "count", "first", "second")},
        rows=[
            {
                "ref": row.ref,
                "href": url_for("web.inspection", ref=row.ref),
                "region": places.region(session, code=row.region_code).name,
                "at": words.value("at", row.at),
                "count": say("inspections", "count", drawn=len(row.drawn), among=len(row.candidates)),
                "inspectors": say("inspections", "names", first=row.first_inspector, second=row.second_inspector),
            }
            for row in rows
        ],
    )


def _one(ref: str) -> str:
    with house().database.reading(actor().scope) as session:
        found = _reachable(session, ref)
    with house().database.reading(EVERYWHERE) as session:
        return render_template(
            "office/inspection.html",
            **_shown(session, found),
            action=url_for("web.state_inspection", ref=ref),
            results=list(said()["inspections"]["results"].items()),
            rows_to_fill=list(range(_ROWS)),
            today=clock.today(),
            public_href=url_for("web.published_inspection", ref=ref),
        )


def _shown(session: Session, found: Any) -> dict[str, Any]:
    return {
        "title": say("inspections", "title", region=places.region(session, code=found.region_code).name),
        "ref": found.ref,
        "drawn_at": words.value("at", found.at),
        "seed": found.seed,
        "candidates": list(found.candidates),
        "proved": safety.is_proved(found),
        "inspectors": say("inspections", "names", first=found.first_inspector, second=found.second_inspector),
        "sites": [_site(one) for one in safety.sites(session, found=found)],
    }


def _site(one: safety.Site) -> dict[str, Any]:
    tones = {"passed": "ok", "rectify": "warn", "failed": "bad"}
    return {
        "ref": one.ref,
        "name": one.name,
        "day": one.day,
        "result": said()["inspections"]["results"].get(one.result, say("inspections", "waiting")),
        "tone": tones.get(one.result, "info"),
        "is_stated": bool(one.result),
        "summary": one.summary,
        "findings": [
            {"text": finding.text, "due": finding.due_on, "measure": finding.measure} for finding in one.findings
        ],
    }
