from __future__ import annotations

import hashlib
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from canteen import access
from canteen.access.sessions import IDLE
from canteen.access.tables import StaffSession
from canteen.access.throttle import PER_ADDRESS, PER_USERNAME, WINDOW
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import CanteenError, Denied, Refused
from tests.staffing import AT, PASSWORD, a_member


@pytest.fixture
def member(database):
    with database.transaction(EVERYWHERE) as session:
        return a_member(session)


def enter(database, username="wang", password=PASSWORD, place="192.0.2.1", at=AT):
    return access.log_in(database, username=username, password=password, place=place, at=at)


def fail(database, times, **how):
    for _ in range(times):
        with pytest.raises(Denied):
            enter(database, password="wrong", **how)


def test_a_token_says_who_it_belongs_to(database, member):
    entered = enter(database)

    assert access.present(database, token=entered.token, at=AT).ref == member.ref


def test_the_table_holds_the_digest_of_the_token_alone(database, member):
    entered = enter(database)

    with database.reading(EVERYWHERE) as session:
        stored = session.scalars(select(StaffSession.token_digest)).one()

    assert stored == hashlib.sha256(entered.token.encode()).hexdigest()


def test_a_session_ends_after_twelve_idle_hours(database, member):
    entered = enter(database)

    assert access.present(database, token=entered.token, at=AT + IDLE) is None


def test_a_session_in_use_lives_on(database, member):
    entered = enter(database)
    for hours in (8, 16, 24):
        assert access.present(database, token=entered.token, at=AT + timedelta(hours=hours))


def test_logging_out_ends_the_session_at_once(database, member):
    entered = enter(database)

    with database.transaction(EVERYWHERE) as session:
        access.log_out(session, token=entered.token, at=AT)

    assert access.present(database, token=entered.token, at=AT) is None


def test_an_administrator_ends_every_session_of_somebody_at_once(database, member):
    entered = [enter(database), enter(database)]

    with database.transaction(EVERYWHERE) as session:
        access.end_all(session, ref=member.ref, actor="test", at=AT)

    assert [access.present(database, token=one.token, at=AT) for one in entered] == [None, None]


def test_an_ended_session_is_not_revived_by_use(database, member):
    entered = enter(database)
    with database.transaction(EVERYWHERE) as session:
        access.log_out(session, token=entered.token, at=AT)

    access.present(database, token=entered.token, at=AT + timedelta(hours=1))

    assert access.present(database, token=entered.token, at=AT + timedelta(hours=1)) is None


@pytest.mark.parametrize(("username", "password"), [("wang", "wrong"), ("nobody", PASSWORD)])
def test_unknown_name_and_wrong_password_get_the_same_answer(database, member, username, password):
    with pytest.raises(Denied) as refused:
        enter(database, username=username, password=password)

    assert (refused.value.code, refused.value.params) == ("access.wrong_login", {})


def test_the_sixth_try_within_the_window_is_refused(database, member):
    fail(database, PER_USERNAME)

    with pytest.raises(Refused, match=r"access\.too_many_tries"):
        enter(database)


def test_the_seconds_to_wait_lead_to_the_end_of_the_window(database, member):
    fail(database, PER_USERNAME)

    with pytest.raises(Refused) as refused:
        enter(database, at=AT + timedelta(minutes=10))

    assert refused.value.params == {"seconds": 300}


def test_after_the_window_the_right_password_opens_again(database, member):
    fail(database, PER_USERNAME)

    assert enter(database, at=AT + WINDOW).token


def test_an_unknown_username_is_throttled_like_a_known_one(database, member):
    fail(database, PER_USERNAME, username="nobody")

    with pytest.raises(Refused, match=r"access\.too_many_tries"):
        enter(database, username="nobody")


def test_an_address_that_tries_many_names_is_refused(database, member):
    for number in range(PER_ADDRESS):
        fail(database, 1, username=f"guess{number}")

    with pytest.raises(Refused, match=r"access\.too_many_tries"):
        enter(database)


def test_an_address_is_not_held_responsible_for_another(database, member):
    for number in range(PER_ADDRESS):
        fail(database, 1, username=f"guess{number}")

    assert enter(database, place="192.0.2.2").token


def test_logging_in_forgives_the_failures_before(database, member):
    fail(database, PER_USERNAME - 1)
    enter(database, at=AT + timedelta(seconds=1))

    fail(database, PER_USERNAME, at=AT + timedelta(seconds=2))


def test_many_good_log_ins_never_lock_an_office_out(database, member):
    for seconds in range(PER_ADDRESS + 1):
        enter(database, at=AT + timedelta(seconds=seconds))


def test_guesses_sent_all_at_once_are_all_counted(database, member):
    answers = []

    def guess():
        try:
            enter(database, password="wrong")
        except CanteenError as error:
            answers.append(error.code)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers.count("access.wrong_login") == PER_USERNAME


def test_long_ended_sessions_are_pruned(database, member):
    enter(database)
    with database.transaction(EVERYWHERE) as session:
        access.prune(session, at=AT + timedelta(days=40))

        assert session.scalar(select(func.count(StaffSession.token_digest))) == 0


def test_a_running_session_survives_pruning(database, member):
    entered = enter(database)
    with database.transaction(EVERYWHERE) as session:
        access.prune(session, at=AT + timedelta(hours=1))

    assert access.present(database, token=entered.token, at=AT + timedelta(hours=1))
