"""Show whom to call since no message reaches the person, what no message could say, and what came of each call."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import notices, places, seniors, tables
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import CanteenError
from canteen.foundation.money import spoken_yuan
from canteen.foundation.secrecy import masked_name
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, frame, receipts

_MARKS = ("called", "not_reached", "told")


def add_to(blueprint: Blueprint) -> None:
    """Add the list, its marks, the sheet with numbers, and sending a dead letter again."""
    blueprint.get("/office/calls")(phone_list)
    blueprint.post("/office/calls/numbers")(phone_sheet)
    blueprint.post("/office/calls/<ref>")(mark_call)
    blueprint.post("/office/letters/<ref>")(send_again)


@audience("orders.place")
def phone_list() -> str:
    """List whom to call, names covered, and the messages that reached nobody."""
    at = clock.now()
    with house().database.reading(actor().scope) as session:
        calls, done = notices.phone_list(session, at=at), notices.settled_calls(session, at=at)
        letters = notices.dead(session)
    with house().database.reading(EVERYWHERE) as session:
        return render_template(
            "office/phone_list.html",
            rows=[_row(session, call) for call in calls],
            done=[_row(session, call) for call in done],
            letters=[_letter(session, letter) for letter in letters],
            marks=[(mark, _said("marks", mark)) for mark in _MARKS],
            sheet_url=url_for("web.phone_sheet"),
        )


def _again(**_address: str) -> str:
    return phone_list()


@audience("orders.place")
@forms.shown_again(_again)
def mark_call(ref: str) -> BaseResponse:
    """Keep what came of a call."""
    mark = forms.chosen("mark", _MARKS)
    with house().database.transaction(actor().scope) as session:
        notices.note(session, ref=ref, mark=mark, actor=forms.me(), at=clock.now())
    return _done("noted", mark=_said("marks", mark))


@audience("orders.place")
@forms.shown_again(_again)
def send_again(ref: str) -> BaseResponse:
    """Try a dead letter anew."""
    with house().database.transaction(actor().scope) as session:
        notices.send_again(session, ref=ref, at=clock.now())
    current_app.extensions[receipts.DELIVER_SOON]()
    return _done("again")


@audience("orders.place")
def phone_sheet() -> str:
    """Print the list with names and numbers in full; each canteen's chain keeps who opened how many."""
    at = clock.now()
    with house().database.reading(actor().scope) as session:
        calls = notices.phone_list(session, at=at)
    with house().database.transaction(EVERYWHERE) as session:
        rows = [_numbered(session, call) for call in calls]
        for canteen_id in {call.canteen_id for call in calls}:
            count = sum(call.canteen_id == canteen_id for call in calls)
            notices.opened(session, canteen_id=canteen_id, count=count, actor=forms.me(), at=at)
    subtitle = _said("page", "subtitle").format(at=frame.clock_label(at), count=len(rows))
    return render_template(
        "print/phone_list.html", title=_said("page", "title"), subtitle=subtitle, rows=rows,
        back_href=url_for("web.phone_list"),
    )  # fmt: skip


def sentence(kind: str, content: Mapping[str, Any]) -> str:
    """Say what is to be said on the telephone; what was wiped, or has no sentence, by its name."""
    said = words_of()["sentences"].get(kind)
    return str(said).format_map(_Facts(content)) if said and content else _said("kinds", kind)


@cache
def words_of() -> dict[str, dict[str, str]]:
    """Return what the page says."""
    return tomllib.loads(Path(__file__).with_name("phone_list.toml").read_text(encoding="utf-8"))


class _Facts(dict[str, str]):
    """Speak what a notice holds; what it does not hold is nothing."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        super().__init__({name: str(value) for name, value in content.items()})
        if "day" in self:
            day = date.fromisoformat(self["day"])
            self["day"] = f"{day.month}月{day.day}号"
        if "meal" in self:
            self["meal"] = words.value("meal", self["meal"])
        if "own_fen" in self:
            self["own"] = spoken_yuan(int(self["own_fen"]))

    def __missing__(self, _name: str) -> str:
        return ""


def _row(session: Session, call: notices.Listed) -> dict[str, Any]:
    return {
        "name": _name(session, call.person_id),
        "canteen": _canteen(session, call.canteen_id),
        "kind": _said("kinds", call.kind),
        "sentence": sentence(call.kind, _masked(call.content)),
        "why": _said("why", call.why),
        "until": frame.clock_label(call.until_at),
        "is_danger": call.kind == "emergency",
        "state": _said("marks", call.state),
        "is_told": call.state == "told",
        "marks": _marks(session, call),
        "mark_url": url_for("web.mark_call", ref=call.ref),
    }


def _masked(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: masked_name(value) if name == "name" else value for name, value in content.items()}


def _marks(session: Session, call: notices.Listed) -> list[str]:
    return [
        _said("page", "marked").format(mark=_said("marks", mark), who=_staff(session, who), at=frame.clock_label(at))
        for mark, who, at in call.marks
    ]


def _letter(session: Session, letter: notices.Dead) -> dict[str, Any]:
    return {
        "name": _name(session, letter.person_id),
        "canteen": _canteen(session, letter.canteen_id),
        "kind": _said("kinds", letter.kind),
        "why": _said("why", letter.outcome),
        "given_up": frame.clock_label(letter.given_up_at),
        "tries": [f"{_said('ways', way)}：{_said('why', outcome)}" for way, outcome, _ in letter.tries],
        "can_be_sent": letter.can_be_sent,
        "again_url": url_for("web.send_again", ref=letter.ref),
    }


def _numbered(session: Session, call: notices.Listed) -> dict[str, Any]:
    person = seniors.surviving(session, seniors.person_by_id(session, person_id=call.person_id))
    known: dict[str, Any] = {"person_id": person.id, "actor": forms.me(), "at": clock.now()}
    try:
        own = seniors.open_phone(session, **known)
    except CanteenError:
        own = _said("page", "no_phone")
    return {
        "name": person.name,
        "phone": own,
        "others": [{"name": name, "phone": phone} for name, phone in seniors.whom_to_call(session, **known)],
        "sentence": sentence(call.kind, call.content),
        "state": _said("marks", call.state),
    }


def _name(session: Session, person_id: int | None) -> str:
    if person_id is None:
        return _said("page", "stranger")
    return masked_name(seniors.person_by_id(session, person_id=person_id).name)


def _canteen(session: Session, canteen_id: int | None) -> str:
    if canteen_id is None:
        return _said("page", "no_canteen")
    return places.canteen_by_id(session, canteen_id=canteen_id).name


def _staff(session: Session, name: str) -> str:
    staff = tables.access.Staff
    return session.scalar(select(staff.name).where(staff.ref == name.removeprefix("staff:"))) or name


def _said(table: str, name: str) -> str:
    return words_of()[table].get(name, name)


def _done(name: str, **params: str) -> BaseResponse:
    flash(_said("page", name).format(**params), "ok")
    return redirect(url_for("web.phone_list"), 303)
