"""Serve what only a demonstration has: easy entry, a clock to set, a pulse.

This blueprint is registered where CANTEEN_CLOCK is set, which production refuses.
"""

from __future__ import annotations

from datetime import datetime
from ipaddress import ip_address
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import access, tables
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Denied, Invalid
from canteen.foundation.money import yuan
from canteen.http import words
from canteen.http.auth import PUBLIC, audience
from canteen.http.current import house
from canteen.web import frame
from canteen.web.session import enter

CLOCK = "canteen.clock"

# What is to be done when the clock was moved; it is handed the instant that is shown.
MOVED = "canteen.clock.moved"

blueprint = Blueprint("demo", __name__, url_prefix="/demo")


@blueprint.post("/login")
@audience(PUBLIC)
def log_in() -> BaseResponse:
    """Enter as one of the invented people, without a password."""
    username = request.form.get("username", "")
    with house().database.transaction(EVERYWHERE) as session:
        entered = access.log_in_as(session, username=username, place=request.remote_addr or "", at=clock.now())
    return enter(entered, request.form.get("next", ""))


@blueprint.get("/clock")
@audience(PUBLIC)
def show_clock() -> Response:
    """Tell what the clock shows."""
    _refuse_outsiders()
    return _clock()


@blueprint.post("/clock")
@audience(PUBLIC)
def set_clock() -> Response:
    """Make the clock show an instant in every process; naive means China."""
    _refuse_outsiders()
    body = request.get_json(silent=True)
    asked: dict[str, Any] = body if isinstance(body, dict) else {}
    if asked.get("running", True) is not True:
        raise Invalid("demo.clock_cannot_stop")
    before = clock.now()
    current_app.extensions[CLOCK].set(_instant(asked.get("now")))
    with house().database.transaction(EVERYWHERE) as session:
        access.carry_along(session, by=clock.now() - before, at=before)
    current_app.extensions[MOVED](clock.now())
    return _clock()


@blueprint.get("/pulse")
@audience(PUBLIC)
def pulse() -> Response:
    """Tell how many meals stand in the books, and the last without a name."""
    with house().database.reading(EVERYWHERE) as session:
        count, latest = _count(session), _latest(session)
    return jsonify({"redemptions": count, "latest": latest, "clock": frame.clock_label(clock.now())})


def _refuse_outsiders() -> None:
    if not ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104 - not an address to bind to.
        raise Denied("demo.loopback_only")


def _instant(text: object) -> datetime:
    try:
        instant = datetime.fromisoformat(str(text))
    except ValueError:
        raise Invalid("demo.clock_malformed") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=clock.CHINA)


def _clock() -> Response:
    return jsonify({"now": clock.now().astimezone(clock.CHINA).isoformat(), "running": True})


def _count(session: Session) -> int:
    served = session.scalar(select(func.count(tables.checkin.Redemption.id))) or 0
    undone = session.scalar(select(func.count(tables.checkin.RedemptionUndo.redemption_ref))) or 0
    return served - undone


def _latest(session: Session) -> dict[str, Any] | None:
    redemption = session.scalar(
        select(tables.checkin.Redemption).order_by(tables.checkin.Redemption.id.desc()).limit(1)
    )
    if redemption is None:
        return None
    local = redemption.happened_at.astimezone(clock.CHINA)
    said = {
        "time": f"{local:%H:%M}",
        "meal": words.value("meal", redemption.meal),
        "own": yuan(redemption.own_fen),
        "subsidy": yuan(redemption.subsidy_fen),
    }
    return {"ref": redemption.ref, "text": frame.words()["pulse"]["latest"].format(**said)}
