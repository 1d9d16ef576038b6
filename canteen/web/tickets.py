"""Look after those who want a person, or are in danger: the list, one ticket, taking and closing it, calling back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, flash, jsonify, redirect, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import notices, places, seniors, tables, tickets
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import CanteenError
from canteen.foundation.secrecy import masked_name
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, frame, office, place, receipts


def add_to(blueprint: Blueprint) -> None:
    """Add the list, the page of a ticket, what is sent from it, and what the counter asks about danger."""
    at = "/office/tickets/<ref>"
    blueprint.get("/office/tickets")(ticket_list)
    blueprint.get(at)(ticket)
    blueprint.post(f"{at}/take")(take_ticket)
    blueprint.post(f"{at}/close")(close_ticket)
    blueprint.post(f"{at}/number")(call_back)
    blueprint.post(f"{at}/reply")(answer_ticket)
    blueprint.get(f"{at}/recordings/<int:number>")(recording)
    blueprint.get("/counter/alarm")(alarm)


@audience("orders.place")
def ticket_list() -> str:
    """List who waits, danger first, and what was closed lately."""
    with house().database.reading(actor().scope) as session:
        waiting, closed = tickets.listed(session), tickets.listed(session, closed=True, limit=20)
    with house().database.reading(EVERYWHERE) as session:
        rows = [_row(session, one) for one in waiting]
        done = [_row(session, one) for one in closed]
    return render_template("office/tickets.html", rows=rows, closed=done)


@audience("orders.place")
def ticket(ref: str) -> str:
    """Show one ticket."""
    return _page(ref)


def _again(ref: str, **_more: int) -> str:
    return _page(ref)


@audience("orders.place")
@forms.shown_again(_again)
def take_ticket(ref: str) -> BaseResponse:
    """Look after it."""
    with house().database.transaction(actor().scope) as session:
        tickets.take(session, ref=ref, actor=forms.me(), at=clock.now())
    return _done(ref, "taken")


@audience("orders.place")
@forms.shown_again(_again)
def close_ticket(ref: str) -> BaseResponse:
    """Close it with a note."""
    with house().database.transaction(actor().scope) as session:
        tickets.close(session, ref=ref, note=forms.typed("note"), actor=forms.me(), at=clock.now())
    return _done(ref, "closed")


@audience("orders.place")
@forms.shown_again(_again)
def answer_ticket(ref: str) -> BaseResponse:
    """Answer from the browser; the official account says it within the two days that the platform allows."""
    text = forms.typed("text")
    with house().database.transaction(actor().scope) as session:
        said = tickets.reply(session, ref=ref, text=text, actor=forms.me(), at=clock.now())
        found = tickets.find(session, ref=ref)
        session.flush()
        notices.enqueue(
            session, key=f"ticket:{ref}:{said.id}", account=found.account, kind="text",
            content={"text": _said()["from_desk"].format(text=text)}, at=clock.now(),
            about=notices.About(found.person_id, found.canteen_id),
        )  # fmt: skip
    current_app.extensions[receipts.DELIVER_SOON]()
    return _done(ref, "answered")


@audience("orders.place")
def call_back(ref: str) -> str:
    """Show whom to call, and keep who looked: the person, and who is to be called for the person.

    Who may see the ticket may see the number: the person asked to be called.
    """
    with house().database.reading(actor().scope) as session:
        person_id = tickets.find(session, ref=ref).person_id
    numbers = _numbers(person_id) if person_id is not None else []
    return _page(ref, numbers=numbers or [("", _said()["no_number"])])


@audience("orders.place")
def recording(ref: str, number: int) -> BaseResponse:
    """Give the sound of a voice message that nothing could make out; who heard it is kept."""
    with house().database.transaction(actor().scope) as session:
        sound = tickets.hear_recording(session, ref=ref, number=number, actor=forms.me(), at=clock.now())
    return Response(sound, mimetype="audio/amr", headers={"Cache-Control": "no-store"})


@audience("counter.scan")
def alarm() -> BaseResponse:
    """Tell the counter's page of danger at its canteen."""
    with house().database.reading(EVERYWHERE) as session:
        text = danger(session, place.canteen_id_here())
    return jsonify(text=text)


