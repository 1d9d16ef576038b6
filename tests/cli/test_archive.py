from __future__ import annotations

import io
import json
import tarfile
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from canteen import access, audit, checkin, ledger, places, settlement, subsidy
from canteen.access.tables import LoginFailure, Staff
from canteen.cli import archive
from canteen.foundation.db import EVERYWHERE, Database
from canteen.tables import metadata
from tests import builders as make
from tests import postgresql, sqlite
from tests.settlement import months
from tests.staffing import AT, CITY, a_clerk


@pytest.fixture
def elsewhere(new_database):
    """Open an empty database in another place, as its owner does."""
    with new_database() as url:
        opened = Database(postgresql.owner_url(url) if url.startswith("postgresql") else url)
        yield opened
        opened.dispose()


@pytest.fixture
def on_sqlite(tmp_path):
    """Open an empty SQLite database, whichever kind the run is about."""
    with sqlite.Template(tmp_path).copy() as url:
        opened = Database(url)
        yield opened
        opened.dispose()


def eat(database):
    """Serve a meal, take it back and serve it again: orders, books and chances have a history."""
    with database.transaction(EVERYWHERE) as session:
        town, person = make.a_town(session), make.a_senior(session)
        make.an_order(session, town, person)
        number = make.a_number(session, person)
    for _ in range(2):
        scan = make.a_scan(town, number)
        served = checkin.redeem(database, make.KEYS, scan)
        checkin.undo(
            database, scan_id=f"{scan.scan_id}-undo", redemption_ref=served.redemption_ref, device=scan.device,
            actor=scan.actor, at=scan.received_at,
        )  # fmt: skip


def everything_in(database):
    with database.looking() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all())) for table in metadata.sorted_tables
        }


def test_what_is_restored_elsewhere_equals_what_was_written(database, elsewhere, tmp_path):
    a_clerk(database)

    written = archive.write(database, metadata, tmp_path / "copy", at=AT)
    loaded = archive.load(elsewhere, metadata, tmp_path / "copy")

    assert written == loaded > 10
    assert everything_in(elsewhere) == everything_in(database)


@pytest.mark.both
def test_a_frozen_statement_goes_along_with_its_workbook(database, elsewhere, on_sqlite, tmp_path):
    world = months.a_lived_month(database)
    with database.transaction(EVERYWHERE) as session:
        asked = {"canteen_id": world.town.canteen_id, "month": months.MONTH, "actor": "staff:li", "at": months.AFTER}
        ref = settlement.freeze(session, **asked).ref

    archive.write(database, metadata, tmp_path / "copy", at=AT)
    for place in (elsewhere, on_sqlite):
        archive.load(place, metadata, tmp_path / "copy")
        assert everything_in(place) == everything_in(database)
        with place.reading(EVERYWHERE) as session:
            assert settlement.reproduce(session, ref=ref).is_equal


def test_a_copy_loads_into_the_other_kind_of_database(database, on_sqlite, tmp_path):
    eat(database)
    archive.write(database, metadata, tmp_path / "copy", at=AT)
    archive.load(on_sqlite, metadata, tmp_path / "copy")

    assert everything_in(on_sqlite) == everything_in(database)


def test_history_is_loaded_and_not_made_again(database, elsewhere, tmp_path):
    eat(database)

    archive.write(database, metadata, tmp_path / "copy", at=AT)
    archive.load(elsewhere, metadata, tmp_path / "copy")

    assert everything_in(elsewhere) == everything_in(database)


def test_drafts_scans_and_pots_are_restored_as_they_were(database, elsewhere, tmp_path):
    with database.transaction(EVERYWHERE) as session:
        make.a_town(session)
        row = subsidy.standing_policy(session, "shenzhen-city")
        text = row.text + "# 2026\n"
        begun = subsidy.begin_draft(
            session, text=text, region_code=row.region_code, actor="staff:li", at=AT, based_on=row
        )
        draft = subsidy.attach_scan(
            session, ref=begun.ref, name="文.pdf", content=b"%PDF-1.7 \x00\xff", actor="staff:li", at=AT
        )
        said = {"ref": draft.ref, "actor": "staff:li", "at": AT}
        draft = subsidy.save_draft(session, revision=draft.revision, text=text, document_number="1 号", **said)
        subsidy.review_draft(session, ref=draft.ref, revision=draft.revision, actor="staff:zhao", at=AT)
        subsidy.publish_draft(session, ref=draft.ref, actor="staff:zhao", at=AT)
        ledger.open_pot(session, funder_code="440300:government", actor="staff:li", at=AT)
        ledger.move(
            session, funder_code="440300:government", kind="receipt", amount_fen=500, voucher="1", giver="某公司",
            day=AT.date(), actor="staff:li", at=AT,
        )  # fmt: skip
    archive.write(database, metadata, tmp_path / "copy", at=AT)
    archive.load(elsewhere, metadata, tmp_path / "copy")

    assert everything_in(elsewhere) == everything_in(database)


def test_a_restored_database_goes_on_working(database, elsewhere, tmp_path):
    a_clerk(database, username="wang")
    archive.write(database, metadata, tmp_path / "copy", at=AT)
    archive.load(elsewhere, metadata, tmp_path / "copy")

    a_clerk(elsewhere, username="feng")

    with elsewhere.reading(EVERYWHERE) as session:
        assert [staff.username for staff in access.listed(session)] == ["feng", "wang"]
        assert list(audit.broken_rows(session)) == []


