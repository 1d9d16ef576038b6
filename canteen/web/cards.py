"""Print what people carry: meal cards, ten to a sheet, and the slip by which a family binds its account."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any, cast

from flask import Blueprint, Response, current_app, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import checkin, places, seniors
from canteen.foundation import clock
from canteen.foundation.errors import Invalid
from canteen.foundation.secrecy import masked_name
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.http.limits import limited
from canteen.web import forms, frame, neighbours

# Whoever can draw the code of a scene (the official account) puts a function here: scene -> PNG, or None.
SCENE_PICTURE = "canteen.scene_qr"

_MOST = 200
_REASONS = ("lost", "broken", "ended")


def add_to(blueprint: Blueprint) -> None:
    """Add the choice of people, the sheets, and what is done with a card."""
    blueprint.get("/office/cards")(cards)
    blueprint.post("/office/cards")(issue_cards)
    blueprint.get("/office/cards/print")(print_cards)
    blueprint.get("/office/cards/<ref>/qr.png")(card_picture)
    blueprint.post("/office/cards/<ref>/revoke")(revoke_card)
    blueprint.post("/office/cards/<ref>/replace")(replace_card)
    blueprint.post("/counter/people/<ref>/card")(replace_lost_card)
    blueprint.get("/counter/people/<ref>/card")(print_new_card)
    blueprint.get("/office/people/<ref>/slip")(way_to_slip)
    blueprint.post("/office/people/<ref>/slip")(slip)


@audience("people.cards")
def cards() -> str:
    """List people to choose from, with the cards that they hold."""
    query = request.args.get("q", "").strip()
    with house().database.reading(actor().scope) as session:
        rows = [_row(session, person) for person in _found(session, query, request.args.get("person", ""))]
    return render_template(
        "office/cards.html",
        query=query,
        rows=rows,
        search_action=url_for("web.cards"),
        issue_action=url_for("web.issue_cards"),
        print_action=url_for("web.print_cards"),
    )


@audience("people.cards")
def issue_cards() -> BaseResponse:
    """Issue a card to everybody chosen who holds none, and go on to the sheet of all of them."""
    at, chosen = clock.now(), request.form.getlist("person")
    if not chosen:
        raise Invalid("cards.nobody_chosen")
    with house().database.transaction(actor().scope) as session:
        for ref in chosen[:_MOST]:
            person = seniors.person(session, ref=ref)
            if _live(session, person) is None:
                checkin.issue_card(session, house().keys, person_id=person.id, actor=f"staff:{actor().ref}", at=at)
    return redirect(url_for("web.print_cards", person=chosen[:_MOST]), 303)


@audience("people.cards")
def print_cards() -> str:
    """Lay out the cards of the people chosen, to be printed and cut."""
    with house().database.reading(actor().scope) as session:
        people = [seniors.person(session, ref=ref) for ref in request.args.getlist("person")[:_MOST]]
        sheet = [_printed(session, person, card) for person in people if (card := _live(session, person))]
    return render_template("print/cards.html", cards=sheet, back_href=url_for("web.cards"))


@audience("people.cards")
def card_picture(ref: str) -> Response:
    """Draw the code of a card, strong enough for glare and scratches."""
    with house().database.reading(actor().scope) as session:
        serial = _card(session, ref).serial
    digits = checkin.write_card_code(house().keys, serial)
    response = make_response(checkin.qr_png(digits, error_correction="Q"))
    response.content_type = "image/png"
    response.headers["Cache-Control"] = "no-store"
    return response


@audience("people.cards")
def revoke_card(ref: str) -> BaseResponse:
    """Make a card that was lost worthless."""
    reason = request.form.get("reason", _REASONS[0])
    if reason not in _REASONS:
        raise Invalid("cards.unknown_reason", reason=reason)
    with house().database.transaction(actor().scope) as session:
        _card(session, ref)
        checkin.revoke_card(session, ref=ref, reason=reason, actor=f"staff:{actor().ref}", at=clock.now())
    flash(frame.words()["cards"]["revoked"].format(card=ref), "ok")
    return redirect(url_for("web.cards", q=request.form.get("q", "")), 303)


@audience("people.cards")
def replace_card(ref: str) -> BaseResponse:
    """Give the holder of a lost card a new one at once, and go on to its sheet."""
    with house().database.transaction(actor().scope) as session:
        holder = seniors.person_by_id(session, person_id=_card(session, ref).person_id)
        checkin.replace_card(
            session, house().keys, person_id=holder.id, actor=f"staff:{actor().ref}", at=clock.now()
        )  # fmt: skip
    return redirect(url_for("web.print_cards", person=holder.ref), 303)


@audience("counter.correct")
@limited("30/minute")
def replace_lost_card(ref: str) -> BaseResponse:
    """Give somebody a new card; the lost one is worthless from this moment."""
    with house().database.transaction(neighbours.scope()) as session:
        person = seniors.person(session, ref=ref)
        checkin.replace_card(session, house().keys, person_id=person.id, actor=forms.me(), at=clock.now())
    return redirect(url_for("web.print_new_card", ref=ref), 303)


@audience("counter.correct")
def print_new_card(ref: str) -> str:
    """Lay out the card that somebody holds, to be printed and cut."""
    with house().database.reading(neighbours.scope()) as session:
        sheet = _sheet_of(session, seniors.person(session, ref=ref))
    return render_template("print/cards.html", cards=sheet, back_href=url_for("web.counter"))


@audience("people.cards")
def way_to_slip(ref: str) -> BaseResponse:
    """Lead to the button that makes a slip: to look at an address makes none, since a new slip ends the older ones."""
    return redirect(url_for("web.cards", person=ref))


@audience("people.cards")
def slip(ref: str) -> str:
    """Make a slip and show it once; it cannot be shown again, since its code is kept nowhere."""
    with house().database.transaction(actor().scope) as session:
        person = seniors.person(session, ref=ref)
        made = seniors.issue_slip(session, person_id=person.id, actor=f"staff:{actor().ref}", at=clock.now())
        canteen, phone = _home(session, person)
    return render_template(
        "print/slip.html",
        back_href=url_for("web.cards"),
        slip={
            "name": masked_name(person.name),
            "canteen": canteen,
            "phone": phone,
            "account": frame.words()["cards"]["account"],
            "qr_src": _scene_source(made.scene),
            "code": f"{made.code[:4]} {made.code[4:]}",
            "valid_label": frame.words()["cards"]["valid"].format(
                day=words.value("day", clock.service_day(made.expires_at))
            ),
        },
    )


def _sheet_of(session: Session, person: seniors.Person) -> list[dict[str, str]]:
    """Return the card that a person holds as a sheet of one, its code drawn into the page."""
    card = _live(session, person)
    if card is None:
        return []
    digits = checkin.write_card_code(house().keys, card.serial)
    picture = base64.b64encode(checkin.qr_png(digits, error_correction="Q")).decode()
    return [{**_printed(session, person, card), "qr_src": f"data:image/png;base64,{picture}"}]


def _found(session: Session, query: str, ref: str) -> list[seniors.Person]:
    if ref:
        return [seniors.person(session, ref=ref)]
    by_sound = seniors.find_by_initials(session, initials=query, limit=_MOST) if query.isascii() and query else ()
    return list(by_sound or seniors.find_by_name(session, name=query, limit=_MOST))


def _row(session: Session, person: seniors.Person) -> dict[str, Any]:
    card = _live(session, person)
    return {
        "ref": person.ref,
        "name": person.name,
        "tail": person.document_tail,
        "card": card.ref if card else "",
        "replace_action": url_for("web.replace_card", ref=card.ref) if card else None,
        "revoke_action": url_for("web.revoke_card", ref=card.ref) if card else None,
        "slip_action": url_for("web.slip", ref=person.ref),
    }


def _live(session: Session, person: seniors.Person) -> Any:
    """Return the newest card of a person that is not revoked."""
    return next((card for card in checkin.cards_of(session, person_id=person.id) if card.revoked_at is None), None)


def _card(session: Session, ref: str) -> Any:
    """Return a card whose holder the actor may see."""
    card = checkin.card(session, ref=ref)
    seniors.person_by_id(session, person_id=card.person_id)
    return card


def _printed(session: Session, person: seniors.Person, card: Any) -> dict[str, str]:
    canteen, phone = _home(session, person)
    return {
        "qr_src": url_for("web.card_picture", ref=card.ref),
        "name": masked_name(person.name),
        "serial": card.ref,
        "canteen": canteen,
        "phone": phone,
    }


def _home(session: Session, person: seniors.Person) -> tuple[str, str]:
    """Return name and telephone of the canteen where a person usually eats."""
    if person.home_canteen_id is None:
        return str(frame.words()["site"]), ""
    canteen = places.canteen_by_id(session, canteen_id=person.home_canteen_id)
    return canteen.name, canteen.phone


def _scene_source(scene: str) -> str:
    """Return the picture of a scene, if the official account has made one."""
    draw = cast("Callable[[str], bytes | None] | None", current_app.extensions.get(SCENE_PICTURE))
    picture = draw(scene) if draw else None
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}" if picture else ""
