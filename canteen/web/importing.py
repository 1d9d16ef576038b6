"""Take over lists of people: a dry run first, then all of it or nothing.

The list is read again when somebody confirms it, and taken only if it would still do what its sender was shown.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, send_file, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import checkin, places, seniors, tables
from canteen.foundation import clock
from canteen.foundation.db import vault_of
from canteen.foundation.errors import CanteenError, Conflict, Invalid
from canteen.http import errors, soon, words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import columns, forms, office, reach
from canteen.web.sent_tables import sent_table
from canteen.web.uploads import Shelf, Upload

_MOST_ERRORS = 50
_MOST_NAMES = 10
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def add_to(blueprint: Blueprint) -> None:
    """Add the page of the import, the empty list, the dry run and what follows it."""
    blueprint.get("/office/import")(roster)
    blueprint.post("/office/import")(try_roster)
    blueprint.get("/office/import/template.xlsx")(roster_template)
    blueprint.get("/office/import/<token>/marked.xlsx")(marked_roster)
    blueprint.post("/office/import/<token>")(apply_roster)
    blueprint.post("/office/import/<token>/columns")(tell_roster_columns)
    blueprint.post("/office/import/taken/<int:number>/withdraw")(withdraw_roster)


@audience("people.import")
def roster() -> str:
    """Ask for a list."""
    return _page()


@audience("people.import")
def try_roster() -> BaseResponse:
    """Say what a list would do, and keep it until its sender decides."""
    region = forms.typed("region")
    try:
        name, content = sent_table()
        return _tried(name, content, region)
    except CanteenError as error:
        return _refused(error, region)


def _tried(name: str, content: bytes, region: str) -> BaseResponse:
    at, sentence = clock.now(), None
    with house().database.reading(actor().scope) as session:
        reach.require_region(session, region)
        told = seniors.roster.told_columns(session, region_code=region, list_kind=seniors.roster.ROSTER)
        try:
            plan = _plan(session, content, region, at)
        except Invalid as error:
            if error.code != "seniors.roster_no_header":
                raise
            plan, sentence = None, words.refusal(error.code, error.params)
        token = shelf(session).keep(
            owner=actor().ref, name=name, purpose=region, fingerprint=plan.fingerprint if plan else "",
            content=content, at=at,
        )  # fmt: skip
    asked = columns.question(
        content, seniors.roster.Columns(told=told), url_for("web.tell_roster_columns", token=token)
    )
    trial = _trial(plan, name, token) if plan else None
    page = _page(region=region, upload_error=sentence, trial=trial, question=asked)
    return make_response(page, 200 if plan else 422)


@audience("people.import")
def tell_roster_columns(token: str) -> BaseResponse:
    """Keep what the columns of a region's lists mean, and try the list again."""
    at = clock.now()
    try:
        with house().database.transaction(actor().scope) as session:
            upload = shelf(session).look(token, owner=actor().ref, at=at)
            columns.remember(
                session, region_code=upload.purpose, list_kind=seniors.roster.ROSTER,
                known=seniors.roster.Columns().known, actor=forms.me(), at=at,
            )  # fmt: skip
        return _tried(upload.name, upload.content, upload.purpose)
    except CanteenError as error:
        return _refused(error)


def _refused(error: CanteenError, region: str = "") -> BaseResponse:
    if errors.wants_problem():
        raise error
    sentence = words.refusal(error.code, error.params)
    return make_response(_page(region=region, upload_error=sentence), errors.status_of(error))


@audience("people.import")
def roster_template() -> BaseResponse:
    """Hand out an empty list with a sample row and notes."""
    names = [kind.name for kind in office.register().kinds.values()]
    return workbook(seniors.roster.template(names), office.words()["roster"]["template_file"])


@audience("people.import")
def marked_roster(token: str) -> BaseResponse:
    """Hand the list back with the reasons beside the wrong rows."""
    at = clock.now()
    with house().database.reading(actor().scope) as session:
        upload = shelf(session).look(token, owner=actor().ref, at=at)
        marked = seniors.roster.hand_back(_plan(session, upload.content, upload.purpose, at))
    return workbook(marked, office.words()["roster"]["marked_file"].format(name=PurePath(upload.name).stem))


@audience("people.import")
def apply_roster(token: str) -> BaseResponse:
    """Take the list over as it was shown, or refuse it whole."""
    at = clock.now()
    try:
        with house().database.transaction(actor().scope) as session:
            upload = shelf(session).take(token, owner=actor().ref, at=at)
            applied = _apply(session, upload, at)
    except CanteenError as error:
        return _refused(error)
    soon.ask(soon.RECONSIDER)
    office.tell("imported", new=applied.new, updated=applied.updated, same=applied.same)
    return redirect(url_for("web.people"), 303)


