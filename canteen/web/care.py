"""Look after people: who may need somebody to look, what to do next, whom to call, who is due for a visit."""

from __future__ import annotations

import re
import tomllib
import uuid
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import checkin, places, rounds, seniors, tables, tickets, welfare
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import CanteenError, Invalid
from canteen.foundation.secrecy import masked_name
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, frame

_SHOWN = 200


def add_to(blueprint: Blueprint) -> None:
    """Add the list of tasks, one task, the visits, and what is sent from there."""
    blueprint.get("/care")(care_list)
    blueprint.get("/care/visits")(visit_list)
    blueprint.post("/care/visits")(note_visit)
    blueprint.get("/care/<ref>")(care_task)
    for address, act in (
        ("take", take_task), ("tried", note_try), ("close", close_task), ("numbers", care_numbers)
    ):  # fmt: skip
        blueprint.post(f"/care/<ref>/{address}")(act)


@audience("care.act")
def care_list() -> str:
    """List who may need somebody to look, the most pressing first, and the emergencies of the chat above."""
    with house().database.reading(actor().scope) as session:
        waiting, closed = welfare.listed(session), welfare.listed(session, closed=True, limit=20)
        danger = sum(one.kind == "emergency" for one in tickets.listed(session))
        at = clock.now()
        return render_template(
            "care/tasks.html",
            rows=[_row(session, one) for one in waiting],
            closed=[_row(session, one) for one in closed],
            late=sum(one.due_at is not None and one.due_at <= at for one in waiting),
            danger=danger if actor().may("orders.place") else 0,
            tickets_url=url_for("web.ticket_list"),
            visits_url=url_for("web.visit_list"),
        )


@audience("care.act")
def care_task(ref: str) -> str:
    """Show one task: what happened, what to do now, what was done."""
    return _page(ref)


def _again(ref: str) -> str:
    return _page(ref)


@audience("care.act")
@forms.shown_again(_again)
def take_task(ref: str) -> BaseResponse:
    """Look after it."""
    with house().database.transaction(actor().scope) as session:
        welfare.take(session, ref=ref, actor=forms.me(), at=clock.now())
    return _done(ref, "taken")


@audience("care.act")
@forms.shown_again(_again)
def note_try(ref: str) -> BaseResponse:
    """Keep what was tried; in vain, the next step is due at once."""
    is_in_vain = forms.chosen("reached", ("yes", "no")) == "no"
    with house().database.transaction(EVERYWHERE) as session:
        _within_reach(ref)
        welfare.tried(
            session, ref=ref, note=forms.typed("note"), is_in_vain=is_in_vain, actor=forms.me(), at=clock.now()
        )
    return _done(ref, "tried" if is_in_vain else "reached")


@audience("care.act")
@forms.shown_again(_again)
def close_task(ref: str) -> BaseResponse:
    """Close it with what came of it."""
    with house().database.transaction(actor().scope) as session:
        welfare.close(
            session, ref=ref, outcome=forms.typed("outcome"), note=forms.typed("note"), actor=forms.me(), at=clock.now()
        )
    return _done(ref, "closed")


@audience("care.act")
def care_numbers(ref: str) -> str:
    """Show whom to call, and keep who looked: who may see the task may see the numbers."""
    with house().database.reading(actor().scope) as session:
        person_id = welfare.task(session, ref=ref).person_id
    at = clock.now()
    with house().database.transaction(EVERYWHERE) as session:
        numbers = [
            (whose, phone)
            for whose, phone in seniors.whom_to_call(session, person_id=person_id, actor=forms.me(), at=at)
        ]
        try:
            own = seniors.open_phone(session, person_id=person_id, actor=forms.me(), at=at)
            numbers.insert(0, ("本人", own))
        except CanteenError:
            pass
    return _page(ref, numbers=numbers or [("", "没有登记电话")])


@audience("care.act")
def visit_list() -> str:
    """List who of the own people is due for a visit, and the share that was seen, by village."""
    with house().database.reading(actor().scope) as session:
        listed = welfare.due(session, on=clock.today())
        rates = welfare.rates(listed)
        names = {one.region_code: places.region(session, code=one.region_code).name for one in rates}
        return render_template(
            "care/visits.html",
            rows=[
                {
                    "person": one.ref,
                    "name": masked_name(one.name),
                    "village": names.get(one.region_code, one.region_code),
                    "every": _words()["every"][str(one.every)],
                    "last": one.last_seen.isoformat() if one.last_seen else "还没有",
                    "is_overdue": one.is_overdue,
                    "event_id": str(uuid.uuid4()),
                }
                for one in listed[:_SHOWN]
            ],
            count=len(listed),
            overdue=sum(one.is_overdue for one in listed),
            rates=[
                {
                    "village": names.get(one.region_code, one.region_code), "due": one.due, "seen": one.seen,
                    "share": f"{round(100 * one.seen / one.due)}%",
                }
                for one in rates
            ],
            means=list(_words()["means"].items()),
            action=url_for("web.note_visit"),
            calendar_url=url_for("web.visit_calendar"),
            back_url=url_for("web.care_list"),
        )  # fmt: skip


