"""Keep the food safety records of a day on one page: samples, temperatures, checks, certificates, findings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import orders, safety
from canteen.foundation import clock
from canteen.foundation.errors import Invalid
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, frame, menu_form, place
from canteen.web.kitchen_words import celsius, say, tenths
from canteen.web.kitchen_words import words as said

_TAIL = 40


def add_to(blueprint: Blueprint) -> None:
    """Add the page of a day and what is sent from it."""
    at = "/kitchen/safety"
    blueprint.get(at)(safety_day)
    blueprint.post(f"{at}/samples")(keep_sample)
    blueprint.post(f"{at}/samples/<int:sample_id>/discard")(discard_sample)
    blueprint.post(f"{at}/temperatures")(note_temperature)
    blueprint.post(f"{at}/checks")(note_checks)
    blueprint.post(f"{at}/certificates")(enter_certificate)
    blueprint.post(f"{at}/findings/<int:finding_id>")(rectify_finding)


@audience("orders.read")
def safety_day() -> str | BaseResponse:
    """Show what is kept, what was measured and checked, and what is missing."""
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
        return place.ask() if canteen is None else _page(session, canteen.id, canteen.name)


def _again(**_more: int) -> str:
    with house().database.reading(actor().scope) as session:
        canteen = place.certainly_here(session)
        return _page(session, canteen.id, canteen.name)


@audience("counter.scan")
@forms.shown_again(_again)
def keep_sample() -> BaseResponse:
    """Note a sample of today's food."""
    meal, _, dish = forms.needed("dish").partition("/")
    if meal not in orders.MEALS or not dish:
        raise Invalid("form.no_such_choice")
    with house().database.transaction(actor().scope) as session:
        safety.keep_sample(
            session, canteen_id=place.certainly_here(session).id, service_date=clock.today(), meal=meal, dish=dish,
            grams=forms.number("grams", most=99_999), place=forms.needed("place")[:_TAIL], actor=forms.me(),
            at=clock.now(),
        )  # fmt: skip
    return _done("sample", dish=dish)


@audience("counter.scan")
@forms.shown_again(_again)
def discard_sample(sample_id: int) -> BaseResponse:
    """Note that a sample was thrown away."""
    with house().database.transaction(actor().scope) as session:
        row = safety.discard(
            session, canteen_id=place.certainly_here(session).id, sample_id=sample_id, actor=forms.me(), at=clock.now()
        )
        dish = row.dish
    return _done("discarded", dish=dish)


@audience("counter.scan")
@forms.shown_again(_again)
def note_temperature() -> BaseResponse:
    """Note a temperature."""
    with house().database.transaction(actor().scope) as session:
        row = safety.note_temperature(
            session, canteen_id=place.certainly_here(session).id, point=forms.chosen("point", safety.POINTS),
            place=forms.typed("place")[:_TAIL], celsius_tenths=tenths(forms.needed("celsius")),
            measure=forms.typed("measure"), actor=forms.me(), at=clock.now(),
        )  # fmt: skip
        measured = celsius(row.celsius_tenths)
    return _done("measured", celsius=measured)


@audience("counter.scan")
@forms.shown_again(_again)
def note_checks() -> BaseResponse:
    """Note the points of the daily check that were answered."""
    with house().database.transaction(actor().scope) as session:
        canteen_id = place.certainly_here(session).id
        answered = [point for point in safety.CHECKS if forms.typed(point) in {"yes", "no"}]
        for point in answered:
            safety.note_check(
                session, canteen_id=canteen_id, day=clock.today(), point=point, fine=forms.typed(point) == "yes",
                measure=forms.typed(f"{point}-measure"), actor=forms.me(), at=clock.now(),
            )  # fmt: skip
    return _done("checked", count=len(answered))


@audience("menus.edit")
@forms.shown_again(_again)
def enter_certificate() -> BaseResponse:
    """Note until when somebody may handle food; without a day, that somebody left."""
    with house().database.transaction(actor().scope) as session:
        safety.enter_certificate(
            session, canteen_id=place.certainly_here(session).id, holder=forms.needed("holder")[:_TAIL],
            number_tail=forms.typed("tail")[:_TAIL], valid_until=forms.day("until"), actor=forms.me(), at=clock.now(),
        )  # fmt: skip
    return _done("certificate", holder=forms.typed("holder"))


@audience("menus.edit")
@forms.shown_again(_again)
def rectify_finding(finding_id: int) -> BaseResponse:
    """Say how a finding of an inspection was put right."""
    with house().database.transaction(actor().scope) as session:
        safety.rectify(
            session, canteen_id=place.certainly_here(session).id, finding_id=finding_id,
            measure=forms.typed("measure"), actor=forms.me(), at=clock.now(),
        )  # fmt: skip
    return _done("rectified")


