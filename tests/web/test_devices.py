"""Devices come in by their own door: enrolled by a manager, shut out at once, never told to throw anything away."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from canteen import checkin
from canteen.checkin.hashes import hashed
from canteen.checkin.tables import Device, OfflineScan
from canteen.foundation.db import EVERYWHERE
from tests import builders as make
from tests.web.desk import acts
from tests.web.test_counter import rows

DAY = "2026-03-02"


@pytest.fixture
def manager(office):
    return office.browser("zhou", "canteen_manager")


@pytest.fixture
def headers(manager):
    made = manager.say("/counter/devices", {"name": "一号窗口平板"}).json
    return {"Authorization": f"Device {made['token']}"}


def a_card(office, **person):
    with office.database.transaction(EVERYWHERE) as session:
        person_id = make.a_senior(session, **person)
        make.an_order(session, office.town, person_id)
        return checkin.issue_card(session, make.KEYS, person_id=person_id, actor="test", at=make.BEFORE)


def a_scan(code, **more):
    return {
        "id": "scan-by-the-device-01", "number": 1, "code": code, "means": "gun", "intent": "serve", "verdict": "ok",
        "reason": "served", "told_fen": 1300, "tender": "cash", "staff": "staff:S-1", "skew_ms": None,
        "happened_at": "2026-03-02T03:20:00Z", **more,
    }  # fmt: skip


def upload(office, headers, *scans, sent_at="2026-03-02T03:31:00Z"):
    body = {"sent_at": sent_at, "waiting": 0, "scans": list(scans)}
    return office.stranger().post("/device/scans", json=body, headers=headers)


def pack_of(office, headers):
    answer = office.stranger().get("/device/pack?sent_at=2026-03-02T03:00:00Z&waiting=4", headers=headers)
    return answer, json.loads(answer.json["pack"]) if answer.status_code == 200 else None


def test_the_pack_is_signed_and_names_nobody(office, headers):
    card = a_card(office, allergies=["花生"])
    answer, pack = pack_of(office, headers)
    raw = bytes.fromhex(answer.json["signature"])
    point = bytes.fromhex(checkin.public_keys(make.KEYS)[answer.json["key"]])
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    signature = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))

    key.verify(signature, b"pack\n" + answer.json["pack"].encode(), ec.ECDSA(hashes.SHA256()))
    [person] = pack["people"]
    assert person["name"] == "张*英"
    assert hashed(pack["salt"], "card", card.digits) in person["hashes"]
    assert (person["own"], person["orders"][0]["own_fen"]) == ([1300, 1000], 1300)
    assert (pack["day"], pack["expires_at"]) == (DAY, "2026-03-02T16:00:00+00:00")
    assert not {"张秀英", "花生", card.digits} & set(answer.json["pack"].split('"'))


def test_a_lost_card_is_dead_with_the_next_pack(office, headers):
    card = a_card(office)
    with office.database.transaction(EVERYWHERE) as session:
        checkin.revoke_card(session, ref=card.ref, reason="lost", actor="test", at=make.BEFORE)
    _, pack = pack_of(office, headers)
    dead = hashed(pack["salt"], "card", card.digits)

    assert pack["revoked"] == [dead]
    assert dead not in pack["people"][0]["hashes"]


def test_the_clock_of_a_device_is_measured_at_each_sync(office, headers, manager):
    pack_of(office, headers)
    [device] = rows(office, Device)

    assert timedelta(minutes=29) < timedelta(milliseconds=device.skew_ms) < timedelta(minutes=32)
    assert device.waiting == 4
    assert "慢 3" in manager.client.get("/counter/devices").text


def test_what_is_uploaded_twice_is_served_once(office, headers):
    scan = a_scan(a_card(office).digits)
    answers = [upload(office, headers, scan).json["scans"] for _ in range(2)]

    assert answers[0] == answers[1]
    assert [(one["outcome"], one["reason"]) for one in answers[0]] == [("served", "served")]


UNREADABLE = [
    {"id": "no blanks please"}, {"number": "1"}, {"code": None}, {"means": "wand"}, {"told_fen": -5},
    {"happened_at": "yesterday"}, {"happened_at": "0001-01-01T00:00:00Z"}, {"skew_ms": 10**18}, {"reason": "<b>"},
]  # fmt: skip


def test_what_cannot_be_read_stays_on_the_device_and_stops_nothing_else(office, headers):
    good = a_scan(a_card(office).digits)
    bad = [{**good, "id": f"scan-unreadable-{number}", **change} for number, change in enumerate(UNREADABLE)]
    answer = upload(office, headers, *bad, good, "nonsense").json

    assert [one["outcome"] for one in answer["scans"]] == ["served"] + ["unread"] * 10
    assert len(rows(office, OfflineScan)) == 1


@pytest.mark.parametrize("body", [[], {"scans": []}, {"sent_at": "2026-03-02T03:31:00Z", "scans": [{}] * 201}])
def test_an_upload_that_is_none_is_refused(office, headers, body):
    assert office.stranger().post("/device/scans", json=body, headers=headers).status_code == 422


def test_a_lost_device_gets_no_pack_and_what_it_scanned_before_is_taken(office, headers, manager):
    ref = rows(office, Device)[0].ref
    manager.send(f"/counter/devices/{ref}/revoke", "/counter/devices")
    refused, _ = pack_of(office, headers)
    answer = upload(office, headers, a_scan(a_card(office).digits)).json

    assert (refused.status_code, refused.json["code"]) == (409, "checkin.device_revoked")
    assert [one["outcome"] for one in answer["scans"]] == ["served"]
    assert [act.subject for act in acts(office, "device.revoke")] == [ref]


def test_nobody_else_comes_in_by_the_door_of_devices(office):
    for headers in ({}, *({"Authorization": given} for given in ("Device no-such-token", "Bearer x", "Device"))):
        assert office.stranger().get("/device/pack", headers=headers).status_code == 401
        assert upload(office, headers).status_code == 401


def test_counter_staff_enrol_no_device(office):
    browser = office.browser("wang", "canteen_staff")

    assert browser.say("/counter/devices", {"name": "x"}).status_code == 403
    assert browser.client.get("/counter/devices").status_code == 403


def test_a_device_must_have_a_name(manager):
    for name in ("", "长" * 41, None, 7):
        assert manager.say("/counter/devices", {"name": name}).json["code"] == "checkin.device_name"


def test_the_worker_lists_files_that_exist_and_changes_with_them(office):
    answer = office.stranger().get("/counter/worker.js")
    listed = json.loads(answer.text.split("const FILES = ")[1].split(";\n")[0])

    assert answer.headers["Service-Worker-Allowed"] == "/counter"
    assert {"/static/js/scan/main.js", "/static/js/offline/waiting.js"} <= set(listed)
    assert "/static/js/offline/worker.js" not in listed
    for path in listed:
        with office.stranger().get(path) as found:
            assert found.status_code == 200, path
