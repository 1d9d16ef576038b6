"""Open and close a shift: two people count the drawer, then the books say whether it is right."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import tills
from canteen.foundation import clock
from canteen.foundation.errors import Invalid
from canteen.foundation.money import spoken_yuan
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, place
from canteen.web.kitchen_words import say, tell
from canteen.web.kitchen_words import words as said


def add_to(blueprint: Blueprint) -> None:
    """Add the page of the till and what is sent from it."""
    blueprint.get("/counter/till")(till)
    blueprint.post("/counter/till/open")(open_till)
    blueprint.post("/counter/till/close")(close_till)


@audience("counter.scan")
def till() -> str | BaseResponse:
    """Show whether a shift is running, and every count of the last weeks."""
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
        return place.ask() if canteen is None else _page(session, canteen.id)


def _again() -> str:
    with house().database.reading(actor().scope) as session:
        return _page(session, place.certainly_here(session).id)


@audience("counter.scan")
@forms.shown_again(_again)
def open_till() -> BaseResponse:
    """Begin a shift."""
    with house().database.transaction(actor().scope) as session:
        canteen = place.certainly_here(session)
        row = tills.open_shift(session, canteen_id=canteen.id, count=_count(), actor=forms.me(), at=clock.now())
    tell("till", "opened", amount=_yuan(row.counted_fen - row.banked_fen))
    return redirect(url_for("web.till"), 303)


@audience("counter.scan")
@forms.shown_again(_again)
def close_till() -> BaseResponse:
    """End the shift."""
    with house().database.transaction(actor().scope) as session:
        canteen = place.certainly_here(session)
        row = tills.close_shift(session, canteen_id=canteen.id, count=_count(), actor=forms.me(), at=clock.now())
    left = row.counted_fen - row.banked_fen
    tell("till", "closed", amount=_yuan(row.counted_fen), banked=_yuan(row.banked_fen), left=_yuan(left))
    return redirect(url_for("web.till"), 303)


def _count() -> tills.Counted:
    counted = forms.yuan("counted")
    if counted is None:
        raise Invalid("form.missing")
    return tills.Counted(
        counted_fen=counted,
        counter_name=forms.needed("counter_name"),
        witness=forms.needed("witness"),
        explanation=forms.typed("explanation"),
        banked_fen=forms.yuan("banked") or 0,
        bank_slip=forms.typed("bank_slip"),
    )


def _page(session: Session, canteen_id: int) -> str:
    standing = tills.standing(session, canteen_id=canteen_id)
    last = standing.last
    return render_template(
        "office/till.html",
        state=_running(last) if standing.is_open and last else say("till", "idle"),
        is_open=standing.is_open,
        action=url_for("web.close_till" if standing.is_open else "web.open_till"),
        button=say("till", "close" if standing.is_open else "open"),
        note=say("till", "close_question"),
        filled={name: forms.typed(name) for name in _FIELDS} | {"counter_name": forms.typed("counter_name") or _me()},
        rows=[_row(one) for one in tills.counts(session, canteen_id=canteen_id)],
    )


_FIELDS = ("counted", "counter_name", "witness", "explanation", "banked", "bank_slip")


def _me() -> str:
    return actor().name


def _running(opening: tills.TillCount) -> str:
    return say(
        "till", "running", at=words.value("at", opening.at), names=_names(opening),
        amount=_yuan(opening.counted_fen - opening.banked_fen),
    )  # fmt: skip


def _names(count: tills.TillCount) -> str:
    return say("till", "names", counter=count.counter_name, witness=count.witness)


def _row(count: tills.TillCount) -> dict[str, Any]:
    difference = count.counted_fen - count.expected_fen
    name = "short" if difference < 0 else "over" if difference else "even"
    late = say("till", "late", amount=_yuan(count.late_fen)) if count.late_fen else ""
    return {
        "number": count.number,
        "kind": said()["till"]["kinds"][count.kind],
        "at": words.value("at", count.at),
        "names": _names(count),
        "expected_fen": count.expected_fen,
        "counted_fen": count.counted_fen,
        "difference": say("till", name, amount=_yuan(abs(difference))),
        "tone": "warn" if difference else "ok",
        "why": "；".join(part for part in (count.explanation, late) if part),
        "banked_fen": count.banked_fen,
        "slip": count.bank_slip,
    }


def _yuan(fen: int) -> str:
    return f"{spoken_yuan(fen)} 元"
