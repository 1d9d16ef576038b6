"""Look after the devices of the counter: which may answer without network, which is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from canteen import checkin, tables
from canteen.foundation import clock
from canteen.foundation.errors import Invalid
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import device, forms, frame, office, place, shell

_LONGEST = 40
_GOOD_CLOCK = timedelta(minutes=2)


def add_to(blueprint: Blueprint) -> None:
    """Add the list of devices and what is done from it."""
    blueprint.get("/counter/devices")(device_list)
    blueprint.post("/counter/devices")(enrol_device)
    blueprint.post("/counter/devices/<ref>/revoke")(revoke_device)


@audience("counter.correct")
def device_list() -> str | BaseResponse:
    """List the devices of the canteen, and offer to enrol this one."""
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
        if canteen is None:
            return place.ask()
        found = checkin.devices(session, canteen_id=canteen.id)
        browser = device.name()
        return render_template(
            "counter/devices.html",
            canteen=canteen.name,
            enrol_url=url_for("web.enrol_device"),
            counter_url=url_for("web.counter"),
            offline=shell.offline(),
            rows=[_row(one, browser) for one in found],
        )


@audience("counter.correct")
def enrol_device() -> Response:
    """Enrol this browser, and hand it its token, this once."""
    body = request.get_json(silent=True)
    given = body.get("name") if isinstance(body, dict) else None
    name = given.strip() if isinstance(given, str) else ""
    if not 1 <= len(name) <= _LONGEST:
        raise Invalid("checkin.device_name", most=_LONGEST)
    with house().database.transaction(actor().scope) as session:
        canteen = place.certainly_here(session)
        made = checkin.enrol_device(
            session, canteen_id=canteen.id, name=name, browser=device.name(), actor=forms.me(), at=clock.now()
        )
    return jsonify({"ref": made.ref, "token": made.token, "name": name})


@audience("counter.correct")
def revoke_device(ref: str) -> BaseResponse:
    """Shut a device out, since it is lost or sold; what it scanned before is still taken."""
    with house().database.transaction(actor().scope) as session:
        name = checkin.revoke_device(session, ref=ref, actor=forms.me(), at=clock.now())
    office.tell("device_revoked", name=name)
    return redirect(url_for("web.device_list"), 303)


def _row(one: tables.checkin.Device, browser: str) -> dict[str, Any]:
    words = office.words()["devices"]
    in_use = one.revoked_at is None
    return {
        "name": one.name,
        "is_this": in_use and one.browser == browser,
        "ref": one.ref,
        "enrolled": frame.day_label(one.enrolled_at),
        "seen": frame.clock_label(one.seen_at) if one.seen_at else words["never"],
        "waiting": one.waiting,
        "clock": _clock(one.skew_ms, words),
        "status": words["in_use" if in_use else "revoked"],
        "tone": "ok" if in_use else "warn",
        "revoke": url_for("web.revoke_device", ref=one.ref) if in_use else None,
    }


def _clock(skew_ms: int | None, words: dict[str, Any]) -> str:
    if skew_ms is None:
        return ""
    skew = timedelta(milliseconds=skew_ms)
    if abs(skew) <= _GOOD_CLOCK:
        return str(words["good_clock"])
    minutes = abs(skew) // timedelta(minutes=1)
    shown = (
        f"{minutes // 1440} 天" if minutes >= 2880 else f"{minutes // 60} 小时" if minutes >= 120 else f"{minutes} 分钟"
    )
    return str(words["slow" if skew > timedelta() else "fast"]).format(by=shown)