def test_a_copy_made_while_others_write_shows_one_instant(database, elsewhere, tmp_path):
    stop = threading.Event()

    def write_pairs():
        while not stop.is_set():
            with database.transaction(EVERYWHERE) as session:
                session.add_all([LoginFailure(subject="left", at=AT), LoginFailure(subject="right", at=AT)])

    writer = threading.Thread(target=write_pairs)
    writer.start()
    for number in range(3):
        archive.write(database, metadata, tmp_path / f"copy{number}", at=AT)
    stop.set()
    writer.join()
    archive.load(elsewhere, metadata, tmp_path / "copy2")

    with elsewhere.reading(EVERYWHERE) as session:
        count = select(LoginFailure.subject, func.count()).group_by(LoginFailure.subject)
        counted = dict(session.execute(count).all())
    assert counted["left"] == counted["right"] > 0


def test_guards_are_awake_after_a_restore(database, elsewhere, tmp_path):
    a_clerk(database)
    archive.write(database, metadata, tmp_path / "copy", at=AT)
    archive.load(elsewhere, metadata, tmp_path / "copy")

    with pytest.raises(IntegrityError, match="append_only"), elsewhere.acting() as connection:
        connection.execute(text("UPDATE audit_rows SET actor = 'somebody else'"))


def test_rows_that_refer_to_later_ones_are_loaded(database, elsewhere, tmp_path):
    a_clerk(database)
    with database.transaction(EVERYWHERE) as session:
        first, second = make.a_canteen(session, region_code=CITY), make.a_canteen(session, region_code=CITY)
        places.canteen_by_id(session, canteen_id=first).supplied_by_id = second
    archive.write(database, metadata, tmp_path / "copy", at=AT)

    archive.load(elsewhere, metadata, tmp_path / "copy")

    with elsewhere.reading(EVERYWHERE) as session:
        assert session.scalar(select(func.count(places.Canteen.supplied_by_id))) == 1


def test_a_database_that_is_not_empty_is_left_alone(database, elsewhere, tmp_path):
    a_clerk(database)
    a_clerk(elsewhere, username="feng")
    archive.write(database, metadata, tmp_path / "copy", at=AT)
    before = everything_in(elsewhere)

    with pytest.raises(archive.ArchiveError, match="not empty"):
        archive.load(elsewhere, metadata, tmp_path / "copy")

    assert everything_in(elsewhere) == before


def test_an_existing_file_is_never_overwritten(database, tmp_path):
    (tmp_path / "copy").write_text("precious")

    with pytest.raises(archive.ArchiveError, match="there already"):
        archive.write(database, metadata, tmp_path / "copy", at=AT)

    assert (tmp_path / "copy").read_text() == "precious"


def test_only_the_owner_may_read_a_copy(database, tmp_path):
    archive.write(database, metadata, tmp_path / "copy", at=AT)

    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600


def test_a_changed_copy_is_refused_as_a_whole(database, elsewhere, tmp_path):
    a_clerk(database)
    archive.write(database, metadata, tmp_path / "copy", at=AT)
    rewrite(tmp_path / "copy", "staff.jsonl", lambda body: body.replace("王师傅".encode(), "张师傅".encode()))

    with pytest.raises(archive.ArchiveError, match="staff was changed"):
        archive.load(elsewhere, metadata, tmp_path / "copy")

    with elsewhere.reading(EVERYWHERE) as session:
        assert session.scalar(select(func.count(Staff.id))) == 0


def test_a_copy_of_another_migration_is_refused(database, elsewhere, tmp_path):
    archive.write(database, metadata, tmp_path / "copy", at=AT)
    rewrite(
        tmp_path / "copy",
        "manifest.json",
        lambda body: json.dumps({**json.loads(body), "revision": "9999"}).encode(),
    )

    with pytest.raises(archive.ArchiveError, match="migration 9999"):
        archive.load(elsewhere, metadata, tmp_path / "copy")


def rewrite(path, name, change):
    """Change one part of a copy and leave the others as they are."""
    with tarfile.open(path) as archived:
        parts = {member.name: archived.extractfile(member).read() for member in archived}
    parts[name] = change(parts[name])
    with tarfile.open(path, "w:gz") as changed:
        for part, body in parts.items():
            entry = tarfile.TarInfo(part)
            entry.size = len(body)
            changed.addfile(entry, io.BytesIO(body))


@given(st.permutations(range(8)), st.data())
def test_parents_always_come_before_their_children(keys, data):
    rows = [{"id": key, "parent": data.draw(st.sampled_from([None, *keys[:place]]))} for place, key in enumerate(keys)]
    shuffled = data.draw(st.permutations(rows))

    ordered = archive.parents_first(shuffled, [("parent", "id")])

    seen = {None}
    for row in ordered:
        assert row["parent"] in seen
        seen.add(row["id"])


def test_a_parent_that_is_missing_is_told():
    with pytest.raises(archive.ArchiveError, match="not there"):
        archive.parents_first([{"id": 1, "parent": 2}], [("parent", "id")])
