"""Take what a courier's telephone says of a door: handed over, left with somebody, nobody there, a problem.

Each message carries an id made by the telephone and its own time, and may come twice, late and out of order; the answer
is the same. A meal that was handed over is redeemed first, under the same id, and then noted with its proof: whoever
is cut off between the two is completed by the repetition.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import checkin, orders, rounds, tables, welfare
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import CanteenError, Invalid, NotFound, Refused
from canteen.http import errors, words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, on_the_way, place, round_words, scan_words

_EVENTS = ("departed", "handed", "left_with_helper", "no_answer", "failed", "box_back")
_TENDERS = ("cash", "own_code", "tab")


def add_to(blueprint: Blueprint) -> None:
    """Add what a courier sends."""
    blueprint.post("/deliveries/door")(note_door)
    blueprint.post("/deliveries/problem")(note_problem)


@audience("deliveries.confirm")
def note_door() -> BaseResponse:
    """Note what happened at a door or on a trip; a form goes back to the round, a message gets an answer."""
    try:
        told = _note(_sent())
    except CanteenError as error:
        if errors.wants_problem():
            raise
        flash(words.refusal(error.code, error.params), "error")
        return _back()
    on_the_way.deliver_soon()
    return _answered(told)


@audience("deliveries.confirm")
def note_problem() -> BaseResponse:
    """Tell the office of a problem at an address."""
    sent, at = _sent(), clock.now()
    try:
        with house().database.transaction(EVERYWHERE) as session:
            held = _held(session, sent, at)
            rounds.report_problem(
                session, held, event_id=sent["event_id"], order_ref=sent["order"], note=sent["note"],
                actor=forms.me(), at=at,
            )  # fmt: skip
    except CanteenError as error:
        if errors.wants_problem():
            raise
        flash(words.refusal(error.code, error.params), "error")
        return _back()
    return _answered(str(round_words.words()["told"]["problem"]))


def _note(sent: dict[str, str]) -> str:
    at = clock.now()
    happening = _happening(sent, at)
    with house().database.reading(EVERYWHERE) as session:
        held = _held(session, sent, happening.happened_at)
        known = rounds.noted(session, event_id=happening.event_id)
        if known is None:
            rounds.check(happening, at=at)
            if happening.event in rounds.FINAL:
                _prove(session, held, sent)
    if known is not None:
        return _told(happening)
    more = _redeem(held, happening, sent, at) if happening.event in rounds.FINAL else ""
    with house().database.transaction(EVERYWHERE) as session:
        held = _held(session, sent, happening.happened_at)
        courier = _courier(session, held, sent)
        rounds.note(session, held, happening, courier=courier, actor=forms.me(), at=at)
        on_the_way.tell(session, held, happening, courier=courier, at=at)
        if happening.event == "no_answer":
            _ask_to_look(session, happening, at)
    return _told(happening) + more


def _ask_to_look(session: Session, happening: rounds.Happening, at: datetime) -> None:
    """Open a welfare task with its clock: nobody opens the door to a meal that was ordered."""
    order = orders.find(session, ref=happening.order_ref)
    welfare.open_task(
        session, key=f"no_answer:{order.ref}", person_id=order.person_id, kind="no_answer", canteen_id=order.canteen_id,
        order_id=order.id, since=order.service_date, actor=forms.me(), at=at,
    )  # fmt: skip


def _happening(sent: dict[str, str], at: datetime) -> rounds.Happening:
    if sent["event"] not in _EVENTS:
        raise Invalid("rounds.bad_event")
    return rounds.Happening(
        event_id=sent["event_id"],
        event=sent["event"],
        happened_at=_happened(sent["happened_at"], at),
        order_ref=sent["order"],
        trip=int(sent["trip"]) if re.fullmatch(r"\d{1,2}", sent["trip"], re.ASCII) else None,
        proof="" if sent["event"] != "handed" else "code" if sent["code"] else "name" if sent["name"] else "",
        helper_kind=sent["helper_kind"],
        helper=sent["helper"] if sent["event"] == "left_with_helper" else "",
        boxes=int(sent["boxes"]) if re.fullmatch(r"\d{1,2}", sent["boxes"], re.ASCII) else 0,
    )


def _happened(text: str, at: datetime) -> datetime:
    """Read the telephone's own time; a page without a script sends none, and it is now."""
    if not text:
        return at
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid("rounds.bad_event") from None
    if told.tzinfo is None:
        raise Invalid("rounds.bad_event")
    return min(told, at) if told - at < timedelta(minutes=2) else told


