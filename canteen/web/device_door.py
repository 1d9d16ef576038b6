"""Let enrolled devices in: they fetch the day pack and upload what they answered without network.

The token in the header opens this door and nothing else does: no cookie, so no form of another page can be sent here,
and no log-in, so it stays open while one runs out. What a device uploads is kept before it is decided; no answer from
here ever says that a record should be thrown away.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request

from canteen import checkin
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Invalid, Refused
from canteen.http.auth import DEVICE, audience, device_here
from canteen.http.current import house
from canteen.http.limits import limited
from canteen.web import receipts

MOST_AT_ONCE = 200
_SCAN_ID = re.compile(r"[0-9A-Za-z-]{8,36}")
_REASON = re.compile(r"[a-z_]{1,40}")
_MOST_FEN = 1_000_000
_MOST_SKEW_MS = 100 * 366 * 24 * 3_600_000
_YEARS = range(2000, 2101)
_CHOICES = {
    "means": ("gun", "camera", "typed", "manual", "paper", "courier"),
    "intent": ("serve", "again", "eat_now"),
    "verdict": ("ok", "warn", "bad"),
    "tender": ("", "cash", "own_code", "tab", "free"),
}

blueprint = Blueprint("device", __name__, url_prefix="/device")


@blueprint.get("/pack")
@audience(DEVICE)
@limited("60/minute")
def pack() -> Response:
    """Give the signed pack of the day, and the time by which the device measures its clock."""
    device, at = device_here(), clock.now()
    if device.revoked_at is not None:
        raise Refused("checkin.device_revoked", ref=device.ref)
    with house().database.transaction(EVERYWHERE) as session:
        made = checkin.day_pack(session, house().keys, canteen_id=device.canteen_id, day=clock.today(), at=at)
        sent_at, waiting = instant(request.args.get("sent_at")), request.args.get("waiting", 0, int)
        checkin.note_sync(session, ref=device.ref, at=at, device_at=sent_at, waiting=bounded(waiting))
    told = {"name": device.name, "ref": device.ref}
    signed = {"pack": made.text, "key": made.key_id, "signature": made.signature}
    return jsonify({**signed, "at": clock.now().isoformat(), "device": told})


@blueprint.post("/scans")
@audience(DEVICE)
@limited("240/minute")
def upload_scans() -> Response:
    """Keep scans, settle them, and say of each what became of it."""
    device, at, sent = device_here(), clock.now(), body()
    sent_at, scans = instant(sent.get("sent_at")), sent.get("scans")
    if sent_at is None or not isinstance(scans, list) or len(scans) > MOST_AT_ONCE:
        raise Invalid("checkin.bad_scan")
    reports, unread = _reports(scans)
    with house().database.transaction(EVERYWHERE) as session:
        checkin.keep(session, device=device, reports=reports, sent_at=sent_at, received_at=at)
        waiting = bounded(sent.get("waiting"))
        checkin.note_sync(session, ref=device.ref, at=at, device_at=sent_at, waiting=waiting)
    outcomes = checkin.settle(
        house().database, house().keys, scan_ids=[report.scan_id for report in reports], at=at
    )  # fmt: skip
    with house().database.looking() as connection:
        for outcome in outcomes:
            if outcome.outcome == "served" and outcome.answer is not None:
                receipts.tell_of(connection, outcome.answer)
    return jsonify({"at": at.isoformat(), "scans": [_told(outcome) for outcome in outcomes] + unread})


def _told(outcome: checkin.Outcome) -> dict[str, Any]:
    return {
        "id": outcome.scan_id,
        "outcome": outcome.outcome,
        "reason": outcome.reason,
        "redemption": outcome.redemption_ref,
    }


def _reports(scans: list[Any]) -> tuple[list[checkin.Report], list[dict[str, Any]]]:
    """Read what can be read; of the rest say that it stays on the device."""
    reports, unread = [], []
    for scan in scans:
        try:
            reports.append(_report(scan))
        except Invalid:
            named = scan.get("id") if isinstance(scan, dict) else None
            unread.append({"id": named, "outcome": "unread", "reason": "malformed", "redemption": None})
    return reports, unread


def _report(scan: Any) -> checkin.Report:
    if not isinstance(scan, dict):
        raise Invalid("checkin.bad_scan")
    happened_at = instant(scan.get("happened_at"))
    code = scan.get("code")
    chosen = {name: _chosen(scan.get(name), among) for name, among in _CHOICES.items()}
    if happened_at is None or not isinstance(code, str) or len(code) > 400:
        raise Invalid("checkin.bad_scan")
    return checkin.Report(
        scan_id=_matching(scan.get("id"), _SCAN_ID),
        number=_whole(scan.get("number"), 2**53),
        code=code,
        reason=_matching(scan.get("reason"), _REASON),
        told_fen=None if scan.get("told_fen") is None else _whole(scan["told_fen"], _MOST_FEN),
        staff=str(scan.get("staff", ""))[:40],
        happened_at=happened_at,
        skew_ms=None if scan.get("skew_ms") is None else _whole(scan["skew_ms"], _MOST_SKEW_MS, -_MOST_SKEW_MS),
        **chosen,
    )


def _chosen(value: Any, among: tuple[str, ...]) -> str:
    if value not in among:
        raise Invalid("checkin.bad_scan")
    return str(value)


def _matching(value: Any, form: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise Invalid("checkin.bad_scan")
    return value


def _whole(value: Any, most: int, least: int = 0) -> int:
    if type(value) is not int or not least <= value <= most:
        raise Invalid("checkin.bad_scan")
    return value


def bounded(count: Any) -> int:
    """Return a count that a device tells, within reason."""
    return min(max(count, 0), 10**6) if type(count) is int else 0


def body() -> dict[str, Any]:
    """Return what a device sends; ``checkin.bad_scan`` where it is no object."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise Invalid("checkin.bad_scan")
    return sent


def instant(text: object) -> datetime | None:
    """Read an instant that a device tells; None where it is none."""
    try:
        told = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return told.astimezone(UTC) if told.tzinfo and told.year in _YEARS else None
