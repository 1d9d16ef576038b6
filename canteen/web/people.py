"""Find people in the register, enter new ones, and change what is not a dated fact.

Names may stand in an address, numbers never do: a text with digits is looked for by POST and answered at once.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import places, seniors
from canteen.foundation import clock
from canteen.foundation.errors import Invalid
from canteen.http import soon
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, office, reach


def add_to(blueprint: Blueprint) -> None:
    """Add the register, the form to enter a person, and the form to change one."""
    blueprint.get("/office/people")(people)
    blueprint.post("/office/people")(find_people)
    blueprint.get("/office/people/new")(new_person)
    blueprint.post("/office/people/new")(register_person)
    blueprint.get("/office/people/<ref>/change")(person_to_change)
    blueprint.post("/office/people/<ref>/change")(change_person)


@audience("people.read")
def people() -> str:
    """List the register, or those whose name begins as asked."""
    return _list(_without_numbers(request.args.get("q", "").strip()))


@audience("people.read")
def find_people() -> str | BaseResponse:
    """Look for a number without letting it into any address; a name goes on to the list."""
    text = forms.typed("q")
    if text == _without_numbers(text):
        return redirect(url_for("web.people", q=text or None), 303)
    with house().database.reading(actor().scope) as session:
        found = seniors.search(session, text=text)
        if found.count == 1:
            return redirect(url_for("web.person", ref=found.people[0].person.ref), 303)
    return _list(text)


@audience("people.edit")
def new_person() -> str:
    """Show the form to enter a person."""
    with house().database.reading(actor().scope) as session:
        return render_template(
            "office/person_form.html",
            title=office.words()["person"]["new"],
            action=url_for("web.register_person"),
            back_href=url_for("web.people"),
            is_new=True,
            values=request.form,
            **_choices(session),
        )


@audience("people.edit")
@forms.shown_again(new_person)
def register_person() -> BaseResponse:
    """Enter a person with residence and household registration."""
    at = clock.now()
    with house().database.transaction(actor().scope) as session:
        person = seniors.register(
            session,
            name=forms.needed("name"),
            document=_document(),
            region_code=forms.needed("region"),
            hukou_code=places.padded(forms.typed("hukou") or forms.needed("region")),
            diner=forms.chosen("diner", office.words()["diners"]),
            birth_on=forms.day("birth_on"),
            sex=forms.chosen("sex", {"", *office.words()["sex"]}) or None,
            phone=forms.typed("phone"),
            address=forms.typed("address"),
            home_canteen_id=_canteen_id(session),
            diet=forms.several("diet"),
            allergies=forms.several("allergies"),
            lives_since=_past(forms.day("lives_since")),
            evidence=forms.typed("evidence"),
            actor=forms.me(),
            at=at,
        )
        office.tell("registered", name=person.name)
        return redirect(url_for("web.person", ref=person.ref), 303)


@audience("people.edit")
def person_to_change(ref: str) -> str:
    """Show the form to change a person; numbers stay covered, an empty field leaves one as it is."""
    with house().database.reading(actor().scope) as session:
        person = seniors.person(session, ref=ref)
        many = office.words()["many"]
        held = {
            "name": person.name,
            "canteen": reach.canteen_ref(session, person.home_canteen_id),
            "diet": many.join(person.diet),
            "allergies": many.join(person.allergies),
        }
        return render_template(
            "office/person_form.html",
            title=office.words()["person"]["changed"].format(name=person.name),
            action=url_for("web.change_person", ref=ref),
            back_href=url_for("web.person", ref=ref),
            is_new=False,
            values=request.form or held,
            **_choices(session),
        )


@audience("people.edit")
@forms.shown_again(person_to_change)
def change_person(ref: str) -> BaseResponse:
    """Change a person; a number that was missing or wrong is put right here."""
    at = clock.now()
    with house().database.transaction(actor().scope) as session:
        person = seniors.person(session, ref=ref)
        changes = seniors.Changes(
            name=forms.needed("name"),
            phone=forms.typed("phone") or None,
            address=forms.typed("address") or None,
            home_canteen_id=_canteen_id(session),
            diet=forms.several("diet"),
            allergies=forms.several("allergies"),
        )
        seniors.change(session, person_id=person.id, changes=changes, actor=forms.me(), at=at)
        document = _document()
        if document is not None:
            seniors.confirm_document(session, person_id=person.id, document=document, actor=forms.me(), at=at)
    soon.ask(soon.RECONSIDER)
    office.tell("changed")
    return redirect(url_for("web.person", ref=ref), 303)


def _list(text: str) -> str:
    with house().database.reading(actor().scope) as session:
        found = seniors.search(session, text=text, offset=office.offset(), limit=office.PAGE_SIZE)
        return render_template(
            "office/people.html",
            action=url_for("web.find_people"),
            query=text,
            rows=[_row(session, listed) for listed in found.people],
            page=office.pager(found.count, q=_without_numbers(text)),
            add_href=url_for("web.new_person") if actor().may("people.edit") else None,
            import_href=url_for("web.roster") if actor().may("people.import") else None,
        )


def _row(session: Session, listed: seniors.Listed) -> dict[str, Any]:
    person, today = listed.person, clock.today()
    shown = seniors.view(person)
    holding = [fact for fact in listed.facts if seniors.holds(fact, today)]
    status = status_of(person, [fact.kind for fact in holding])
    return {
        "name": person.name,
        "href": url_for("web.person", ref=person.ref),
        "id_masked": shown.document,
        "phone_masked": shown.phone,
        "age": str(age(person.birth_on, today)) if person.birth_on else "",
        "community": places.region(session, code=person.region_code).name,
        "categories": [office.category(fact.value) for fact in holding if fact.kind == "category"],
        "status": office.label("status", status),
        "tone": {"complete": "ok", "none_yet": "warn"}.get(status, "bad"),
    }


def status_of(person: seniors.Person, kinds: list[str]) -> str:
    """Name what is to be known first of a record: a death, an exit, a missing number, or that it is complete."""
    ended = next((kind for kind in ("death", "exit") if kind in kinds), None)
    return ended or ("none_yet" if person.document_kind == "none_yet" else "complete")


def age(birth_on: date, today: date) -> int:
    """Count the years of a life, up on the anniversary."""
    return today.year - birth_on.year - ((today.month, today.day) < (birth_on.month, birth_on.day))


def _without_numbers(text: str) -> str:
    return "" if any(character.isdigit() for character in text) else text


def _document() -> seniors.Document | None:
    number = forms.typed("document")
    kind = "passport" if forms.typed("document_kind") == "passport" else None
    return seniors.read_document(number, kind) if number else None


def _canteen_id(session: Session) -> int | None:
    ref = forms.typed("canteen")
    return reach.canteen(session, ref=ref).id if ref else None


def _past(day: date | None) -> date | None:
    if day is not None and day > clock.today():
        raise Invalid("form.day_ahead")
    return day


def _choices(session: Session) -> dict[str, Any]:
    return {
        "regions": reach.region_options(session),
        "canteens": [("", office.words()["unknown"]), *reach.canteen_options(session)],
        "diners": office.options("diners"),
        "sexes": [("", office.words()["unknown"]), *office.options("sex")],
    }
