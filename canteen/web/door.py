"""Take what a courier tells while there is a signal: forms of the round, and the same as a message."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import CanteenError, Invalid
from canteen.http import errors, words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import door_messages, on_the_way, place


def add_to(blueprint: Blueprint) -> None:
    """Add what a courier sends."""
    blueprint.post("/deliveries/door")(note_door)
    blueprint.post("/deliveries/problem")(note_problem)


@audience("deliveries.confirm")
def note_door() -> BaseResponse:
    """Note what happened at a door or on a trip; a form goes back to the round, a message gets an answer."""
    sent, at = _sent(), clock.now()
    try:
        told = door_messages.note(sent, _teller(), happened_at=_happened(sent["happened_at"], at), at=at)
    except CanteenError as error:
        return _refused(error)
    on_the_way.deliver_soon()
    return _answered(told)


@audience("deliveries.confirm")
def note_problem() -> BaseResponse:
    """Tell the office of a problem at an address."""
    try:
        return _answered(door_messages.report(_sent(), _teller(), at=clock.now()))
    except CanteenError as error:
        return _refused(error)


def _teller() -> door_messages.Teller:
    with house().database.reading(EVERYWHERE) as session:
        canteen_id = place.certainly_here(session).id
    return door_messages.Teller(canteen_id, actor().staff_id, actor().ref)


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


def _sent() -> dict[str, str]:
    body: Any = request.get_json(silent=True) if request.is_json else request.form
    return door_messages.read(body)


def _refused(error: CanteenError) -> BaseResponse:
    if errors.wants_problem():
        raise error
    flash(words.refusal(error.code, error.params), "error")
    return _back()


def _answered(told: str) -> BaseResponse | Response:
    if request.is_json:
        return jsonify(said=told)
    flash(told.strip(), "ok")
    return _back()


def _back() -> BaseResponse:
    courier = request.form.get("courier") or None
    return redirect(url_for("web.courier_round", meal=request.form.get("meal") or None, courier=courier), 303)
