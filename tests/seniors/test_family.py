from datetime import timedelta

import pytest
from sqlalchemy import text

from canteen import seniors
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import NotFound, Refused
from canteen.foundation.references import has_check_digit, with_check_digit
from tests.seniors.invented import AT, number, senior

DAUGHTER = "wechat:7"
STRANGER = "wechat:8"


@pytest.fixture
def mother(session):
    return senior(session)


@pytest.fixture
def slip(session, mother):
    return seniors.issue_slip(session, person_id=mother.id, actor="staff:1", at=AT)


def another_code(code):
    return with_check_digit(f"{(int(code[:7]) + 1) % 10**7:07d}")


def bound(session, account=DAUGHTER):
    return [acting.name for acting in seniors.people_of_account(session, account=account)]


def test_scanned_slip_binds(session, slip):
    seniors.bind_by_scene(session, scene=slip.scene, account=DAUGHTER, at=AT)
    assert bound(session) == ["陈秀英"]


def test_scene_fits_both_kinds_of_codes_of_the_platform(slip):
    assert len(slip.scene) <= 32
    assert slip.scene.startswith(seniors.SCENE_PREFIX)


def test_code_has_eight_digits_and_checks_itself(slip):
    assert len(slip.code) == 8
    assert has_check_digit(slip.code)


def test_typed_code_binds_with_blanks_and_full_width_digits(session, slip):
    typed = slip.code[:4].translate(str.maketrans("0123456789", "０１２３４５６７８９")) + " " + slip.code[4:]
    assert isinstance(seniors.bind_by_code(session, code=typed, account=DAUGHTER, at=AT), seniors.Bound)


def test_code_is_not_kept_readable(session, slip):
    assert slip.code not in str(session.connection().execute(text("SELECT * FROM binding_slips")).all())


def test_spent_slip_is_refused_to_another_account(session, slip):
    seniors.bind_by_scene(session, scene=slip.scene, account=DAUGHTER, at=AT)
    with pytest.raises(Refused) as refusal:
        seniors.bind_by_scene(session, scene=slip.scene, account=STRANGER, at=AT)
    assert refusal.value.code == "seniors.slip_used"


def test_same_scan_again_gets_the_same_answer(session, slip):
    first = seniors.bind_by_scene(session, scene=slip.scene, account=DAUGHTER, at=AT)
    again = seniors.bind_by_scene(session, scene=slip.scene, account=DAUGHTER, at=AT)
    assert (again.person, again.already) == (first.person, True)


def test_slip_of_thirty_days_is_too_old(session, slip):
    with pytest.raises(Refused) as refusal:
        seniors.bind_by_scene(session, scene=slip.scene, account=DAUGHTER, at=AT + timedelta(days=30))
    assert refusal.value.code == "seniors.slip_expired"


def test_new_slip_ends_the_older_one(session, mother, slip):
    seniors.issue_slip(session, person_id=mother.id, actor="staff:1", at=AT)
    with pytest.raises(Refused):
        seniors.bind_by_scene(session, scene=slip.scene, account=DAUGHTER, at=AT)


def test_unknown_scene_is_refused(session):
    with pytest.raises(Refused) as refusal:
        seniors.bind_by_scene(session, scene="bind-nothing", account=DAUGHTER, at=AT)
    assert refusal.value.code == "seniors.slip_unknown"


def test_wrong_code_is_an_answer_that_counts_down(session, slip):
    answers = [seniors.bind_by_code(session, code=another_code(slip.code), account=STRANGER, at=AT) for _ in range(2)]
    assert answers == [seniors.NotBound("seniors.slip_unknown", left) for left in (4, 3)]


def test_five_wrong_codes_close_the_door_even_to_the_right_one(session, slip):
    for _ in range(5):
        seniors.bind_by_code(session, code=another_code(slip.code), account=STRANGER, at=AT)
    answer = seniors.bind_by_code(session, code=slip.code, account=STRANGER, at=AT)
    assert answer == seniors.NotBound("seniors.slip_tries_spent", 0)


