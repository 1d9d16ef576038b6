"""Take down at the counter what somebody is not content with, and hand out a slip with the day of the answer."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import kitchen, orders, places, tickets
from canteen.foundation import clock
from canteen.foundation.errors import Invalid, NotFound
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, place
from canteen.web.kitchen_words import say

_BLANKS = 4
_MOST_NUMBER = 9999


def add_to(blueprint: Blueprint) -> None:
    """Add the form, the slip that is handed out, and slips to be written by hand."""
    blueprint.get("/counter/complaint")(complaint)
    blueprint.post("/counter/complaint")(take_complaint)
    blueprint.get("/counter/complaint/blank")(blank_complaints)
    blueprint.get("/counter/complaint/<ref>")(complaint_slip)


@audience("counter.scan")
def complaint() -> str | BaseResponse:
    """Ask what it is about."""
    with house().database.reading(actor().scope) as session:
        if place.here(session) is None:
            return place.ask()
    return _form()


def _again() -> str:
    return _form()


@audience("counter.scan")
@forms.shown_again(_again)
def take_complaint() -> BaseResponse:
    """Open a ticket for it; the number of today's tray tells whose it was, where somebody says it."""
    said, at = forms.needed("said"), clock.now()
    number = forms.number("number", most=_MOST_NUMBER) if forms.typed("number") else 0
    with house().database.transaction(actor().scope) as session:
        canteen = place.certainly_here(session)
        person_id = _diner(session, canteen.id, number, at) if number else None
        ticket = tickets.open_ticket(
            session, kind="complaint", account=forms.me(), person_id=person_id, canteen_id=canteen.id,
            said=[("guest", said)], at=at,
        )  # fmt: skip
        ref = ticket.ref
    return redirect(url_for("web.complaint_slip", ref=ref), 303)


@audience("counter.scan")
def complaint_slip(ref: str) -> str:
    """Print what the guest takes home: the number, and until when it is answered; nothing of what was said."""
    with house().database.reading(actor().scope) as session:
        canteen = place.certainly_here(session)
        found = tickets.find(session, ref=ref)
        if found.kind != "complaint" or found.canteen_id != canteen.id or found.due_at is None:
            raise NotFound("tickets.unknown", ref=ref)
        slip = _slip(canteen, found.ref, words.value("at", found.due_at))
    return render_template("print/complaint.html", slips=[slip], back_href=url_for("web.complaint"))


@audience("counter.scan")
def blank_complaints() -> str | BaseResponse:
    """Print slips to be filled in by hand and dropped into the box."""
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
        if canteen is None:
            return place.ask()
        slips = [_slip(canteen, "", "")] * _BLANKS
    return render_template("print/complaint.html", slips=slips, back_href=url_for("web.complaint"))


def _form() -> str:
    return render_template(
        "office/complaint.html",
        action=url_for("web.take_complaint"),
        blank_href=url_for("web.blank_complaints"),
        typed={name: forms.typed(name) for name in ("said", "number")},
    )


def _slip(canteen: places.Canteen, ref: str, due: str) -> dict[str, str]:
    return {
        "canteen": canteen.name,
        "phone": canteen.phone,
        "ref": ref,
        "due": say("complaint", "due", at=due) if due else "",
    }


def _diner(session: Session, canteen_id: int, number: int, at: datetime) -> int:
    """Return whose tray of the present meal has a number; refuses ``counter.no_such_number``."""
    services = places.services(session, canteen_id=canteen_id, on=clock.service_day(at))
    meal = orders.meal_around([orders.hours(service) for service in services.values()], at) or orders.MEALS[0]
    of = kitchen.Meal(canteen_id, clock.service_day(at), meal)
    ref = next((one.ref for one in kitchen.cooked(session, of=of).portions if one.number == number), None)
    if ref is None:
        raise Invalid("counter.no_such_number", number=number)
    return orders.find(session, ref=ref).person_id
