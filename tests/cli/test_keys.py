"""Data keys are changed while everything goes on, and an old one is dropped when nothing needs it any more."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select, update

from canteen import places, seniors
from canteen.app import create_app
from canteen.foundation import clock
from canteen.foundation import reseal as resealing
from canteen.foundation.db import EVERYWHERE, Base, Database
from canteen.foundation.errors import Refused
from canteen.foundation.secrecy import Vault, development_key
from canteen.seniors.tables import Contact, Person
from tests import builders as make
from tests.edges import settings_for

OLD, NEW = development_key("DATA_KEYS"), development_key("another")
ROTATED = f"2:{NEW.hex()},1:{OLD.hex()}"
NOW = clock.now()
BY = {"actor": "staff:1", "at": make.BEFORE}


def opened(database: Database, *keys: str) -> Iterator[Database]:
    """Open the same database with other keys, as a process does that was started again."""
    held = {"1": OLD, "2": NEW}
    other = Database(database.engine.url.render_as_string(hide_password=False), Vault({key: held[key] for key in keys}))
    yield other
    other.dispose()


@pytest.fixture
def rotated(database: Database) -> Iterator[Database]:
    yield from opened(database, "2", "1")


@pytest.fixture
def only_new(database: Database) -> Iterator[Database]:
    yield from opened(database, "2")


@pytest.fixture
def people(database: Database) -> list[int]:
    """Register three people with everything that is sealed, and an operator with an account."""
    with database.transaction(EVERYWHERE) as session:
        make.the_nation(session)
        ids = [make.a_senior(session, birth=date(1950, 5, day)) for day in (1, 2, 3)]
        for number, person_id in enumerate(ids):
            changes = seniors.Changes(phone=f"1380000000{number}", address=f"莲花路 {number} 号")
            seniors.change(session, person_id=person_id, changes=changes, **BY)
            seniors.add_contact(
                session,
                person_id=person_id,
                kind="kin",
                name="李雷",
                phone=f"1390000000{number}",
                relation="儿子",
                **BY,
            )
        places.add_operator(session, name="福田餐饮", kind="company", bank_account="6200000000001234", **BY)
    return ids


def run(database: Database, folder, keys: str, *words: str) -> str:
    app = create_app(settings_for(database, folder, DATA_KEYS=keys))
    result = app.test_cli_runner().invoke(args=["keys", *words])
    app.extensions["canteen"].database.dispose()
    assert result.exit_code == 0, result.output
    return result.output


def document(database: Database, person_id: int) -> str:
    with database.transaction(EVERYWHERE) as session:
        return seniors.open_document(session, person_id=person_id, **BY)


def found_by(database: Database, *, phone: str = "", number: str = "") -> list[int]:
    with database.reading(EVERYWHERE) as session:
        if phone:
            return [one.id for one in seniors.find_by_phone(session, phone=phone)]
        person = seniors.find_by_document(session, document=number)
        return [person.id] if person else []


def test_everybody_is_found_before_while_and_after(database, rotated, only_new, people, tmp_path):
    numbers = [document(database, person_id) for person_id in people]
    for opened_with in (database, rotated):
        assert [found_by(opened_with, number=number) for number in numbers] == [[one] for one in people]
        assert found_by(opened_with, phone="13800000001") == [people[1]]
    output = run(database, tmp_path, ROTATED, "reseal", "--batch", "2")
    assert "persons.document_sealed: 2 sealed anew, 1 left" in output
    assert "key 1 may be dropped" in output
    assert [found_by(only_new, number=number) for number in numbers] == [[one] for one in people]
    assert found_by(only_new, phone="13800000001") == [people[1]]
    assert [document(only_new, person_id) for person_id in people] == numbers
    with only_new.transaction(EVERYWHERE) as session:
        operator = places.operators(session)[0]
        assert places.open_bank_account(session, operator_id=operator.id, **BY) == "6200000000001234"
        contact = session.scalars(select(Contact)).first()
        assert seniors.open_contact(session, contact_id=contact.id, **BY).startswith("139")


def test_before_resealing_the_old_key_is_needed(database, people, tmp_path):
    assert "key 1 is still needed: " in run(database, tmp_path, ROTATED, "status")
    assert "may be dropped" not in run(database, tmp_path, f"1:{OLD.hex()}", "status")


def test_a_number_is_registered_once_while_keys_change(database, rotated, people):
    with database.reading(EVERYWHERE) as session:
        known = session.get_one(Person, people[0])
        number = seniors.read_document(document(database, known.id))
    with pytest.raises(Refused) as refusal, rotated.transaction(EVERYWHERE) as session:
        seniors.register(session, name="又一位", document=number, region_code=make.FUTIAN, **BY)
    assert refusal.value.code == "seniors.already_registered"


def test_resealing_stopped_half_way_goes_on(database, rotated, people):
    vault = Vault({"2": NEW, "1": OLD})
    steps = resealing.reseal(rotated, vault, Base.metadata, batch=1)
    first = next(steps)
    steps.close()
    assert (first.done, first.left + first.done) == (1, first.left + 1)
    again = list(resealing.reseal(rotated, vault, Base.metadata, batch=1))
    assert sum(one.counts.get("1", 0) for one in kept(rotated, vault) if one.column.endswith("_sealed")) == 0
    assert sum(max(step.done for step in again if step.table == table) for table in ("contacts",)) >= 2


def kept(database: Database, vault: Vault) -> list[resealing.Kept]:
    with database.looking() as connection:
        return resealing.kept_under(connection, vault, Base.metadata)


def test_resealing_twice_changes_nothing_the_second_time(database, people, tmp_path):
    run(database, tmp_path, ROTATED, "reseal")
    assert "sealed anew" not in run(database, tmp_path, ROTATED, "reseal")


def test_a_text_that_no_key_opens_is_named_and_stops_nothing(database, people, tmp_path):
    with database.acting() as connection:
        connection.execute(
            update(Person).where(Person.id == people[0]).values(address_sealed="1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
        )
    output = run(database, tmp_path, ROTATED, "reseal", "--batch", "1")
    assert "persons.address_sealed: 2 sealed anew, 1 left, 1 unreadable" in output
    assert "key 1 is still needed: persons.address_sealed 1" in output


def test_an_index_of_before_keys_had_names_is_found_and_written_anew(database, rotated, people, tmp_path):
    number = document(database, people[0])
    with database.acting() as connection:
        held = connection.execute(select(Person.document_index).where(Person.id == people[0])).scalar_one()
        bare = held.partition(".")[2]
        connection.execute(update(Person).where(Person.id == people[0]).values(document_index=bare))
    assert found_by(rotated, number=number) == [people[0]]
    assert "key 1 is still needed" in run(database, tmp_path, ROTATED, "status")
    assert "key 1 may be dropped" in run(database, tmp_path, ROTATED, "reseal")
    assert found_by(rotated, number=number) == [people[0]]


def test_a_slip_keeps_the_old_key_until_it_ends(database, rotated, people, tmp_path):
    with database.transaction(EVERYWHERE) as session:
        slip = seniors.issue_slip(session, person_id=people[0], actor="staff:1", at=NOW)
    output = run(database, tmp_path, ROTATED, "reseal")
    assert f"key 1 is needed until {slip.expires_at:%Y-%m-%d} for 1 slips" in output
    with rotated.transaction(EVERYWHERE) as session:
        assert isinstance(seniors.bind_by_code(session, account="wechat:1", code=slip.code, at=NOW), seniors.Bound)


def test_what_is_changed_while_resealing_is_not_overwritten(database, rotated, people):
    """One changes telephones over and over while another seals anew: the last telephone typed stays."""
    last: dict[int, str] = {}

    def changing() -> None:
        for turn in range(12):
            for at, person_id in enumerate(people):
                last[person_id] = f"1370000{turn:02d}{at:02d}"
                with rotated.transaction(EVERYWHERE) as session:
                    seniors.change(session, person_id=person_id, changes=seniors.Changes(phone=last[person_id]), **BY)

    thread = threading.Thread(target=changing)
    thread.start()
    for _ in range(6):
        list(resealing.reseal(rotated, Vault({"2": NEW, "1": OLD}), Base.metadata, batch=1))
        after: int | None = 0
        while after is not None:
            with rotated.transaction(EVERYWHERE) as session:
                after = seniors.reindex(session, after=after, batch=1)
    thread.join()
    for person_id, phone in last.items():
        assert found_by(rotated, phone=phone) == [person_id]
        with rotated.transaction(EVERYWHERE) as session:
            assert seniors.open_phone(session, person_id=person_id, **BY) == phone
