"""Merge two records of one person: look at both first, then act; what clashes stays listed until somebody decides."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import checkin, seniors
from canteen.foundation import clock
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import dossier, forms, office
from canteen.web.people import age


def add_to(blueprint: Blueprint) -> None:
    """Add the page that shows both records, and the act."""
    blueprint.get("/office/people/<ref>/merge")(merge_page)
    blueprint.post("/office/people/<ref>/merge")(merge_person)


@audience("people.edit")
def merge_page(ref: str) -> str:
    """Ask for the other record, and show both side by side before anything is done."""
    other = request.values.get("other", "").strip().upper()[:20]
    with house().database.reading(actor().scope) as session:
        stands = seniors.person(session, ref=ref)
        gone = seniors.person(session, ref=other) if other else None
        return render_template(
            "office/merge.html",
            name=stands.name,
            search_action=url_for("web.merge_page", ref=ref),
            action=url_for("web.merge_person", ref=ref),
            back_href=url_for("web.person", ref=ref),
            other=other,
            is_same=gone is not None and gone.id == stands.id,
            records=[_record(session, one) for one in (stands, gone) if one is not None],
        )


@audience("people.edit")
@forms.shown_again(merge_page)
def merge_person(ref: str) -> BaseResponse:
    """Let the record of the page go on for both."""
    with house().database.transaction(actor().scope) as session:
        stands = seniors.person(session, ref=ref)
        gone = seniors.person(session, ref=forms.needed("other").upper())
        checkin.merge_persons(session, person_id=gone.id, into_id=stands.id, actor=forms.me(), at=clock.now())
    office.tell("merged")
    return redirect(url_for("web.person", ref=ref), 303)


def shown(session: Session, found: seniors.Person) -> dict[str, Any] | None:
    """Lay out what was merged into a record and what is left to decide; None where nothing was."""
    merged = seniors.merged_records(session, person_id=found.id)
    if not merged:
        return None
    said = office.words()["merging"]
    return {
        "records": [{"reference": one.ref, "name": one.name, "facts": _facts(session, one)} for one in merged],
        "orders": list(checkin.orders_left_behind(session, person_id=found.id)),
        "conflicts": [
            {
                "what": said["meal"] if one.counter == "meal" else said["limit"].format(limit=one.limit),
                "surplus_fen": one.surplus_fen,
                "meals": [_meal(meal, meal in one.surplus) for meal in one.meals],
            }
            for one in checkin.merge_conflicts(session, person_id=found.id)
        ],
    }


def _meal(meal: Any, is_surplus: bool) -> dict[str, Any]:
    in_reach = meal.canteen_id in actor().scope.canteen_ids and actor().may("meals.read")
    return {
        "ref": meal.ref,
        "href": url_for("web.meal", ref=meal.ref) if in_reach else None,
        "label": f"{meal.service_date:%Y-%m-%d} {words.value('meal', meal.meal)} {meal.canteen_name}",
        "subsidy_fen": meal.subsidy_fen,
        "is_surplus": is_surplus,
    }


def _record(session: Session, one: seniors.Person) -> dict[str, Any]:
    view = seniors.view(one)
    unknown = office.words()["unknown"]
    return {
        "reference": one.ref,
        "name": one.name,
        "document": view.document or unknown,
        "phone": view.phone or unknown,
        "age": office.words()["person"]["age"].format(age=age(one.birth_on, clock.today()))
        if one.birth_on
        else unknown,
        "community": dossier.place_name(session, one.region_code),
        "allergies": office.words()["many"].join(one.allergies) or office.words()["merging"]["none"],
        "facts": _facts(session, one),
    }


def _facts(session: Session, one: seniors.Person) -> list[str]:
    form = office.words()["merging"]["fact"]
    return [
        form.format(
            label=office.label("facts", fact.kind),
            value=dossier.value(session, fact),
            valid=office.validity(fact.valid_from, fact.valid_until),
        )
        for fact in seniors.facts_of(session, person_id=one.id)
    ]
