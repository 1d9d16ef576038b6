import pytest
from sqlalchemy import select

from canteen import audit, seniors
from canteen.foundation.errors import Invalid, NotFound
from tests.seniors.invented import AT, senior


@pytest.fixture
def person(session):
    return senior(session)


@pytest.fixture
def son(session, person):
    return seniors.add_contact(
        session, person_id=person.id, kind="kin", name="陈小明", phone="13900001234", relation="儿子",
        actor="staff:1", at=AT, is_emergency=True,
    )  # fmt: skip


def agree(session, person, version="health-1"):
    return seniors.give_consent(
        session, person_id=person.id, kind="health", text_version=version, given_by="wechat:7", at=AT
    )


def test_agreement_is_kept_with_its_wording(session, person):
    agree(session, person)
    assert not seniors.has_consent(session, person_id=person.id, kind="health", text_version="health-2")


def test_same_agreement_is_kept_once(session, person):
    assert agree(session, person) is agree(session, person)


def test_withdrawn_agreement_stands_no_more(session, person):
    agree(session, person)
    seniors.withdraw_consent(session, person_id=person.id, kind="health", actor="wechat:7", at=AT)
    assert not seniors.has_consent(session, person_id=person.id, kind="health")


def test_withdrawing_nothing_is_refused(session, person):
    with pytest.raises(NotFound):
        seniors.withdraw_consent(session, person_id=person.id, kind="health", actor="wechat:7", at=AT)


def test_unknown_kind_of_agreement_is_refused(session, person):
    with pytest.raises(Invalid):
        seniors.give_consent(session, person_id=person.id, kind="x", text_version="1", given_by="a", at=AT)


def test_contact_is_shown_masked(session, person, son):
    (shown,) = seniors.contacts_of(session, person_id=person.id)
    assert (shown.name, shown.phone) == ("陈*明", "*******1234")


def test_number_to_call_in_an_emergency_is_recorded_as_a_look(session, person, son):
    called = seniors.whom_to_call(session, person_id=person.id, actor="bot", at=AT)
    actions = session.scalars(select(audit.AuditRow.action)).all()
    assert (called, actions[-1]) == ([("陈小明", "13900001234")], "contacts_opened")


def test_ended_contact_is_called_no_more(session, person, son):
    seniors.end_contact(session, contact_id=son.id, actor="staff:1", at=AT)
    assert seniors.contacts_of(session, person_id=person.id) == []


def test_ended_contact_is_not_opened(session, son):
    seniors.end_contact(session, contact_id=son.id, actor="staff:1", at=AT)
    with pytest.raises(NotFound):
        seniors.open_contact(session, contact_id=son.id, actor="staff:1", at=AT)
