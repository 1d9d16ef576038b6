"""Let a courier's telephone keep what happens without a signal, and upload it by itself.

The token is handed to whoever is logged in, belongs to that account, and opens this upload alone. A message that is
refused is kept: the office sees who told what of which door, and the telephone holds it to be put right.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify
from sqlalchemy.orm import Session

from canteen import access, checkin, rounds, tables
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import CanteenError, Conflict, Denied, Invalid, Refused, Unavailable
from canteen.http import words
from canteen.http.auth import CARRIER, actor, audience, device_here
from canteen.http.current import house
from canteen.http.limits import limited
from canteen.web import device, device_door, door_messages, forms, on_the_way, place, round_words


def add_to(blueprint: Blueprint) -> None:
    """Add how a telephone gets its token."""
    blueprint.post("/deliveries/phone")(enrol_phone)


@audience("deliveries.confirm")
@limited("20/hour")
def enrol_phone() -> Response:
    """Give this telephone a token of its own, this once."""
    name = round_words.words()["offline"]["phone"].format(name=actor().name)
    with house().database.transaction(actor().scope) as session:
        canteen = place.certainly_here(session)
        made = checkin.enrol_device(
            session, canteen_id=canteen.id, name=name, browser=device.name(), actor=forms.me(), at=clock.now(),
            staff_id=actor().staff_id,
        )  # fmt: skip
    return jsonify({"ref": made.ref, "token": made.token, "name": name, "staff": actor().ref})


@device_door.blueprint.post("/doors")
@audience(CARRIER)
@limited("240/minute")
def upload_doors() -> Response:
    """Take what a telephone kept, the earliest first, and say of each what became of it."""
    phone, at, body = device_here(carried=True), clock.now(), device_door.body()
    sent_at, told = device_door.instant(body.get("sent_at")), body.get("doors")
    if sent_at is None or not isinstance(told, list) or len(told) > device_door.MOST_AT_ONCE:
        raise Invalid("rounds.bad_event")
    with house().database.transaction(EVERYWHERE) as session:
        by = _teller(session, phone, sent_at)
        waiting = device_door.bounded(body.get("waiting"))
        checkin.note_sync(session, ref=phone.ref, at=at, device_at=sent_at, waiting=waiting)
    messages = [_Message(one, at, sent_at) for one in told]
    outcomes = [_taken(one, by, phone, at) for one in sorted(messages, key=lambda one: one.happened_at)]
    on_the_way.deliver_soon()
    return jsonify({"at": at.isoformat(), "doors": outcomes})


class _Message:
    """Hold a message with its time by our clock; one whose time cannot be read is of now, and is refused."""

    def __init__(self, given: Any, at: datetime, sent_at: datetime) -> None:
        self.id = given.get("id") if isinstance(given, dict) else None
        self.sent = door_messages.read({**given, "event_id": self.id} if isinstance(given, dict) else {})
        happened_at = device_door.instant(self.sent["happened_at"])
        self.is_dated = happened_at is not None
        self.happened_at = checkin.dated(happened_at or at, sent_at=sent_at, received_at=at, skew=None).at


def _teller(session: Session, phone: checkin.KnownDevice, sent_at: datetime) -> door_messages.Teller:
    """Return whose telephone it is; ``access.not_yours`` where the account may carry no meals here any more."""
    holder = session.get_one(tables.access.Staff, phone.staff_id)
    reach = access.scope_of(session, holder.id, permission="deliveries.confirm")
    if holder.ended_at is not None or phone.canteen_id not in reach.canteen_ids:
        raise Denied("access.not_yours")
    return door_messages.Teller(phone.canteen_id, holder.id, holder.ref, phone, sent_at)


def _taken(message: _Message, by: door_messages.Teller, phone: checkin.KnownDevice, at: datetime) -> dict[str, Any]:
    """Take one message; what a passing failure stopped stays on the telephone and comes again."""
    try:
        said = _take(message, by, phone, at)
    except (Conflict, Unavailable) as error:
        if error.code == "rounds.handed_already":
            return _answer(message, "noted", str(round_words.words()["told"]["handed_before"]))
        return _answer(message, "later", words.refusal(error.code, error.params))
    except CanteenError as error:
        _keep_refused(message, by, error, at)
        return _answer(message, "refused", words.refusal(error.code, error.params))
    return _answer(message, "noted", said)


def _take(message: _Message, by: door_messages.Teller, phone: checkin.KnownDevice, at: datetime) -> str:
    if not message.is_dated:
        raise Invalid("rounds.bad_event")
    if phone.revoked_at is not None and message.happened_at >= phone.revoked_at:
        raise Refused("checkin.device_revoked", ref=phone.ref)
    if message.sent["event"] == "problem":
        return door_messages.report(message.sent, by, at=at)
    return door_messages.note(message.sent, by, happened_at=message.happened_at, at=at)


def _keep_refused(message: _Message, by: door_messages.Teller, error: CanteenError, at: datetime) -> None:
    """Keep for the office what a telephone told and was not taken."""
    sent = message.sent
    with house().database.transaction(EVERYWHERE) as session:
        rounds.keep_refused(
            session, event_id=sent["event_id"], canteen_id=by.canteen_id, order_ref=sent["order"], event=sent["event"],
            reason=error.code, told=sent["name"] or sent["helper"] or sent["note"], happened_at=message.happened_at,
            actor=by.actor, at=at,
        )  # fmt: skip


def _answer(message: _Message, outcome: str, said: str) -> dict[str, Any]:
    return {"id": message.id, "outcome": outcome, "said": said.strip()}
