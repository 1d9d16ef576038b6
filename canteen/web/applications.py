"""Work on applications: what waits, a new one, the public notice and its sheet, whose category ends soon."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import eligibility, places, seniors
from canteen.foundation import clock
from canteen.foundation.secrecy import masked_name
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, office, reach, settling

DEFAULT_DAYS = 7


def add_to(blueprint: Blueprint) -> None:
    """Add the list, the form of a new application, public notices, and the list of ending categories."""
    blueprint.get("/office/applications")(applications)
    blueprint.get("/office/people/<ref>/applications/new")(new_application)
    blueprint.post("/office/people/<ref>/applications/new")(apply)
    blueprint.post("/office/notices")(publish_notice)
    blueprint.get("/office/notices/<ref>")(public_notice)
    blueprint.get("/office/expiring")(expiring)


@audience("people.read")
def applications() -> str:
    """List what waits on the desk, what hangs out, and what was decided."""
    return _list()


@audience("people.edit")
def new_application(ref: str) -> str:
    """Show the form of an application."""
    return _form(ref)


def _form(ref: str) -> str:
    with house().database.reading(actor().scope) as session:
        found = seniors.person(session, ref=ref)
        mine = eligibility.of_people(session, person_ids=[found.id], on=clock.today())
        return render_template(
            "office/application_form.html",
            name=masked_name(found.name),
            action=url_for("web.apply", ref=ref),
            back_href=url_for("web.person", ref=ref),
            categories=categories(),
            today=clock.today().isoformat(),
            typed=request.form,
            before=[row(session, one) for one in mine],
        )


@audience("people.edit")
@forms.shown_again(_form)
def apply(ref: str) -> BaseResponse:
    """Take an application in at the desk."""
    with house().database.transaction(actor().scope) as session:
        made = eligibility.apply(
            session,
            person_id=seniors.person(session, ref=ref).id,
            category=forms.chosen("category", dict(categories())),
            channel="staff",
            day=forms.day("day"),
            evidence=forms.needed("evidence"),
            actor=forms.me(),
            at=clock.now(),
        )
        made_ref = made.ref
    return told("applied", made_ref)


def _list() -> str:
    with house().database.reading(actor().scope) as session:
        waiting = eligibility.listed(session, on=clock.today())
        decided = eligibility.listed(session, on=clock.today(), settled=True)
        rows = [row(session, one) for one in waiting]
        return render_template(
            "office/applications.html",
            rows=rows,
            ready=[one for one in rows if one["is_ready"]],
            decided=[row(session, one) for one in decided[: office.PAGE_SIZE]],
            notices=[_hung(session, one) for one in eligibility.notices(session)],
            publish_action=url_for("web.publish_notice") if actor().may("people.edit") else None,
            regions=reach.region_options(session),
            day_kinds=list(words()["day_kinds"].items()),
            days=DEFAULT_DAYS,
            people_href=url_for("web.people"),
            expiring_href=url_for("web.expiring"),
            typed=request.form,
        )


@audience("people.edit")
@forms.shown_again(_list)
def publish_notice() -> BaseResponse:
    """Hang a list out, and go to its sheet."""
    with house().database.transaction(actor().scope) as session:
        hung = eligibility.publish_notice(
            session,
            refs=request.form.getlist("application"),
            region_code=reach.require_region(session, forms.needed("region")).code,
            place=forms.needed("place"),
            phone=forms.needed("phone")[:40],
            days=forms.number("days", most=999),
            day_kind=forms.chosen("day_kind", words()["day_kinds"]),
            actor=forms.me(),
            at=clock.now(),
        )
        ref = hung.ref
    return redirect(url_for("web.public_notice", ref=ref), 303)


@audience("people.read")
def public_notice(ref: str) -> str:
    """Show the sheet that is hung out: masked names, and until when to object."""
    with house().database.reading(actor().scope) as session:
        hung, listed = eligibility.notice(session, ref=ref), eligibility.on_notice(session, ref=ref, on=clock.today())
        return render_template(
            "print/public_notice.html",
            **_hung(session, hung),
            place=hung.place,
            phone=hung.phone,
            rows=[row(session, one) for one in listed],
            back_href=url_for("web.applications"),
        )


@audience("people.read")
def expiring() -> str:
    """List whose category ends within sixty days, and what they are to bring."""
    with house().database.reading(actor().scope) as session:
        found = eligibility.expiring(session, on=clock.today())
        return render_template(
            "office/expiring.html", rows=[_ending(session, one) for one in found], back_href=url_for("web.applications")
        )


def row(session: Session, one: eligibility.Shown) -> dict[str, Any]:
    """Show an application in a list."""
    person = seniors.person_by_id(session, person_id=one.person_id)
    said = words()
    return {
        "ref": one.ref,
        "href": url_for("web.application", ref=one.ref),
        "name": masked_name(person.name),
        "region": settling.region_names(session, [one.region_code])[one.region_code],
        "category": category(one.category),
        "applied": one.applied_on.isoformat(),
        "channel": said["applied_by"][one.channel],
        "state": said["states"][one.state],
        "tone": said["tones"][one.state],
        "due": due(one, clock.today()),
        "is_late": one.due_on is not None and one.due_on < clock.today(),
        "is_ready": one.state == "assessed",
    }


def category(code: str) -> str:
    """Name a category, or say that it is not decided."""
    return str(words()["unsure"]) if code == eligibility.UNSURE else office.category(code)


def categories() -> list[tuple[str, str]]:
    """List the categories of today as a form offers them."""
    return [(kind.code, kind.name) for kind in office.register().kinds.values()]


def due(one: eligibility.Shown, today: date) -> str:
    """Say until when the next step is to be taken, or from when on."""
    day, said = one.due_on, words()
    if day is None:
        return str(said["no_due"])
    if day < today:
        return str(said["overdue"].format(count=(today - day).days))
    return str(said["confirm_from" if one.state in ("noticed", "answered") else "due"].format(day=day))


def told(step: str, ref: str) -> BaseResponse:
    """Say which step was taken, and show the application."""
    flash(words()["done"].format(what=words()["steps"][step]), "ok")
    return redirect(url_for("web.application", ref=ref), 303)


@cache
def words() -> dict[str, Any]:
    """Return what these pages say."""
    return tomllib.loads(Path(__file__).with_name("applications.toml").read_text("utf-8"))


def bring(code: str) -> str:
    """Say which papers a category asks for."""
    said, kind = words()["bring"], office.register().kinds.get(code)
    wider = (code, *kind.kind_of, kind.scale or "") if kind else (code,)
    return next((str(said[one]) for one in wider if one in said), str(said["any"]))


def _hung(session: Session, hung: eligibility.PublicNotice) -> dict[str, Any]:
    said, counted = words(), eligibility.is_counted(session, hung.day_kind)
    left = eligibility.days_left(hung.until_day, max(clock.today(), hung.from_day), counted)
    kind, last = said["day_kinds"][hung.day_kind], hung.until_day - timedelta(days=1)
    return {
        "ref": hung.ref,
        "href": url_for("web.public_notice", ref=hung.ref),
        "region_name": places.region(session, code=hung.region_code).name,
        "span": said["hangs"].format(first=hung.from_day, last=last, days=hung.days, kind=kind),
        "left": said["left"].format(count=left, kind=kind) if left else said["hung_out"],
        "is_over": not left,
    }


def _ending(session: Session, one: eligibility.Expiring) -> dict[str, Any]:
    person = seniors.person_by_id(session, person_id=one.person_id)
    return {
        "name": masked_name(person.name),
        "href": url_for("web.person", ref=person.ref),
        "region": settling.region_names(session, [one.region_code])[one.region_code],
        "category": office.category(one.category),
        "last_day": (one.ends_on - timedelta(days=1)).isoformat(),
        "days": (one.ends_on - clock.today()).days,
        "bring": bring(one.category),
    }
