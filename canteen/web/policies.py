"""Write, review and publish subsidy policies: the list, each policy with its versions, and each draft on its way."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from flask import Blueprint, flash, jsonify, make_response, redirect, render_template, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import places, subsidy, tables
from canteen.foundation import clock
from canteen.foundation.db import scope_of
from canteen.foundation.errors import Conflict, Denied, Invalid, NotFound
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.http.limits import limited
from canteen.web import forms, policy_editor, policy_page, reach
from canteen.web.policy_words import concerns, is_within, staff_names, words

_WRITE = "policies.publish"


def add_to(blueprint: Blueprint) -> None:
    """Add the pages of policies and what is sent from them."""
    one = "/policies/drafts/<ref>"
    blueprint.get("/policies")(policies)
    blueprint.get("/policies/of/<code>")(policy)
    blueprint.get("/policies/of/<code>/text")(policy_text)
    blueprint.post("/policies/drafts")(begin_policy_draft)
    blueprint.get(one)(policy_draft)
    blueprint.get(f"{one}/edit")(edit_policy_draft)
    blueprint.post(f"{one}/check")(check_policy_draft)
    blueprint.post(f"{one}/save")(save_policy_draft)
    blueprint.get(f"{one}/scan")(policy_scan)
    blueprint.post(f"{one}/scan")(scan_policy_draft)
    blueprint.post(f"{one}/review")(review_policy_draft)
    blueprint.post(f"{one}/return")(return_policy_draft)
    blueprint.post(f"{one}/drop")(drop_policy_draft)
    blueprint.post(f"{one}/publish")(publish_policy_draft)


@audience("policies.read")
def policies() -> str:
    """List the policies that hold in reach, and the drafts on their way."""
    person = actor()
    with house().database.reading(person.scope) as session:
        context = policy_page.policies(session, today=clock.today(), may_write=person.may(_WRITE))
    return render_template("policies/list.html", **context, typed=request.form)


@audience("policies.read")
def policy(code: str) -> str:
    """Show one policy: versions, prices, document, text, and what it superseded."""
    person = actor()
    with house().database.reading(person.scope) as session:
        context = policy_page.policy(
            session, code=code, edition=request.args.get("edition", type=int), today=clock.today(),
            may_write=person.may(_WRITE),
        )  # fmt: skip
    return render_template("policies/policy.html", **context)


@audience("policies.read")
def policy_text(code: str) -> BaseResponse:
    """Hand out the text of a policy as the file it is."""
    with house().database.reading(actor().scope) as session:
        row = _standing(session, code)
        content = row.text.encode()
    return send_file(io.BytesIO(content), "application/yaml", as_attachment=True, download_name=f"{code}.yaml")


@audience("policies.publish")
@forms.shown_again(policies)
def begin_policy_draft() -> BaseResponse:
    """Begin a draft from a template or from what is published: a copy, a new version, a prolongation, an end."""
    kind, _, code = forms.needed("source").partition(":")
    with house().database.transaction(actor().scope) as session:
        if kind == "policy":
            row = _standing(session, code)
            if not is_within(scope_of(session), row.region_code):
                raise Denied("office.outside_scope", region=row.region_code)
            text, region, based_on = _turned(row.text, forms.typed("act")), row.region_code, row
        else:
            region = reach.require_region(session, forms.needed("region")).code
            text, based_on = _from_template(session, code, region), None
        begun = subsidy.begin_draft(
            session, text=text, region_code=region, actor=forms.me(), at=clock.now(), based_on=based_on
        )
        ref = begun.ref
    flash(words()["begun"].format(ref=ref), "ok")
    return redirect(url_for("web.edit_policy_draft", ref=ref), 303)


def _standing(session: Session, code: str) -> tables.subsidy.PublishedPolicy:
    row = subsidy.standing_policy(session, code)
    if row is None or not concerns(scope_of(session), row.region_code):
        raise NotFound("subsidy.unknown_policy", policy=code)
    return row


def _turned(text: str, act: str) -> str:
    try:
        if act == "version":
            first = forms.needed_day("day")
            return subsidy.form.add_version(text, version=str(first.year), first_day=first)
        if act == "prolong":
            return subsidy.form.prolong(text, document=forms.needed("document"), last_day=forms.needed_day("day"))
        return subsidy.form.end_on(text, forms.needed_day("day")) if act == "end" else text
    except ValueError:
        raise Invalid("subsidy.cannot_turn") from None


def _from_template(session: Session, code: str, region: str) -> str:
    """Take a shipped policy as the beginning of one for another region: its name, its place and its people are new."""
    found = next((text for text in subsidy.shipped_texts() if subsidy.named_in(text)["policy"] == code), None)
    if found is None:
        raise NotFound("subsidy.unknown_policy", policy=code)
    path = places.region_path(session, region)
    here = ", ".join(f"{level}: {name}" for level, name in path.items() if level != "province" or len(path) == 1)
    of, there = subsidy.shipped().policies[code].chosen_by[0]
    named = ", ".join(f"{level}: {getattr(there, level)}" for level in _levels(there))
    text = found.replace(f"{of}: {{{named}}}", f"{of}: {{{here}}}")
    own = {"policy": f"{places.prefix(region)}-{clock.today().year}", "region": f'"{places.prefix(region)}"'}
    lines = text.splitlines(keepends=True)
    return "".join(f"{name}: {own[name]}\n" if (name := line.partition(":")[0]) in own else line for line in lines)


def _levels(place: subsidy.Place) -> list[str]:
    return [level for level in ("province", "city", "district", "town", "village") if getattr(place, level)]


@audience("policies.read")
def policy_draft(ref: str) -> str:
    """Show a draft: what it would change, for whom, and who has to do what."""
    person = actor()
    with house().database.reading(person.scope) as session:
        context = policy_page.draft(session, ref=ref, today=clock.today(), me=forms.me(), may_write=person.may(_WRITE))
    return render_template("policies/draft.html", **context)


@audience("policies.publish")
def edit_policy_draft(ref: str) -> str:
    """Open the editor: the text, its form, its mistakes, and a table of prices."""
    with house().database.reading(actor().scope) as session:
        draft = subsidy.draft(session, ref=ref)
        return _editor(session, draft, text=draft.text, number=draft.document_number, today=clock.today())


def _editor(session: Session, draft: Any, *, text: str, number: str, today: date) -> str:
    ref, region = draft.ref, draft.region_code
    first = policy_editor.answer(session, body={"text": text}, region_code=region, today=today)
    options = words()["form"]["options"]
    return render_template(
        "policies/editor.html",
        ref=ref,
        name=draft.name or draft.policy_code or ref,
        region=places.region(session, code=region).name,
        text=text,
        document_number=number,
        revision=draft.revision,
        settled=draft.state != "draft",
        first=first,
        meals=[(name, options[name]) for name in ("breakfast", "lunch", "dinner", "snack")],
        modes=[(name, options[name]) for name in ("dine_in", "pickup", "delivery")],
        draft_href=url_for("web.policy_draft", ref=ref),
        check_url=url_for("web.check_policy_draft", ref=ref),
        save_url=url_for("web.save_policy_draft", ref=ref),
    )


@audience("policies.publish")
@limited("240/minute")
def check_policy_draft(ref: str) -> BaseResponse:
    """Check what is being typed, without keeping it."""
    body = policy_editor.asked()
    with house().database.reading(actor().scope) as session:
        region = subsidy.draft(session, ref=ref).region_code
        return jsonify(policy_editor.answer(session, body=body, region_code=region, today=clock.today()))


@audience("policies.publish")
@limited("120/minute")
def save_policy_draft(ref: str) -> BaseResponse:
    """Save the draft, by the page itself or by its button; a colleague's edit meanwhile is shown beside one's own."""
    said = policy_editor.asked() if request.is_json else request.form
    text, number = str(said.get("text", "")).replace("\r\n", "\n"), str(said.get("document_number", ""))[:200].strip()
    revision = said.get("revision", "")
    try:
        with house().database.transaction(actor().scope) as session:
            held = subsidy.save_draft(
                session, ref=ref, revision=int(revision) if str(revision).isdecimal() else 0, text=text,
                document_number=number, actor=forms.me(), at=clock.now(),
            )  # fmt: skip
            now = held.revision
    except Conflict as error:
        if request.is_json:
            raise
        return make_response(_conflict(ref, text, number, error), 409)
    if request.is_json:
        return jsonify(revision=now, told=words()["kept"].format(revision=now))
    flash(words()["saved"], "ok")
    return redirect(url_for("web.policy_draft", ref=ref), 303)


def _conflict(ref: str, text: str, number: str, error: Conflict) -> str:
    with house().database.reading(actor().scope) as session:
        draft = subsidy.draft(session, ref=ref)
        by = staff_names(session).get(str(error.params["by"]), "")
        return render_template(
            "policies/conflict.html",
            ref=ref,
            by=by,
            theirs=draft.text,
            mine=text,
            document_number=number,
            revision=draft.revision,
            diff=policy_page.diff(draft.text, text),
            save_url=url_for("web.save_policy_draft", ref=ref),
            draft_href=url_for("web.policy_draft", ref=ref),
        )


@audience("policies.read")
def policy_scan(ref: str) -> BaseResponse:
    """Hand out the scan of the document."""
    with house().database.reading(actor().scope) as session:
        scan = subsidy.scan_of(session, ref=ref)
        content, media, name = scan.content, scan.media, scan.name
    return send_file(io.BytesIO(content), media, as_attachment=True, download_name=name or ref)


@audience("policies.publish")
@limited("30/minute")
@forms.shown_again(policy_draft)
def scan_policy_draft(ref: str) -> BaseResponse:
    """Attach the scan of the document, and its number."""
    file = request.files.get("scan")
    content = file.stream.read(subsidy.LARGEST_SCAN + 1) if file is not None else b""
    number = forms.typed("document_number")
    with house().database.transaction(actor().scope) as session:
        held = subsidy.draft(session, ref=ref)
        if number != held.document_number:
            subsidy.save_draft(
                session, ref=ref, revision=held.revision, text=held.text, document_number=number, actor=forms.me(),
                at=clock.now(),
            )  # fmt: skip
        if content:
            name = (file.filename if file is not None else "") or ref
            subsidy.attach_scan(session, ref=ref, name=name, content=content, actor=forms.me(), at=clock.now())
    return _done(ref, words()["scanned"] if content else words()["saved"])


@audience("policies.publish")
@forms.shown_again(policy_draft)
def review_policy_draft(ref: str) -> BaseResponse:
    """Review what a colleague wrote, on the revision that was shown."""
    revision = forms.needed("revision")
    with house().database.transaction(actor().scope) as session:
        subsidy.review_draft(
            session, ref=ref, revision=int(revision) if revision.isdecimal() else 0, actor=forms.me(), at=clock.now()
        )
    return _done(ref, words()["reviewed"])


@audience("policies.publish")
@forms.shown_again(policy_draft)
def return_policy_draft(ref: str) -> BaseResponse:
    """Give a reviewed draft back."""
    with house().database.transaction(actor().scope) as session:
        subsidy.return_draft(session, ref=ref, actor=forms.me(), at=clock.now())
    return _done(ref, words()["returned"])


@audience("policies.publish")
@forms.shown_again(policy_draft)
def drop_policy_draft(ref: str) -> BaseResponse:
    """Lay a draft aside."""
    with house().database.transaction(actor().scope) as session:
        subsidy.drop_draft(session, ref=ref, actor=forms.me(), at=clock.now())
    flash(words()["dropped"].format(ref=ref), "ok")
    return redirect(url_for("web.policies"), 303)


@audience("policies.publish")
@forms.shown_again(policy_draft)
def publish_policy_draft(ref: str) -> BaseResponse:
    """Publish what was reviewed."""
    with house().database.transaction(actor().scope) as session:
        row = subsidy.publish_draft(session, ref=ref, actor=forms.me(), at=clock.now())
        code, digest = row.code, row.digest[:12]
    flash(words()["published"].format(name=code, digest=digest), "ok")
    return redirect(url_for("web.policy", code=code), 303)


def _done(ref: str, said: str) -> BaseResponse:
    flash(said, "ok")
    return redirect(url_for("web.policy_draft", ref=ref), 303)