def danger(session: Session, canteen_id: int) -> str:
    """Say how many people of a canteen are in danger and not looked after yet; empty where nobody is."""
    count = tickets.emergencies(session, canteen_id=canteen_id)
    return str(_said()["alarm"].format(count=count)) if count else ""


def _page(ref: str, numbers: list[tuple[str, str]] | None = None) -> str:
    with house().database.reading(actor().scope) as session:
        found, spoken = tickets.find(session, ref=ref), tickets.recordings(session, ref=ref)
    with house().database.reading(EVERYWHERE) as session:
        names = _names(session, found)
        said = tickets.transcript(session, ref=ref, names=names)
        return render_template(
            "office/ticket.html",
            **_row(session, found),
            note=found.note,
            closed_by=_staff(session, found.closed_by),
            said=[{"who": _said()["speakers"][speaker], "text": text, "speaker": speaker} for speaker, text in said],
            numbers=numbers or [],
            recordings=[_recording(ref, one) for one in spoken],
            take_url=url_for("web.take_ticket", ref=ref),
            close_url=url_for("web.close_ticket", ref=ref),
            number_url=url_for("web.call_back", ref=ref),
            reply_url=url_for("web.answer_ticket", ref=ref),
            unsent=_unsent(session, ref),
            back_url=url_for("web.ticket_list"),
        )


def _recording(ref: str, one: tickets.Spoken) -> dict[str, Any]:
    said = _said()["recordings"][one.state].format(until=frame.clock_label(one.ends_at))
    href = url_for("web.recording", ref=ref, number=one.number) if one.state == "kept" else None
    return {"spoken": frame.clock_label(one.spoken_at), "text": said, "href": href}


def _unsent(session: Session, ref: str) -> bool:
    """Tell whether an answer could not be said: nobody wrote for two days, or the account is gone."""
    notice = tables.notices.Notice
    dead = select(notice.id).where(notice.key.startswith(f"ticket:{ref}:"), notice.state == "dead")
    return session.scalar(dead.limit(1)) is not None


def _row(session: Session, one: tickets.Shown | tickets.Ticket) -> dict[str, Any]:
    canteen = places.canteen_by_id(session, canteen_id=one.canteen_id) if one.canteen_id is not None else None
    return {
        "href": url_for("web.ticket", ref=one.ref),
        "kind": _said()["kinds"][one.kind],
        "is_danger": one.kind == "emergency",
        "name": _name(session, one.person_id),
        "canteen": canteen.name if canteen else _said()["no_canteen"],
        "opened": frame.clock_label(one.opened_at),
        "due": frame.clock_label(one.due_at) if one.due_at else "",
        "is_late": bool(one.due_at and one.closed_at is None and clock.now() > one.due_at),
        "taken_by": _staff(session, one.taken_by),
        "closed": frame.clock_label(one.closed_at) if one.closed_at else "",
    }


def _name(session: Session, person_id: int | None) -> str:
    if person_id is None:
        return str(_said()["stranger"])
    return masked_name(seniors.person_by_id(session, person_id=person_id).name)


def _names(session: Session, found: tickets.Ticket) -> list[str]:
    """List the names that a talk of this account may hold."""
    return [one.name for one in seniors.people_of_account(session, account=found.account)]


def _staff(session: Session, actor_name: str | None) -> str:
    if actor_name is None:
        return ""
    staff = tables.access.Staff
    name = session.scalar(select(staff.name).where(staff.ref == actor_name.removeprefix("staff:")))
    return name or actor_name


def _numbers(person_id: int) -> list[tuple[str, str]]:
    at = clock.now()
    with house().database.transaction(EVERYWHERE) as session:
        kin = list(seniors.whom_to_call(session, person_id=person_id, actor=forms.me(), at=at))
        try:
            own = seniors.open_phone(session, person_id=person_id, actor=forms.me(), at=at)
        except CanteenError:
            return kin
        return [(_said()["own_number"], own), *kin]


def _said() -> dict[str, Any]:
    said: dict[str, Any] = office.words()["tickets"]
    return said


def _done(ref: str, what: str) -> BaseResponse:
    flash(_said()["done"][what], "ok")
    return redirect(url_for("web.ticket", ref=ref), 303)
