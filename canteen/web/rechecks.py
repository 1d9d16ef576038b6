"""Check the register against lists of other offices: a dry run first, then what the list may do by itself.

The list is read again when somebody confirms it, and taken only if it would still do what its sender was shown.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict
from datetime import date, datetime
from functools import cache
from pathlib import Path, PurePath
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import eligibility, places, seniors
from canteen.foundation import clock
from canteen.foundation.errors import CanteenError, Conflict, Invalid
from canteen.foundation.secrecy import masked_name
from canteen.http import errors, soon, words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import columns, forms, importing, office, reach
from canteen.web.sent_tables import sent_table
from canteen.web.uploads import Upload

lists = eligibility.recheck

_MOST_SHOWN = 50


def add_to(blueprint: Blueprint) -> None:
    """Add the page of the lists, the dry run and what follows it."""
    blueprint.get("/office/rechecks")(rechecks)
    blueprint.post("/office/rechecks")(try_recheck)
    blueprint.post("/office/rechecks/<token>/columns")(tell_recheck_columns)
    blueprint.get("/office/rechecks/<token>/marked.xlsx")(marked_recheck)
    blueprint.post("/office/rechecks/<token>")(take_recheck)


@audience("people.import")
def rechecks() -> str:
    """Ask for a list, and show those that were taken over."""
    return _page()


@audience("people.import")
def try_recheck() -> BaseResponse:
    """Say what a list would do, and keep it until its sender decides."""
    try:
        terms = _terms()
        name, content = sent_table()
        with house().database.reading(actor().scope) as session:
            reach.require_region(session, terms.region_code)
    except CanteenError as error:
        return _refused(error)
    return _tried(name, content, terms)


def _tried(name: str, content: bytes, terms: lists.Terms) -> BaseResponse:
    sentence: str | None = None
    try:
        with house().database.reading(actor().scope) as session:
            wanted = lists.columns_of(session, terms)
            try:
                plan = lists.read(session, content=content, terms=terms)
            except Invalid as error:
                if error.code != "seniors.roster_no_header":
                    raise
                plan, sentence = None, words.refusal(error.code, error.params)
            token = _keep(session, name, content, terms, plan.fingerprint if plan else "")
        asked = columns.question(content, wanted, url_for("web.tell_recheck_columns", token=token))
    except CanteenError as error:
        return _refused(error)
    trial = _trial(plan, name, token) if plan else None
    page = _page(terms=terms, upload_error=sentence, trial=trial, question=asked)
    return make_response(page, 200 if plan else 422)


@audience("people.import")
def tell_recheck_columns(token: str) -> BaseResponse:
    """Keep what the columns mean, and try the list again."""
    at = clock.now()
    try:
        with house().database.transaction(actor().scope) as session:
            upload = importing.shelf(session).look(token, owner=actor().ref, at=at)
            terms = _terms_of(upload)
            columns.remember(
                session, region_code=terms.region_code, list_kind=terms.kind, known=lists.KNOWN[terms.kind],
                actor=forms.me(), at=at,
            )  # fmt: skip
    except CanteenError as error:
        return _refused(error)
    return _tried(upload.name, upload.content, terms)


@audience("people.import")
def marked_recheck(token: str) -> BaseResponse:
    """Hand the list back with the reasons beside the wrong rows."""
    at = clock.now()
    with house().database.reading(actor().scope) as session:
        upload = importing.shelf(session).look(token, owner=actor().ref, at=at)
        plan = lists.read(session, content=upload.content, terms=_terms_of(upload))
        reading = plan.reading
        content = seniors.roster.marked(reading.sheets, reading.sheet, reading.header, plan.problems)
    return importing.workbook(content, office.words()["roster"]["marked_file"].format(name=PurePath(upload.name).stem))


@audience("people.import")
def take_recheck(token: str) -> BaseResponse:
    """Take the list over as it was shown, or refuse it whole."""
    at = clock.now()
    try:
        with house().database.transaction(actor().scope) as session:
            upload = importing.shelf(session).take(token, owner=actor().ref, at=at)
            plan = lists.read(session, content=upload.content, terms=_terms_of(upload))
            if plan.fingerprint != upload.fingerprint:
                raise Conflict("eligibility.recheck_changed")
            taken = lists.take(session, plan=plan, file_name=upload.name, actor=forms.me(), at=at)
    except CanteenError as error:
        return _refused(error)
    soon.ask(soon.RECONSIDER)
    said = said_words()["told"]
    text = said["taken"].format(done=taken.done) + (
        said["waiting"].format(waiting=taken.waiting) if taken.waiting else ""
    )
    flash(text, "warning" if taken.waiting else "ok")
    return redirect(url_for("web.recheck", ref=taken.ref), 303)


@cache
def said_words() -> dict[str, Any]:
    """Return what these pages say."""
    return tomllib.loads(Path(__file__).with_name("rechecks.toml").read_text("utf-8"))


def about(kind: str, value: str) -> str:
    """Say what a list is about."""
    said = said_words()
    if kind == "category":
        return str(said["of_category"].format(name=office.category(value)))
    return str(said["of_scheme"].format(name=value) if kind == "scheme" else said["of_deaths"])


def subjects() -> list[tuple[str, str]]:
    """List what a list may be about: deaths, each category, each scheme."""
    kinds = [("category", kind.code) for kind in office.register().kinds.values()]
    schemes = [("scheme", name) for name in said_words()["schemes"]]
    return [(f"{kind}:{value}", about(kind, value)) for kind, value in [("death", "death"), *kinds, *schemes]]


def _terms() -> lists.Terms:
    kind, _, value = forms.chosen("about", dict(subjects())).partition(":")
    today = clock.today()
    return lists.Terms(
        region_code=forms.needed("region"),
        kind=kind,
        value=value,
        list_day=forms.day("list_day") or today,
        is_full=forms.typed("is_full") == "yes" and kind != "death",
        on=today,
        holds_until=forms.last_day("holds_to") if kind != "death" else None,
    )


def _keep(session: Session, name: str, content: bytes, terms: lists.Terms, fingerprint: str) -> str:
    purpose = json.dumps(asdict(terms), default=str)
    return importing.shelf(session).keep(
        owner=actor().ref, name=name, purpose=purpose, fingerprint=fingerprint, content=content, at=clock.now()
    )


def _terms_of(upload: Upload) -> lists.Terms:
    kept = json.loads(upload.purpose)
    days = {name: date.fromisoformat(kept[name]) for name in ("list_day", "on")}
    until = date.fromisoformat(kept["holds_until"]) if kept["holds_until"] else None
    return lists.Terms(**{**kept, **days, "holds_until": until})


def _refused(error: CanteenError) -> BaseResponse:
    if errors.wants_problem():
        raise error
    sentence = words.refusal(error.code, error.params)
    return make_response(_page(upload_error=sentence), errors.status_of(error))


def _page(
    *,
    terms: lists.Terms | None = None,
    upload_error: str | None = None,
    trial: dict[str, Any] | None = None,
    question: dict[str, Any] | None = None,
) -> str:
    with house().database.reading(actor().scope) as session:
        return render_template(
            "office/rechecks.html",
            upload_action=url_for("web.try_recheck"),
            regions=reach.region_options(session),
            subjects=subjects(),
            typed=request.form if not terms else _typed(terms),
            today=clock.today().isoformat(),
            upload_error=upload_error,
            trial=trial,
            question=question,
            taken=[_taken(session, one) for one in lists.listed(session)],
        )


def _typed(terms: lists.Terms) -> dict[str, str]:
    return {
        "region": terms.region_code,
        "about": f"{terms.kind}:{terms.value}",
        "list_day": terms.list_day.isoformat(),
        "is_full": "yes" if terms.is_full else "",
        "holds_to": forms.typed("holds_to") if request.form.get("holds_to") else "",
    }


def _taken(session: Session, one: lists.Listed) -> dict[str, Any]:
    said, taken = said_words()["states"], one.taken
    state = "withdrawn" if one.is_withdrawn else "waiting" if one.waiting else "done"
    return {
        "href": url_for("web.recheck", ref=taken.ref),
        "about": about(taken.kind, taken.value),
        "at": local_time(taken.taken_at),
        "region": places.region(session, code=taken.region_code).name,
        "new": one.counts.get(lists.NEW, 0),
        "renewed": one.counts.get(lists.RENEWED, 0),
        "ending": taken.ending_count,
        "state": said[state].format(count=one.waiting),
        "tone": {"withdrawn": "", "waiting": "warn", "done": "ok"}[state],
    }


def local_time(at: datetime) -> str:
    """Write an instant as a clock in the office shows it."""
    return f"{at.astimezone(clock.CHINA):%Y-%m-%d %H:%M}"


def _trial(plan: lists.Plan, name: str, token: str) -> dict[str, Any]:
    said = said_words()
    numbers = {
        "standing": plan.standing_count,
        "ending": plan.count(*lists.ENDING),
        "wrong": plan.wrong_count,
    }
    question = said["question"].format(new=plan.count(lists.NEW), renewed=plan.count(lists.RENEWED))
    if numbers["ending"]:
        question += said["second_person" if plan.needs_second_person else "by_you"].format(**numbers)
    return {
        "file_name": name,
        "counts": {
            "new": plan.count(lists.NEW), "renewed": plan.count(lists.RENEWED),
            "ended": plan.count(lists.ENDED, lists.DIED), "missing": plan.count(lists.MISSING),
            "unchanged": plan.unchanged_count, "unknown": len(plan.unknown), "wrong": plan.wrong_count,
        },
        "warning": said["many_end"].format(**numbers) if plan.needs_second_person else "",
        "lines": [_line(line) for line in _most_grave_first(plan)[:_MOST_SHOWN]],
        "more": max(0, len(plan.lines) - _MOST_SHOWN),
        "unknown": [{"row": row.row, "name": masked_name(row.name)} for row in plan.unknown[:_MOST_SHOWN]],
        "unknown_more": max(0, len(plan.unknown) - _MOST_SHOWN),
        "errors": [{"row": one.row, "column": one.title, "reason": one.reason} for one in plan.problems[:_MOST_SHOWN]],
        "marked_href": url_for("web.marked_recheck", token=token) if plan.problems else None,
        "confirm": {"action": url_for("web.take_recheck", token=token), "question": question}
        if plan.lines or plan.unchanged_count
        else None,
    }  # fmt: skip


def _most_grave_first(plan: lists.Plan) -> list[lists.Line]:
    order = (*lists.ENDING, lists.NEW, lists.RENEWED)
    return sorted(plan.lines, key=lambda line: (order.index(line.outcome), line.row))


def _line(line: lists.Line) -> dict[str, Any]:
    said = said_words()
    return {
        "name": line.name,
        "href": url_for("web.person", ref=line.ref) if actor().may("people.read") else None,
        "row": str(line.row) if line.row else said["no_row"],
        "outcome": said["outcomes"][line.outcome],
        "tone": said["tones"][line.outcome],
        "what": changes(line.outcome, line.valid_from, line.valid_until),
    }


def changes(outcome: str, valid_from: date, valid_until: date | None) -> str:
    """Say what a line of a list changes."""
    said = said_words()
    if outcome == lists.DIED:
        return str(said["died_on"].format(day=valid_from))
    return str(said["undecided"]) if outcome == lists.MISSING else office.validity(valid_from, valid_until)