def test_door_opens_again_after_a_day(session, slip):
    for _ in range(5):
        seniors.bind_by_code(session, code="1", account=DAUGHTER, at=AT)
    later = AT + timedelta(days=1)
    assert isinstance(seniors.bind_by_code(session, code=slip.code, account=DAUGHTER, at=later), seniors.Bound)


def test_wrong_tries_are_kept_over_transactions(database):
    for _ in range(5):
        with database.transaction(EVERYWHERE) as session:
            seniors.bind_by_code(session, code="12345678", account=STRANGER, at=AT)
    with database.transaction(EVERYWHERE) as session:
        answer = seniors.bind_by_code(session, code="12345678", account=STRANGER, at=AT)
    assert answer == seniors.NotBound("seniors.slip_tries_spent", 0)


def test_account_may_act_for_several_people_itself_first(session, mother, slip):
    seniors.bind_by_scene(session, scene=slip.scene, account=DAUGHTER, at=AT)
    own = senior(session, "李小明", document=seniors.read_document(number(14)))
    seniors.link(session, person_id=own.id, account=DAUGHTER, proof="desk", actor="staff:1", at=AT, is_self=True)
    assert bound(session) == ["李小明", "陈秀英"]


def test_second_self_of_an_account_is_refused(session, mother):
    own = senior(session, "李小明", document=seniors.read_document(number(14)))
    seniors.link(session, person_id=own.id, account=DAUGHTER, proof="desk", actor="s", at=AT, is_self=True)
    with pytest.raises(Refused) as refusal:
        seniors.link(session, person_id=mother.id, account=DAUGHTER, proof="desk", actor="s", at=AT, is_self=True)
    assert refusal.value.code == "seniors.self_taken"


def test_account_says_what_it_calls_a_person(session, mother, slip):
    seniors.bind_by_scene(session, scene=slip.scene, account=DAUGHTER, at=AT)
    seniors.call_person(session, account=DAUGHTER, person_id=mother.id, relation="妈妈")
    assert [acting.relation for acting in seniors.people_of_account(session, account=DAUGHTER)] == ["妈妈"]


def test_unbound_account_may_nothing(session, mother, slip):
    seniors.bind_by_scene(session, scene=slip.scene, account=DAUGHTER, at=AT)
    seniors.unbind(session, account=DAUGHTER, person_id=mother.id, actor=DAUGHTER, at=AT)
    assert bound(session) == []


def test_unbinding_what_is_not_bound_is_refused(session, mother):
    with pytest.raises(NotFound):
        seniors.unbind(session, account=DAUGHTER, person_id=mother.id, actor=DAUGHTER, at=AT)


def test_account_may_be_bound_again_with_a_new_slip(session, mother, slip):
    seniors.bind_by_scene(session, scene=slip.scene, account=DAUGHTER, at=AT)
    seniors.unbind(session, account=DAUGHTER, person_id=mother.id, actor=DAUGHTER, at=AT)
    fresh = seniors.issue_slip(session, person_id=mother.id, actor="staff:1", at=AT)
    seniors.bind_by_scene(session, scene=fresh.scene, account=DAUGHTER, at=AT)
    assert bound(session) == ["陈秀英"]


def test_binding_keeps_the_text_that_was_agreed_to(session, mother, slip):
    seniors.bind_by_scene(session, scene=slip.scene, account=DAUGHTER, at=AT, text_version="binding-1")
    assert seniors.has_consent(session, person_id=mother.id, kind="binding", text_version="binding-1")


def test_notices_about_a_person_go_to_every_account(session, mother):
    for account in (DAUGHTER, STRANGER):
        seniors.link(session, person_id=mother.id, account=account, proof="desk", actor="staff:1", at=AT)
    assert seniors.accounts_of_person(session, person_id=mother.id) == [DAUGHTER, STRANGER]
