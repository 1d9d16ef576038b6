from datetime import date

import pytest
from sqlalchemy import select, text

from canteen import audit, seniors
from canteen.foundation.db import EVERYWHERE, Scope
from canteen.foundation.errors import Denied, Invalid, NotFound, Refused
from tests.seniors.invented import AT, FUTIAN, LUOHU, number, senior

FUTIAN_ONLY = Scope(region_prefixes=("440304",))
LUOHU_ONLY = Scope(region_prefixes=("440303",))


def test_registered_senior_is_found_by_either_form_of_the_number(session):
    person = senior(session)
    assert seniors.find_by_document(session, document=number()[:6] + number()[8:17]) is person


def test_passport_holder_is_found(session):
    person = senior(session, document=seniors.read_document("E1234567", "passport"))
    assert seniors.find_by_document(session, document="e1234567") is person


def test_couple_is_found_by_the_telephone_they_share(session):
    pair = [
        senior(session, phone="13800001234"),
        senior(session, "李建国", document=seniors.read_document(number(13)), phone="138 0000 1234"),
    ]
    assert seniors.find_by_phone(session, phone="+8613800001234") == pair


def test_senior_is_found_by_initials(session):
    person = senior(session)
    assert seniors.find_by_initials(session, initials="CX") == [person]


def test_nothing_that_identifies_stands_readable_in_the_database(session):
    senior(session, phone="13800001234", address="彩田路 1 号")
    stored = str(session.connection().execute(text("SELECT * FROM persons")).all())
    assert [secret for secret in (number(), "13800001234", "彩田路") if secret in stored] == []


def test_second_record_of_a_number_is_refused_with_the_reference(session):
    first = senior(session)
    with pytest.raises(Refused) as refusal:
        senior(session)
    assert (refusal.value.code, refusal.value.params) == ("seniors.already_registered", {"ref": first.ref})


def test_record_out_of_scope_is_not_shown_by_the_refusal(database):
    with database.transaction(EVERYWHERE) as session:
        senior(session, region_code=LUOHU)
    with pytest.raises(Refused) as refusal, database.transaction(FUTIAN_ONLY) as session:
        senior(session)
    assert (refusal.value.code, refusal.value.params) == ("seniors.registered_elsewhere", {})


def test_registering_out_of_scope_is_denied(database):
    with pytest.raises(Denied), database.transaction(LUOHU_ONLY) as session:
        senior(session)


def test_stranger_finds_nobody(database):
    with database.transaction(EVERYWHERE) as session:
        ref = senior(session).ref
    with pytest.raises(NotFound), database.reading(LUOHU_ONLY) as session:
        seniors.person(session, ref=ref)


def test_person_without_a_number_is_registered_and_confirmed_later(session):
    person = senior(session, document=None)
    seniors.confirm_document(
        session, person_id=person.id, document=seniors.read_document(number()), actor="staff:1", at=AT
    )
    assert (person.document_kind, person.birth_on, person.revision) == ("resident", date(1950, 1, 1), 2)


def test_birth_after_the_entry_is_refused(session):
    with pytest.raises(Invalid) as refusal:
        senior(session, document=seniors.read_document(number(birth=date(2030, 1, 1))))
    assert refusal.value.code == "seniors.born_later"


def test_registration_states_residence_and_household(session):
    person = senior(session, hukou_code=LUOHU)
    assert {(fact.kind, fact.value) for fact in seniors.facts_of(session, person_id=person.id)} == {
        ("residence", FUTIAN),
        ("hukou", LUOHU),
    }


def test_change_lets_the_revision_grow(session):
    person = senior(session)
    seniors.change(session, person_id=person.id, changes=seniors.Changes(phone="13800001234"), actor="s", at=AT)
    assert (person.revision, person.phone_tail) == (2, "1234")


def test_empty_phone_is_taken_out(session):
    person = senior(session, phone="13800001234")
    seniors.change(session, person_id=person.id, changes=seniors.Changes(phone=""), actor="s", at=AT)
    assert seniors.find_by_phone(session, phone="13800001234") == []


def test_view_masks_name_and_numbers(session):
    shown = str(seniors.view(senior(session, phone="13800001234")))
    assert [secret for secret in ("陈秀英", number()[:14], "13800001234") if secret in shown] == []


def test_each_look_at_a_number_is_recorded(session):
    person = senior(session)
    assert seniors.open_document(session, person_id=person.id, actor="staff:7", at=AT) == number()
    last = session.scalars(select(audit.AuditRow).order_by(audit.AuditRow.seq.desc())).first()
    assert (last.chain, last.actor, last.action, last.subject) == (
        "region:440304", "staff:7", "document_opened", person.ref,
    )  # fmt: skip


def test_looking_at_a_number_that_is_not_there_is_refused(session):
    with pytest.raises(NotFound):
        seniors.open_document(session, person_id=senior(session, document=None).id, actor="s", at=AT)


def test_merged_record_leads_to_the_one_that_stands(session):
    stands = senior(session)
    double = senior(session, document=seniors.read_document("H12345678"))
    seniors.merge(session, person_id=double.id, into_id=stands.id, actor="staff:1", at=AT)
    assert seniors.find_by_document(session, document="H12345678") is stands


def test_merging_twice_is_refused(session):
    stands = senior(session)
    double = senior(session, document=None)
    seniors.merge(session, person_id=double.id, into_id=stands.id, actor="staff:1", at=AT)
    with pytest.raises(Refused):
        seniors.merge(session, person_id=stands.id, into_id=double.id, actor="staff:1", at=AT)
