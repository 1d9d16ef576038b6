"""Try a policy draft on the past: ask, watch how far it is, read who gains and who loses, take the workbook along."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import audit, settlement, subsidy
from canteen.foundation import clock
from canteen.foundation.errors import Invalid, NotFound
from canteen.http import soon
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.settlement import RunView
from canteen.web import forms, reach, settling, whatif_page

_LONGEST_DRAFT = 200_000
_MOST_PROBLEMS = 10


def add_to(blueprint: Blueprint) -> None:
    """Add the pages of what-if."""
    run = "/accounting/whatif/<ref>"
    blueprint.get("/accounting/whatif")(whatif)
    blueprint.post("/accounting/whatif")(ask_whatif)
    blueprint.get(run)(whatif_run)
    blueprint.get(f"{run}/progress")(whatif_progress)
    blueprint.get(f"{run}/workbook")(whatif_workbook)
    blueprint.post(f"{run}/cancel")(cancel_whatif)


@audience("policies.read")
def whatif() -> str:
    """List what was tried, and ask for a draft to try."""
    return _page()


def _page() -> str:
    person = actor()
    with house().database.reading(person.scope) as session:
        runs = settlement.runs(session)
        regions = settling.region_names(session, [run.region_code for run in runs])
        chosen = request.args.get("policy", "")
        return render_template(
            "accounting/whatif.html",
            rows=[_row(run, regions) for run in runs],
            ask=_ask(session, chosen) if person.may("policies.publish") else None,
        )


def _ask(session: Session, chosen: str) -> dict[str, Any]:
    """Return what the form begins with: what was typed, else a published text and the last full month."""
    first = (clock.today().replace(day=1) - timedelta(days=1)).replace(day=1)
    texts = {row.code: row.text for row in subsidy.standing_policies(session)}
    draft = subsidy.draft(session, ref=request.args["draft"]) if request.args.get("draft") else None
    begun = texts.get(chosen, "") if draft is None else draft.text
    return {
        "action": url_for("web.ask_whatif"),
        "text": request.form.get("text", begun),
        "first": request.form.get("first", first.isoformat()),
        "last": request.form.get("last", (clock.today().replace(day=1) - timedelta(days=1)).isoformat()),
        "region": request.form.get("region", ""),
        "draft": request.form.get("draft", "" if draft is None else draft.ref),
        "regions": reach.region_options(session),
        "published": [{"label": code, "href": url_for("web.whatif", policy=code)} for code in sorted(texts)],
    }


@audience("policies.publish")
@forms.shown_again(_page)
def ask_whatif() -> BaseResponse:
    """Keep the question and have the worker begin."""
    try:
        ref = _asked(_draft())
    except Invalid as error:
        for problem in error.params.get("problems", ())[:_MOST_PROBLEMS]:
            flash(subsidy.mended(problem), "error")
        raise
    soon.ask(soon.REPRICE)
    flash(settling.words()["whatif"]["asked"].format(ref=ref), "ok")
    return redirect(url_for("web.whatif_run", ref=ref), 303)


def _asked(text: str) -> str:
    with house().database.transaction(actor().scope) as session:
        ref = settlement.ask(
            session,
            text=text,
            region_code=forms.needed("region"),
            first=forms.needed_day("first"),
            last=forms.needed_day("last"),
            actor=forms.me(),
            at=clock.now(),
            draft_ref=forms.typed("draft") or None,
        )
        _record(session, "whatif.ask", ref)
    return ref


def _draft() -> str:
    """Return the draft that was typed, with the line ends that a file has."""
    text = request.form.get("text", "").replace("\r\n", "\n")
    if not text.strip():
        raise Invalid("settlement.draft_missing")
    if len(text) > _LONGEST_DRAFT:
        raise Invalid("form.too_long", most=_LONGEST_DRAFT)
    return text if text.endswith("\n") else f"{text}\n"


@audience("policies.read")
def whatif_run(ref: str) -> str:
    """Show how far a run is, or what it found."""
    with house().database.reading(actor().scope) as session:
        view = settlement.run_view(session, ref=ref)
        context = whatif_page.run(session, view, may_cancel=actor().may("policies.publish"))
    return render_template("accounting/whatif_run.html", **context)


@audience("policies.read")
def whatif_progress(ref: str) -> BaseResponse:
    """Say how far a run is, for the page that shows a bar."""
    with house().database.reading(actor().scope) as session:
        view = settlement.run_view(session, ref=ref)
    return jsonify(
        {
            "state": view.state,
            "done": view.done_count,
            "total": view.total_count,
            "text": whatif_page.progress_text(view),
        }
    )


@audience("policies.read")
def whatif_workbook(ref: str) -> BaseResponse:
    """Hand out what a run found as a workbook."""
    with house().database.transaction(actor().scope) as session:
        view = settlement.run_view(session, ref=ref)
        if view.content is None:
            raise NotFound("settlement.no_such_run", ref=ref)
        content = settlement.whatif_workbook(view, whatif_page.names(session, view))
        _record(session, "whatif.download", ref)
    name = f"{view.policy}_{view.first_day}_{view.last_day}.xlsx"
    return send_file(io.BytesIO(content), settling.WORKBOOK, as_attachment=True, download_name=name)


@audience("policies.publish")
def cancel_whatif(ref: str) -> BaseResponse:
    """Call a run off."""
    with house().database.transaction(actor().scope) as session:
        settlement.cancel(session, ref=ref, at=clock.now())
        _record(session, "whatif.cancel", ref)
    flash(settling.words()["whatif"]["cancelled"], "ok")
    return redirect(url_for("web.whatif_run", ref=ref), 303)


def _record(session: Session, action: str, ref: str) -> None:
    region = settlement.run_view(session, ref=ref).region_code[:6]
    audit.record(
        session, chain=f"region:{region}", at=clock.now(), actor=forms.me(), action=action, subject=ref
    )  # fmt: skip


def _row(run: RunView, regions: dict[str, str]) -> dict[str, Any]:
    said = settling.words()["whatif"]
    return {
        "reference": run.ref,
        "href": url_for("web.whatif_run", ref=run.ref),
        "policy": run.policy,
        "region": regions[run.region_code],
        "period": said["period"].format(first=_day(run.first_day), last=_day(run.last_day)),
        "draft": run.draft_ref or run.draft_digest[:12],
        "asked_at": f"{run.asked_at.astimezone(clock.CHINA):%Y-%m-%d %H:%M}",
        "status": said["states"][run.state],
        "tone": said["tones"][run.state],
    }


def _day(day: date) -> str:
    return day.isoformat()