@audience("people.import")
def withdraw_roster(number: int) -> BaseResponse:
    """Take an imported list back, and name whom that leaves alone and why."""
    at = clock.now()
    try:
        with house().database.transaction(actor().scope) as session:
            taken = seniors.roster.imported(session, import_id=number)
            people = seniors.roster.people_of_import(session, import_id=number)
            used = checkin.people_in_use(session, person_ids=people, since=taken.taken_at)
            done = seniors.roster.withdraw(session, import_id=number, used=used, actor=forms.me(), at=at)
    except CanteenError as error:
        return _refused(error)
    said = office.words()["roster"]["withdrawn"]
    more = said["kept"].format(kept=len(done.kept)) if done.kept else ""
    flash(said["done"].format(done=done.done) + more, "warning" if done.kept else "ok")
    return make_response(_page(kept=done.kept))


def _taken(session: Session) -> list[dict[str, Any]]:
    said, names = office.words()["roster"]["withdrawn"], tables.access.Staff
    rows = []
    for one in seniors.roster.imports(session):
        who = session.scalar(select(names.name).where(names.ref == one.taken_by.removeprefix("staff:")))
        rows.append(
            {
                "at": f"{one.taken_at.astimezone(clock.CHINA):%Y-%m-%d %H:%M}",
                "by": who or one.taken_by,
                "region": places.region(session, code=one.region_code).name,
                "new": one.new_count,
                "updated": one.updated_count,
                "status": said["state" if one.withdrawn_at else "live"],
                "tone": "" if one.withdrawn_at else "ok",
                "withdraw_action": None if one.withdrawn_at else url_for("web.withdraw_roster", number=one.id),
            }
        )
    return rows


def _apply(session: Session, upload: Upload, at: datetime) -> seniors.roster.Applied:
    plan = _plan(session, upload.content, upload.purpose, at)
    if plan.fingerprint != upload.fingerprint:
        raise Conflict("seniors.roster_changed")
    return seniors.roster.apply(session, plan=plan, actor=forms.me(), at=at)


def _plan(session: Session, content: bytes, region: str, at: datetime) -> seniors.roster.Plan:
    return seniors.roster.read(
        session,
        content=content,
        region_code=region,
        known_categories=office.register().by_name,
        on=clock.service_day(at),
    )


def shelf(session: Session) -> Shelf:
    """Return where files wait for a decision."""
    return Shelf(house().settings.var / "uploads", vault_of(session))


def _page(
    *,
    region: str = "",
    upload_error: str | None = None,
    trial: dict[str, Any] | None = None,
    question: dict[str, Any] | None = None,
    kept: Sequence[seniors.roster.KeptPerson] = (),
) -> str:
    with house().database.reading(actor().scope) as session:
        return render_template(
            "office/import.html",
            upload_action=url_for("web.try_roster"),
            template_href=url_for("web.roster_template"),
            regions=reach.region_options(session),
            region=region,
            upload_error=upload_error,
            trial=trial,
            question=question,
            taken=_taken(session),
            kept=[
                {
                    "name": one.name,
                    "href": url_for("web.person", ref=one.ref) if actor().may("people.read") else None,
                    "reason": office.words()["roster"]["reasons"][one.reason],
                }
                for one in kept
            ],
        )


def _trial(plan: seniors.roster.Plan, name: str, token: str) -> dict[str, Any]:
    counts = plan.counts
    confirm = {
        "action": url_for("web.apply_roster", token=token),
        "question": office.words()["roster"]["question"].format(**counts),
    }
    return {
        "file_name": name,
        "counts": {
            "added": counts["new"],
            "updated": counts["updated"],
            "unchanged": counts["same"],
            "wrong": counts["wrong"],
        },
        "errors": [
            {"row": problem.row, "column": problem.title, "value": plan.cell(problem), "reason": problem.sentence}
            for problem in plan.problems[:_MOST_ERRORS]
        ],
        "more": max(0, len(plan.problems) - _MOST_ERRORS),
        "missing_text": "".join(_proposed(plan)),
        "marked_href": url_for("web.marked_roster", token=token) if plan.problems else None,
        "confirm": confirm if not plan.problems and plan.steps else None,
    }


def _proposed(plan: seniors.roster.Plan) -> list[str]:
    said = office.words()["roster"]
    missing = [proposal.name for proposal in plan.missing]
    unlisted = [
        said["category_of"].format(name=proposal.name, category=office.category(proposal.category or ""))
        for proposal in plan.unlisted
    ]
    return [
        said[kind].format(count=len(names), names=_some(names))
        for kind, names in (("missing", missing), ("unlisted", unlisted))
        if names
    ]


def _some(names: list[str]) -> str:
    shown = str(office.words()["many"]).join(names[:_MOST_NAMES])
    more = str(office.words()["roster"]["and_more"]) if len(names) > _MOST_NAMES else ""
    return shown + more


def workbook(content: bytes, name: str) -> BaseResponse:
    """Hand a workbook out under a name."""
    return send_file(io.BytesIO(content), mimetype=_WORKBOOK, as_attachment=True, download_name=name)