def _prove(session: Session, held: rounds.Round, sent: dict[str, str]) -> None:
    """Refuse a card of somebody else, a name that is not the person's, an order that was given up."""
    order = orders.find(session, ref=sent["order"])
    if (order.canteen_id, order.service_date, order.meal) != (held.canteen_id, held.service_date, held.meal):
        raise NotFound("orders.not_found", ref=sent["order"])
    if order.state == "undeliverable":
        raise Refused("rounds.brought_back")
    if sent["event"] != "handed":
        return
    if sent["code"] and _whose(session, sent["code"]) != order.person_id:
        raise Refused("rounds.other_persons_code")
    if not sent["code"] and not rounds.is_name_of(session, order_ref=order.ref, name=sent["name"]):
        raise Refused("rounds.name_differs")


def _whose(session: Session, code: str) -> int | None:
    """Return whose card, code or number it is; None where it is nobody's."""
    digits, keys = re.sub(r"\D", "", code), house().keys
    card, number, person = tables.checkin.Card, tables.checkin.TypedNumber, tables.seniors.Person
    try:
        if len(digits) == checkin.CARD_LENGTH:
            serial = checkin.read_card_code(keys, digits)
            return session.scalar(select(card.person_id).where(card.serial == serial, card.revoked_at.is_(None)))
        if len(digits) == checkin.PAGE_LENGTH:
            ref = checkin.read_page_code(keys, digits).person_ref
            return session.scalar(select(person.id).where(person.ref == ref))
    except checkin.ForgedCode:
        return None
    return session.scalar(select(number.person_id).where(number.number == digits, number.expires_at > clock.now()))


def _redeem(held: rounds.Round, happening: rounds.Happening, sent: dict[str, str], at: datetime) -> str:
    """Hand the meal over in the books, and return what to add to the answer; refuses what was not handed over."""
    scan = checkin.ScanRequest(
        scan_id=happening.event_id, code=happening.order_ref, means="courier", device=f"courier-{actor().ref}",
        actor=forms.me(), canteen_id=held.canteen_id, happened_at=happening.happened_at, received_at=at,
    )  # fmt: skip
    answer = checkin.redeem(house().database, house().keys, scan)
    if answer.redemption_ref is None or answer.verdict == "bad":
        told = scan_words.said(answer)
        raise Refused("rounds.not_handed", why="，".join(part for part in (told["word"], told["why"]) if part))
    tender = sent["tender"] or ("tab" if happening.event == "left_with_helper" else "cash")
    if answer.collect_fen and tender in _TENDERS and tender != answer.tender:
        checkin.change_tender(
            house().database, redemption_ref=answer.redemption_ref, tender=tender, actor=forms.me(), at=at
        )
    return f"　{scan_words.said(answer)['collect']}" if answer.collect_fen else ""


def _told(happening: rounds.Happening) -> str:
    said = str(round_words.words()["told"][happening.event])
    return said.format(helper=round_words.label("helpers", happening.helper_kind), boxes=happening.boxes)


def _held(session: Session, sent: dict[str, str], at: datetime) -> rounds.Round:
    """Find the round that a message is about: that of its order, else today's by the meal."""
    canteen_id = place.certainly_here(session).id
    day, meal = clock.service_day(at), sent["meal"]
    if sent["order"]:
        order = orders.find(session, ref=sent["order"])
        if order.canteen_id != canteen_id:
            raise NotFound("orders.not_found", ref=sent["order"])
        day, meal = order.service_date, order.meal
    found = rounds.round_on(session, canteen_id=canteen_id, service_date=day, meal=meal)
    if found is None:
        raise NotFound("rounds.no_such_round")
    return found


def _courier(session: Session, held: rounds.Round, sent: dict[str, str]) -> rounds.Courier | None:
    """Return who carries: the courier of the trip that is named, of the order, else of the account."""
    if sent["courier"]:
        return rounds.courier(session, ref=sent["courier"], canteen_id=held.canteen_id)
    number = held.published_version or 0
    for stop in rounds.stops(session, round_id=held.id, number=number) if sent["order"] else ():
        if stop.order_ref == sent["order"]:
            return rounds.courier(session, ref=stop.courier_ref, canteen_id=held.canteen_id)
    return rounds.courier_of(session, staff_id=actor().staff_id, canteen_id=held.canteen_id, on=held.service_date)


def _sent() -> dict[str, str]:
    """Return the fields of a form, or of a message in JSON; every one is a short text."""
    body: Any = request.get_json(silent=True) if request.is_json else request.form
    given = body if hasattr(body, "get") else {}
    names = (
        "event_id", "event", "happened_at", "order", "trip", "code", "name", "helper_kind", "helper", "tender", "boxes",
        "meal", "courier", "note",
    )  # fmt: skip
    return {name: str(given.get(name, "")).strip()[:400] for name in names}


def _answered(told: str) -> BaseResponse | Response:
    if request.is_json:
        return jsonify(said=told)
    flash(told.strip(), "ok")
    return _back()


def _back() -> BaseResponse:
    courier = request.form.get("courier") or None
    return redirect(url_for("web.courier_round", meal=request.form.get("meal") or None, courier=courier), 303)
