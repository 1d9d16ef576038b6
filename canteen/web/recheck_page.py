"""Show one list that was taken over: decide about those whom it would end, or take it back whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from canteen import checkin, eligibility, places, seniors
from canteen.foundation import clock
from canteen.foundation.secrecy import masked_name
from canteen.http import soon
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, rechecks

lists = eligibility.recheck


def add_to(blueprint: Blueprint) -> None:
    """Add the page of a list, and the acts on it."""
    at = "/office/rechecks/taken/<ref>"
    blueprint.get(at)(recheck)
    blueprint.post(f"{at}/settle")(settle_recheck)
    blueprint.post(f"{at}/withdraw")(withdraw_recheck)


@audience("people.import")
def recheck(ref: str) -> str:
    """Show a list that was taken over."""
    return _page(ref)


def _shown_again(ref: str) -> str:
    return _page(ref)


@audience("people.import")
@forms.shown_again(_shown_again)
def settle_recheck(ref: str) -> BaseResponse:
    """Let the chosen people end, or stay."""
    ends = forms.chosen("verdict", ("end", "keep")) == "end"
    with house().database.transaction(actor().scope) as session:
        settled = lists.settle(
            session, taken=lists.taken_list(session, ref=ref), numbers=_numbers(), ends=ends,
            reason=forms.needed("reason"), ends_on=forms.day("ends_on"), actor=forms.me(), at=clock.now(),
        )  # fmt: skip
    soon.ask(soon.RECONSIDER)
    said = rechecks.said_words()["told"]
    moved = said["moved"].format(moved=settled.moved) if settled.moved else ""
    flash(said["ended" if ends else "kept"].format(count=settled.count) + moved, "warning" if moved else "ok")
    return redirect(url_for("web.recheck", ref=ref), 303)


@audience("people.import")
@forms.shown_again(_shown_again)
def withdraw_recheck(ref: str) -> BaseResponse:
    """Take a list back, and name whom that leaves alone and why."""
    at = clock.now()
    with house().database.transaction(actor().scope) as session:
        taken = lists.taken_list(session, ref=ref)
        used = checkin.people_in_use(session, person_ids=lists.people_of(session, taken), since=taken.taken_at)
        eaten = {person_id for person_id, reason in used.items() if reason == "eaten"}
        done = lists.withdraw(session, taken=taken, eaten=eaten, actor=forms.me(), at=at)
    soon.ask(soon.RECONSIDER)
    said = rechecks.said_words()["told"]
    left = said["left"].format(kept=len(done.kept)) if done.kept else ""
    flash(said["withdrawn"].format(done=done.done) + left, "warning" if left else "ok")
    return BaseResponse(_page(ref, kept=done.kept), mimetype="text/html")


def _numbers() -> set[int]:
    return {int(text) for text in request.form.getlist("line") if text.isascii() and text.isdigit() and len(text) < 10}


def _page(ref: str, kept: Sequence[seniors.roster.KeptPerson] = ()) -> str:
    said = rechecks.said_words()
    with house().database.reading(actor().scope) as session:
        taken = lists.taken_list(session, ref=ref)
        one = lists.shown(session, taken)
        needs_second = taken.ending_count * 20 > taken.standing_count
        return render_template(
            "office/recheck.html",
            about=rechecks.about(taken.kind, taken.value),
            region=places.region(session, code=taken.region_code).name,
            at=rechecks.local_time(taken.taken_at),
            file_name=taken.file_name,
            counts=_counts(one),
            waiting=[] if one.is_withdrawn else [_waiting(row) for row in lists.waiting(session, taken)],
            waiting_count=one.waiting,
            decided=[_decided(row) for row in lists.waiting(session, taken, decided=True)],
            settle_action=url_for("web.settle_recheck", ref=ref),
            is_mine=taken.taken_by == forms.me(),
            needs_second=needs_second,
            ends_on=taken.list_day.isoformat(),
            typed=request.form,
            withdraw_action=None if one.is_withdrawn else url_for("web.withdraw_recheck", ref=ref),
            kept=[
                {"name": one.name, "href": url_for("web.person", ref=one.ref), "reason": said["reasons"][one.reason]}
                for one in kept
            ],
            back_href=url_for("web.rechecks"),
        )


def _counts(one: lists.Listed) -> dict[str, int]:
    taken = one.taken
    return {
        **{outcome: one.counts.get(outcome, 0) for outcome in (lists.NEW, lists.RENEWED)},
        "ending": taken.ending_count,
        "standing": taken.standing_count,
        "unchanged": taken.unchanged_count,
        "unknown": taken.unknown_count,
        "wrong": taken.wrong_count,
    }


def _waiting(row: lists.Waiting) -> dict[str, Any]:
    said = rechecks.said_words()
    return {
        "number": row.number,
        "name": masked_name(row.person.name),
        "href": url_for("web.person", ref=row.person.ref),
        "row": str(row.row) if row.row else said["no_row"],
        "outcome": said["outcomes"][row.outcome],
        "tone": said["tones"][row.outcome],
        "what": rechecks.changes(row.outcome, row.valid_from, row.valid_until),
    }


def _decided(row: lists.Waiting) -> dict[str, Any]:
    said = rechecks.said_words()
    ends = row.outcome in lists.ENDING
    return {
        **_waiting(row),
        "verdict": said["verdicts"][row.verdict] if ends or row.verdict != "done" else said["outcomes"][row.outcome],
        "reason": row.reason,
    }
