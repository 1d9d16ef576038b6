"""Show all that is known of one person, and let somebody who may add to it.

Numbers are covered; each one is uncovered by an act of its own, which the books keep. What is called a fact's number
in an address is its place in the person's history, which only grows.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import places, seniors
from canteen.foundation import clock
from canteen.foundation.errors import NotFound
from canteen.http import soon
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import dossier, forms, merging, office

_SOURCE = "office"
_OPENS: dict[str, Callable[..., str]] = {
    "document": seniors.open_document,
    "phone": seniors.open_phone,
    "address": seniors.open_address,
}


def add_to(blueprint: Blueprint) -> None:
    """Add the page of a person and everything that is sent from it."""
    at = "/office/people/<ref>"
    blueprint.get(at)(person)
    blueprint.post(f"{at}/open")(open_number)
    blueprint.post(f"{at}/facts")(add_fact)
    blueprint.post(f"{at}/facts/<int:number>")(supersede_fact)
    blueprint.post(f"{at}/facts/<int:number>/withdraw")(withdraw_fact)
    blueprint.post(f"{at}/contacts")(add_contact)
    blueprint.post(f"{at}/contacts/open")(open_contact)
    blueprint.post(f"{at}/contacts/end")(end_contact)
    blueprint.post(f"{at}/accounts/end")(unbind)
    blueprint.post(f"{at}/consents")(give_consent)
    blueprint.post(f"{at}/consents/withdraw")(withdraw_consent)


@audience("people.read")
def person(ref: str) -> str:
    """Show a person, with every number covered."""
    return _page(ref)


def _again(ref: str, **_more: int) -> str:
    return _page(ref)


@audience("people.read")
def open_number(ref: str) -> str:
    """Show one number of a person in full, and keep who looked."""
    what = forms.chosen("what", _OPENS)
    with house().database.transaction(actor().scope) as session:
        found = seniors.person(session, ref=ref)
        number = _OPENS[what](session, person_id=found.id, actor=forms.me(), at=clock.now())
    return _page(ref, opened={what: number or office.words()["opened"]["none"]})


@audience("people.edit")
@forms.shown_again(_again)
def add_fact(ref: str) -> BaseResponse:
    """State a new fact."""
    with house().database.transaction(actor().scope) as session:
        found = seniors.person(session, ref=ref)
        kind = forms.chosen("kind", office.words()["facts"])
        seniors.add_fact(
            session,
            person_id=found.id,
            kind=kind,
            value=_value(session, kind),
            valid_from=forms.needed_day("valid_from"),
            valid_until=_until(),
            evidence=forms.needed("evidence"),
            source=_SOURCE,
            actor=forms.me(),
            at=clock.now(),
        )
    return _done(ref, "fact_added")


@audience("people.edit")
@forms.shown_again(_again)
def supersede_fact(ref: str, number: int) -> BaseResponse:
    """Put a corrected fact in the place of one; the end is always stated anew."""
    with house().database.transaction(actor().scope) as session:
        seniors.supersede_fact(
            session,
            fact_id=_fact(session, ref, number).id,
            valid_from=forms.day("valid_from"),
            valid_until=_until(),
            evidence=forms.needed("evidence"),
            source=_SOURCE,
            actor=forms.me(),
            at=clock.now(),
        )
    return _done(ref, "fact_superseded")


@audience("people.edit")
@forms.shown_again(_again)
def withdraw_fact(ref: str, number: int) -> BaseResponse:
    """State that a fact never held."""
    with house().database.transaction(actor().scope) as session:
        seniors.withdraw_fact(
            session,
            fact_id=_fact(session, ref, number).id,
            evidence=forms.needed("evidence"),
            source=_SOURCE,
            actor=forms.me(),
            at=clock.now(),
        )
    return _done(ref, "fact_withdrawn")


@audience("people.edit")
@forms.shown_again(_again)
def add_contact(ref: str) -> BaseResponse:
    """Enter somebody to call."""
    with house().database.transaction(actor().scope) as session:
        seniors.add_contact(
            session,
            person_id=seniors.person(session, ref=ref).id,
            kind=forms.chosen("contact_kind", office.words()["contacts"]),
            name=forms.needed("contact_name"),
            phone=forms.needed("contact_phone"),
            relation=forms.typed("relation"),
            is_emergency=bool(forms.typed("is_emergency")),
            actor=forms.me(),
            at=clock.now(),
        )
    return _done(ref, "contact_added")


@audience("people.read")
def open_contact(ref: str) -> str:
    """Show the number of somebody to call in full, and keep who looked."""
    with house().database.transaction(actor().scope) as session:
        contact_id = _contact(session, ref)
        number = seniors.open_contact(session, contact_id=contact_id, actor=forms.me(), at=clock.now())
    return _page(ref, opened={f"contact:{contact_id}": number})


@audience("people.edit")
@forms.shown_again(_again)
def end_contact(ref: str) -> BaseResponse:
    """End a contact that is out of date."""
    with house().database.transaction(actor().scope) as session:
        seniors.end_contact(session, contact_id=_contact(session, ref), actor=forms.me(), at=clock.now())
    return _done(ref, "contact_ended")


@audience("people.edit")
@forms.shown_again(_again)
def unbind(ref: str) -> BaseResponse:
    """End what an outside account may do for the person."""
    with house().database.transaction(actor().scope) as session:
        person_id = seniors.person(session, ref=ref).id
        account = forms.needed("account")
        seniors.unbind(session, account=account, person_id=person_id, actor=forms.me(), at=clock.now())
    return _done(ref, "unbound")


@audience("people.edit")
@forms.shown_again(_again)
def give_consent(ref: str) -> BaseResponse:
    """Keep that the person, or who speaks for the person, signed an agreement."""
    with house().database.transaction(actor().scope) as session:
        seniors.give_consent(
            session,
            person_id=seniors.person(session, ref=ref).id,
            kind=forms.chosen("consent", office.words()["consents"]),
            text_version=forms.needed("text_version"),
            given_by=forms.needed("given_by"),
            at=clock.now(),
        )
    return _done(ref, "consent_given")


@audience("people.edit")
@forms.shown_again(_again)
def withdraw_consent(ref: str) -> BaseResponse:
    """Take agreements of one kind back."""
    with house().database.transaction(actor().scope) as session:
        person_id = seniors.person(session, ref=ref).id
        kind = forms.chosen("consent", office.words()["consents"])
        seniors.withdraw_consent(session, person_id=person_id, kind=kind, actor=forms.me(), at=clock.now())
    return _done(ref, "consent_withdrawn")


def _page(ref: str, *, opened: dict[str, str] | None = None) -> str:
    with house().database.reading(actor().scope) as session:
        found = seniors.person(session, ref=ref)
        typed = request.form if opened is None else {}
        context = dossier.of(session, found, opened=opened or {}, typed=typed)
        return render_template("office/person.html", **context, merged=merging.shown(session, found))


def _done(ref: str, told: str) -> BaseResponse:
    office.tell(told)
    if told.startswith("fact"):
        soon.ask(soon.RECONSIDER)
    return redirect(url_for("web.person", ref=ref), 303)


def _value(session: Session, kind: str) -> str:
    """Return the value of a fact from the one of three fields that belongs to its kind."""
    if kind == "category":
        return forms.chosen("category", dossier.categories())
    if kind == "housing":
        return forms.chosen("housing", office.words()["housing"])
    text = forms.needed("value")
    return places.region(session, code=places.padded(text)).code if kind in {"residence", "hukou", "permit"} else text


def _until() -> date | None:
    """Turn the last day, as people say it, into the first day after it."""
    last = forms.day("valid_to")
    return None if last is None else last + timedelta(days=1)


def _fact(session: Session, ref: str, number: int) -> seniors.Fact:
    history = seniors.history_of(session, person_id=seniors.person(session, ref=ref).id)
    if not 1 <= number <= len(history):
        raise NotFound("seniors.fact_unknown")
    return history[number - 1]


def _contact(session: Session, ref: str) -> int:
    """Return the key of a contact after making sure that it is this person's."""
    asked = forms.needed("contact")
    listed = seniors.contacts_of(session, person_id=seniors.person(session, ref=ref).id)
    found = next((contact.contact_id for contact in listed if str(contact.contact_id) == asked), None)
    if found is None:
        raise NotFound("seniors.contact_unknown")
    return found
