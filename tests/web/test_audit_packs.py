"""An auditor takes the books of a canteen in reach home, and the house remembers who did."""

from __future__ import annotations

import hashlib

import pytest

from canteen.foundation.db import EVERYWHERE
from tests import builders as make
from tests.auditpack.packs import checked
from tests.settlement import months
from tests.web import desk

PAGE = "/office/audit/packs"


@pytest.fixture
def ref(office):
    months.a_lived_month(office.database, town=office.town)
    with office.database.reading(EVERYWHERE) as session:
        return make.places.canteen_by_id(session, canteen_id=office.town.canteen_id).ref


def test_the_pack_that_is_handed_over_holds_and_is_remembered(office, ref, tmp_path):
    auditor = desk.a_worker(office, "auditor")
    assert ref in auditor.client.get(PAGE).text
    with auditor.send(f"{PAGE}/{ref}", PAGE) as answer:
        assert answer.mimetype == "application/zip"
        handed = answer.data
    assert checked(handed, tmp_path).status == 0
    (act,) = desk.acts(office, "pack.taken")
    assert (act.subject, act.chain) == (ref, f"canteen:{ref}")
    assert hashlib.sha256(handed).hexdigest() in act.detail


def test_books_out_of_reach_are_neither_shown_nor_handed_over(office, ref):
    stranger = desk.a_worker(office, "auditor", region=desk.OTHER_DISTRICT)
    assert ref not in stranger.client.get(PAGE).text
    assert stranger.send(f"{PAGE}/{ref}", PAGE).status_code == 404
    assert desk.acts(office, "pack.taken") == []


@pytest.mark.parametrize("role", ["accountant", "community_worker"])
def test_who_is_no_auditor_takes_nothing(office, ref, role):
    worker = desk.a_worker(office, role)
    assert worker.client.get(PAGE).status_code == 403


def test_the_command_writes_a_pack_once(office, ref, tmp_path):
    target = tmp_path / "pack.zip"
    runner = office.app.test_cli_runner()
    first = runner.invoke(args=["audit", "pack", str(target), "--region", "4403"])
    assert first.exit_code == 0, first.output
    assert ref in first.output
    assert target.stat().st_mode & 0o777 == 0o600
    kept = target.read_bytes()
    (tmp_path / "elsewhere").mkdir()
    assert checked(kept, tmp_path / "elsewhere").status == 0
    assert runner.invoke(args=["audit", "pack", str(target)]).exit_code == 1
    assert target.read_bytes() == kept
    assert runner.invoke(args=["audit", "pack", str(tmp_path / "x"), "--canteen", "D-NONE"]).exit_code == 1