def _done(name: str, **params: str | int) -> BaseResponse:
    flash(say("safety", name, **params), "ok")
    return redirect(url_for("web.safety_day"), 303)


def _page(session: Session, canteen_id: int, canteen: str) -> str:
    day = menu_form.asked_day()
    may_note = actor().may("counter.scan") and day == clock.today()
    checked = safety.checks(session, canteen_id=canteen_id, day=day)
    return render_template(
        "office/safety.html",
        title=say("safety", "title", canteen=canteen, day=frame.day_label(clock.local(day, 12))),
        prev_href=url_for("web.safety_day", day=day - timedelta(days=1)),
        next_href=url_for("web.safety_day", day=day + timedelta(days=1)),
        missing=_missing(session, canteen_id, day),
        samples=[_sample(one) for one in safety.kept(session, canteen_id=canteen_id)],
        temperatures=[_temperature(one) for one in safety.temperatures(session, canteen_id=canteen_id, day=day)],
        checks=[_check(point, checked.get(point)) for point in safety.CHECKS],
        holders=[_holder(one) for one in safety.holders(session, canteen_id=canteen_id, on=clock.today())],
        findings=[_finding(one) for one in safety.findings_of(session, canteen_id=canteen_id)],
        points=list(said()["safety"]["points"].items()),
        acts=_acts(may_note=may_note),
        typed={name: request.form.get(name, "") for name in ("place", "celsius", "measure", "grams", "holder", "tail")},
    )


def _acts(*, may_note: bool) -> dict[str, str | None]:
    may_manage = actor().may("menus.edit")
    return {
        "sample": url_for("web.keep_sample") if may_note else None,
        "temperature": url_for("web.note_temperature") if may_note else None,
        "checks": url_for("web.note_checks") if may_note else None,
        "certificate": url_for("web.enter_certificate") if may_manage else None,
    }


def _missing(session: Session, canteen_id: int, day: date) -> list[tuple[str, str]]:
    return [
        (f"{meal}/{dish}", f"{words.value('meal', meal)} {dish}")
        for meal, dish in safety.missing(session, canteen_id=canteen_id, day=day)
    ]


def _sample(one: safety.Kept) -> dict[str, Any]:
    may_go = clock.now() >= one.may_go_from
    return {
        "dish": one.dish,
        "meal": f"{one.service_date.month}-{one.service_date.day} {words.value('meal', one.meal)}",
        "grams": one.grams,
        "place": one.place,
        "kept": words.value("at", one.kept_at),
        "until": words.value("at", one.may_go_from),
        "state": say("safety", "may_go" if may_go else "keep"),
        "tone": "warn" if may_go else "ok",
        "action": url_for("web.discard_sample", sample_id=one.sample_id)
        if may_go and actor().may("counter.scan")
        else None,
    }


def _temperature(one: Any) -> dict[str, Any]:
    return {
        "at": words.value("at", one.at),
        "point": said()["safety"]["points"][one.point],
        "place": one.place,
        "celsius": celsius(one.celsius_tenths),
        "state": say("safety", "fine" if one.is_fine else "not_fine"),
        "tone": "ok" if one.is_fine else "bad",
        "measure": one.measure,
    }


def _check(point: str, note: Any) -> dict[str, Any]:
    name = "open" if note is None else "fine" if note.is_fine else "not_fine"
    return {
        "point": point,
        "label": said()["safety"]["checks"][point],
        "state": say("safety", name),
        "tone": {"open": "warn", "fine": "ok", "not_fine": "bad"}[name],
        "measure": note.measure if note else "",
    }


def _holder(one: safety.Holder) -> dict[str, Any]:
    return {
        "name": one.name,
        "tail": one.number_tail,
        "until": one.valid_until,
        "state": said()["safety"]["holders"][one.state],
        "tone": {"valid": "ok", "soon": "warn", "over": "bad"}[one.state],
    }


def _finding(one: safety.Finding) -> dict[str, Any]:
    is_late = not one.measure and one.due_on < clock.today()
    return {
        "text": one.text,
        "due": one.due_on,
        "measure": one.measure,
        "state": say("safety", "done" if one.measure else "late" if is_late else "due"),
        "tone": "ok" if one.measure else "bad" if is_late else "warn",
        "action": url_for("web.rectify_finding", finding_id=one.finding_id)
        if not one.measure and actor().may("menus.edit")
        else None,
        "id": one.finding_id,
    }