@audience("care.act")
@forms.shown_again(visit_list)
def note_visit() -> BaseResponse:
    """Keep that somebody was seen; a card or code has to be that very person's."""
    at, code = clock.now(), forms.typed("code")
    with house().database.transaction(actor().scope) as session:
        person = seniors.person(session, ref=forms.needed("person"))
        if code and not _is_of(session, person.id, code):
            raise Invalid("rounds.other_persons_code")
        proof = "card" if code else "signature" if forms.typed("signed") else "told"
        event_id, means = forms.needed("event_id"), forms.chosen("means", _words()["means"])
        welfare.visit(
            session, event_id=event_id, person=person, means=means, proof=proof, note=forms.typed("note"),
            visited_at=at, visitor=forms.me(), at=at,
        )  # fmt: skip
        if means == "in_person" and proof != "told":
            rounds.credit_visit(session, staff_id=actor().staff_id, event_id=event_id, actor=forms.me(), at=at)
    flash(_words()["told"]["visited"], "ok")
    return redirect(url_for("web.visit_list"), 303)


def _is_of(session: Session, person_id: int, code: str) -> bool:
    """Tell whether the digits of a card are of this person."""
    digits, card = re.sub(r"\D", "", code), tables.checkin.Card
    if len(digits) != checkin.CARD_LENGTH:
        return False
    try:
        serial = checkin.read_card_code(house().keys, digits)
    except checkin.ForgedCode:
        return False
    wanted = select(card.person_id).where(card.serial == serial, card.revoked_at.is_(None))
    return session.scalar(wanted) == person_id


def _page(ref: str, numbers: list[tuple[str, str]] | None = None) -> str:
    with house().database.reading(actor().scope) as session:
        found = welfare.task(session, ref=ref)
    with house().database.reading(EVERYWHERE) as session:
        person = seniors.person_by_id(session, person_id=found.person_id)
        rung = welfare.LADDER[found.rung]
        return render_template(
            "care/task.html",
            **_row(session, found),
            advice=_words()["advice"][rung],
            ladder=[
                {"label": _words()["rungs"][one], "note": "", "state": _state(number, found)}
                for number, one in enumerate(welfare.LADDER)
            ],
            steps=[
                {
                    "step": _words()["steps"][one.step],
                    "rung": _words()["rungs"][welfare.LADDER[one.rung]],
                    "at": frame.clock_label(one.at),
                    "who": _staff(session, one.actor),
                    "note": one.note,
                }
                for one in welfare.steps(session, task=found)
            ],
            outcomes=[("", "请选"), *_words()["outcomes"].items()],
            numbers=numbers or [],
            acts={name: url_for(f"web.{name}", ref=ref) for name in _ACTS},
            person_href=url_for("web.person", ref=person.ref) if actor().may("people.read") else None,
            back_url=url_for("web.care_list"),
        )


_ACTS = ("take_task", "note_try", "close_task", "care_numbers")


def _state(number: int, found: welfare.WelfareTask) -> str:
    if found.closed_at is not None or number < found.rung:
        return "done"
    return "now" if number == found.rung else "todo"


def _within_reach(ref: str) -> None:
    """Refuse what the asker does not see; the act itself asks the family, whom the asker need not see."""
    with house().database.reading(actor().scope) as session:
        welfare.task(session, ref=ref)


def _row(session: Session, one: welfare.WelfareTask) -> dict[str, Any]:
    is_late = one.due_at is not None and one.due_at <= clock.now()
    return {
        "href": url_for("web.care_task", ref=one.ref),
        "kind": _words()["kinds"][one.kind],
        "is_pressing": one.closed_at is None and (one.kind == "no_answer" or one.rung >= 2),
        "name": one.person_masked,
        "since": one.since.isoformat() if one.since else "",
        "opened": frame.clock_label(one.opened_at),
        "next": _words()["rungs"][welfare.LADDER[one.rung]],
        "due": frame.clock_label(one.due_at) if one.due_at else "",
        "is_late": is_late,
        "taken_by": _staff(session, one.taken_by),
        "closed": frame.clock_label(one.closed_at) if one.closed_at else "",
        "outcome": _words()["outcomes"].get(one.outcome, ""),
    }


def _staff(session: Session, named: str | None) -> str:
    if not named or not named.startswith("staff:"):
        return "系统" if named else ""
    staff = tables.access.Staff
    return session.scalar(select(staff.name).where(staff.ref == named.removeprefix("staff:"))) or named


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("care.toml").read_text(encoding="utf-8"))


def _done(ref: str, what: str) -> BaseResponse:
    flash(_words()["told"][what], "ok")
    return redirect(url_for("web.care_task", ref=ref), 303)
