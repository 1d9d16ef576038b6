"""Take what the scanning page sends, and answer it: scans, second helpings, ways of paying, undos.

The page sends each act until it is answered, so every act carries the id under which a repetition is harmless. An
ended log-in answers 401, for then the page keeps the act and sends it after the next log-in.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from canteen import checkin, orders, places
from canteen.foundation import clock
from canteen.foundation.errors import Denied, Invalid, NotFound
from canteen.foundation.references import is_reference
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import device, place, receipts, scan_words

_ID = re.compile(r"[0-9A-Za-z-]{8,40}")
_MEANS = ("gun", "camera", "typed")
_AHEAD = timedelta(minutes=2)
_LATE = timedelta(hours=48)


def add_to(blueprint: Blueprint) -> None:
    """Add the acts of the scanning page."""
    blueprint.post("/counter/scans")(take_scan)
    blueprint.post("/counter/scans/<scan_id>/again")(serve_again)
    blueprint.post("/counter/scans/<scan_id>/eat-now")(serve_now)
    blueprint.post("/counter/redemptions/<ref>/tender")(change_tender)
    blueprint.post("/counter/redemptions/<ref>/undo")(undo)


@audience("counter.scan")
def take_scan() -> Response:
    """Redeem a code that was scanned or typed."""
    body = body_sent()
    code, means = body.get("code"), body.get("means")
    if not isinstance(code, str) or means not in _MEANS:
        raise Invalid("checkin.bad_scan")
    return _redeem(body, code=code, means=means)


@audience("counter.scan")
def serve_again(scan_id: str) -> Response:
    """Hand over one more tray, at full price, to the person of an earlier scan."""
    return _redeem(body_sent(), means="manual", intent="again", repeats=_id(scan_id))


@audience("counter.scan")
def serve_now(scan_id: str) -> Response:
    """Serve the person of an earlier scan after all."""
    return _redeem(body_sent(), means="manual", intent="eat_now", repeats=_id(scan_id))


@audience("counter.scan")
def change_tender(ref: str) -> Response:
    """Note that the own share was paid in another way."""
    tender = body_sent().get("tender")
    if tender == "free" and not actor().may("counter.correct"):
        # Forgiving an own share is a decision, not a way of paying.
        raise Denied("access.not_yours")
    with house().database.reading(actor().scope) as session:
        answer = checkin.answer_of_meal(session, ref=_meal_ref(ref))
    checkin.change_tender(house().database, redemption_ref=ref, tender=str(tender), actor=_me(), at=clock.now())
    with house().database.reading(actor().scope) as session:
        answer = checkin.answer_of_meal(session, ref=ref)
    return told(answer)


@audience("counter.undo")
def undo(ref: str) -> Response:
    """Take a tray back, on the device that served it."""
    body, at = body_sent(), clock.now()
    with house().database.reading(actor().scope) as session:
        checkin.meal(session, ref=_meal_ref(ref))
    answer = checkin.undo(
        house().database,
        scan_id=_id(body.get("scan_id")),
        redemption_ref=ref,
        device=device.name(),
        actor=_me(),
        at=at,
    )
    receipts.tell_back(ref)
    return told(answer)


def serve_person(ref: str) -> Response:
    """Serve somebody whom the staff recognised; the edge has looked whether they may."""
    return _redeem(body_sent(), means="manual", person_ref=ref, remark="by_name")


def request_of(
    canteen_id: int, *, scan_id: object, happened_at: datetime, means: str, **more: str
) -> checkin.ScanRequest:
    """Describe a scan of this browser by this actor."""
    return checkin.ScanRequest(
        scan_id=_id(scan_id),
        code=more.pop("code", ""),
        means=means,
        device=device.name(),
        actor=_me(),
        canteen_id=canteen_id,
        happened_at=happened_at,
        received_at=clock.now(),
        **more,
    )


def meal_and_counts(session: Session, canteen_id: int, at: datetime) -> tuple[str, dict[str, int]]:
    """Return the meal that is being served at an instant, and how many of its trays are out and still to come."""
    services = places.services(session, canteen_id=canteen_id, on=clock.service_day(at))
    meal = orders.meal_around(map(orders.hours, services.values()), at) or ""
    day = clock.service_day(at)
    return meal, asdict(orders.counts(session.connection(), canteen_id=canteen_id, service_date=day, meal=meal))


def happened_at(body: dict[str, Any], received_at: datetime) -> datetime:
    """Return when a scan happened: before it was received by as long as it waited on the device.

    Only the device's own difference counts, so that a wrong clock on it does no harm. What is no sane wait (ahead of
    time by more than two minutes, longer than 48 hours) counts as none.
    """
    happened = _instant(body.get("happened_at"))
    if happened is None:
        return received_at
    waited = (_instant(body.get("sent_at")) or received_at) - happened
    return received_at - max(waited, timedelta()) if -_AHEAD <= waited <= _LATE else received_at


def _redeem(body: dict[str, Any], *, means: str, **more: str) -> Response:
    canteen_id = place.canteen_id_here()
    happened = happened_at(body, clock.now())
    scan = request_of(canteen_id, scan_id=body.get("scan_id"), happened_at=happened, means=means, **more)
    with house().database.looking() as connection:
        answer = checkin.redeem_on(connection, house().database, house().keys, scan)
        counts = _counts(connection, canteen_id, answer.meal, scan.received_at)
        receipts.tell_of(connection, answer)
    return _said(answer, counts)


def told(answer: checkin.Answer) -> Response:
    """Say an answer with the counts of its meal."""
    with house().database.looking() as connection:
        counts = _counts(connection, place.canteen_id_here(), answer.meal, clock.now())
    return _said(answer, counts)


def _said(answer: checkin.Answer, counts: dict[str, int]) -> Response:
    return jsonify({**scan_words.said(answer, may_undo=actor().may("counter.undo")), "counts": counts})


def _counts(connection: Connection, canteen_id: int, meal: str, at: datetime) -> dict[str, int]:
    """Count the trays of the meal that was scanned; where none was, of the one being served."""
    if not meal:
        with house().database.reading(actor().scope) as session:
            return meal_and_counts(session, canteen_id, at)[1]
    day = clock.service_day(at)
    return asdict(orders.counts(connection, canteen_id=canteen_id, service_date=day, meal=meal))


def body_sent() -> dict[str, Any]:
    """Return what the page sent; ``checkin.bad_scan`` where it is no JSON object."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Invalid("checkin.bad_scan")
    return body


def _id(text: object) -> str:
    if not isinstance(text, str) or not _ID.fullmatch(text):
        raise Invalid("checkin.bad_scan")
    return text


def _meal_ref(ref: str) -> str:
    if not is_reference(ref, "M"):
        raise NotFound("checkin.no_such_meal", ref=ref)
    return ref


def _me() -> str:
    return f"staff:{actor().ref}"


def _instant(text: object) -> datetime | None:
    try:
        instant = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return instant if instant.tzinfo else None
