"""Find somebody who came without telephone, card and order, or who telephones; serve whom the staff recognised.

Nobody goes hungry for want of a code. Everybody on the register of the canteen's district can be found, under a masked
name, with no more of a telephone and a home than tells two people of one name apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import checkin, orders, places, seniors, tables
from canteen.foundation import clock
from canteen.foundation.errors import NotFound
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.http.limits import limited
from canteen.web import frame, neighbours, place, scans

_MOST = 12


def add_to(blueprint: Blueprint) -> None:
    """Add the search of the scanning page, and the act that follows it."""
    blueprint.get("/counter/people")(find_guests)
    blueprint.post("/counter/people/<ref>/serve")(serve_guest)
    blueprint.get("/counter/callers")(callers)


@audience("counter.scan")
@limited("60/minute")
def find_guests() -> Response:
    """List whom a name, its initials or the end of a number may mean; or the family of whom a scan named."""
    with house().database.reading(actor().scope) as session:
        canteen = place.certainly_here(session)
        first = checkin.person_of_attempt(session, scan_id=request.args.get("with", "")[:40])
    with house().database.reading(neighbours.scope()) as session:
        text = request.args.get("q", "")[:40]
        by_name = "with" not in request.args
        found = seniors.recognise(session, text=text, limit=_MOST + 1) if by_name else _family(session, first)
        return jsonify({"people": _shown(session, canteen, found[:_MOST]), "more": len(found) > _MOST})


@audience("counter.scan")
def serve_guest(ref: str) -> Response:
    """Hand a tray to somebody who was found; ordered or not, the same verb decides and prices."""
    with house().database.reading(neighbours.scope()) as session:
        person = seniors.person(session, ref=ref)
        if person.withdrawn_at is not None:
            raise NotFound("seniors.unknown", ref=ref)
    return scans.serve_person(person.ref)


@audience("counter.scan")
@limited("60/minute")
def callers() -> str:
    """Find whom somebody at the canteen orders for: who stands there, or telephones."""
    text = request.args.get("q", "")[:40]
    with house().database.reading(neighbours.scope()) as session:
        found = seniors.recognise(session, text=text, limit=_MOST + 1)
        rows = [_caller(session, one) for one in found[:_MOST]]
    return render_template("counter/callers.html", q=text, rows=rows, more=len(found) > _MOST)


def _shown(session: Session, canteen: places.Canteen, found: Sequence[seniors.Person]) -> list[dict[str, Any]]:
    today, meal = clock.today(), scans.meal_and_counts(session, canteen.id, clock.now())[0]
    ordered = orders.coming(session, person_ids=[person.id for person in found], on=today)
    wanted = {one.person_id: one for one in ordered if (one.service_date, one.meal) == (today, meal)}
    return [
        {
            "ref": person.ref,
            "name": seniors.view(person).name,
            "hint": _hint(session, person),
            "order": _order(wanted.get(person.id), canteen, meal),
            "card": url_for("web.replace_lost_card", ref=person.ref) if actor().may("counter.correct") else None,
        }
        for person in found
    ]


def _family(session: Session, person_id: int | None) -> Sequence[seniors.Person]:
    """List who is looked after by the same accounts as a person, as far as the canteen may know them."""
    if person_id is None:
        return []
    accounts = seniors.accounts_of_person(session, person_id=person_id)
    ids = {one.person_id for account in accounts for one in seniors.people_of_account(session, account=account)}
    person = tables.seniors.Person
    wanted = select(person).where(person.id.in_(ids - {person_id}), person.withdrawn_at.is_(None)).order_by(person.id)
    return session.scalars(wanted).all()


def _caller(session: Session, person: seniors.Person) -> dict[str, str]:
    href = url_for("web.orders_for", ref=person.ref)
    return {"name": seniors.view(person).name, "hint": _hint(session, person), "href": href}


def _hint(session: Session, person: seniors.Person) -> str:
    said = frame.words()["guests"]
    tail = said["phone"].format(tail=person.phone_tail) if person.phone_tail else said["no_phone"]
    return f"{tail}　{places.region(session, code=person.region_code).name}"


def _order(order: orders.Coming | None, canteen: places.Canteen, meal: str) -> str:
    if order is None:
        which = "walk_in"
    elif order.state in orders.SERVED_STATES:
        which = "taken"
    else:
        which = "ordered" if order.canteen_id == canteen.id else "elsewhere"
    dishes = order.dishes if order else ""
    return str(frame.words()["guests"][which].format(meal=words.value("meal", meal) if meal else "", dishes=dishes))
