from __future__ import annotations

import pytest
from sqlalchemy import func, select

from canteen import access, audit
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Denied, Invalid, NotFound, Refused
from tests.staffing import AT, PASSWORD, a_member


def test_the_password_is_kept_as_a_hash_only(database):
    with database.transaction(EVERYWHERE) as session:
        member = a_member(session)

    assert member.password_hash.startswith("$argon2id$")
    assert PASSWORD not in member.password_hash


def test_a_username_is_taken_once(database):
    with database.transaction(EVERYWHERE) as session:
        a_member(session, "wang")
        with pytest.raises(Refused, match=r"access\.username_taken"):
            a_member(session, "wang")


@pytest.mark.parametrize("username", ["", "W", "1abc", "a b", "王", "a" * 32])
def test_a_malformed_username_is_refused(database, username):
    with database.transaction(EVERYWHERE) as session, pytest.raises(Invalid, match=r"access\.username_malformed"):
        a_member(session, username)


@pytest.mark.parametrize("password", ["short", "longusername"])
def test_a_weak_password_is_refused(database, password):
    with database.transaction(EVERYWHERE) as session, pytest.raises(Invalid, match=r"access\.password_too_weak"):
        access.add(session, username="longusername", name="", password=password, actor="test", at=AT)


def test_an_ended_account_cannot_log_in(database):
    with database.transaction(EVERYWHERE) as session:
        member = a_member(session)
        access.end(session, ref=member.ref, actor="test", at=AT)

    with pytest.raises(Denied, match=r"access\.wrong_login"):
        access.log_in(database, username="wang", password=PASSWORD, place="127.0.0.1", at=AT)


def test_ending_an_account_ends_its_sessions_at_once(database):
    with database.transaction(EVERYWHERE) as session:
        member = a_member(session)
    entered = access.log_in(database, username="wang", password=PASSWORD, place="127.0.0.1", at=AT)

    with database.transaction(EVERYWHERE) as session:
        access.end(session, ref=member.ref, actor="test", at=AT)

    assert access.present(database, token=entered.token, at=AT) is None


def test_a_new_password_ends_the_sessions_of_the_old_one(database):
    with database.transaction(EVERYWHERE) as session:
        member = a_member(session)
    entered = access.log_in(database, username="wang", password=PASSWORD, place="127.0.0.1", at=AT)

    with database.transaction(EVERYWHERE) as session:
        access.change_password(session, ref=member.ref, password="battery-staple", actor="test", at=AT)

    assert access.present(database, token=entered.token, at=AT) is None
    assert access.log_in(database, username="wang", password="battery-staple", place="127.0.0.1", at=AT).token


def test_every_act_on_an_account_is_recorded_without_its_name(database):
    with database.transaction(EVERYWHERE) as session:
        member = a_member(session, name="王秀英")
        access.change_password(session, ref=member.ref, password="battery-staple", actor="test", at=AT)
        access.end(session, ref=member.ref, actor="test", at=AT)

        rows = session.scalars(select(audit.AuditRow).order_by(audit.AuditRow.seq)).all()

    assert [row.action for row in rows] == ["staff.add", "staff.password", "staff.end"]
    assert not any("王秀英" in row.detail for row in rows)


def test_ending_an_account_twice_is_recorded_once(database):
    with database.transaction(EVERYWHERE) as session:
        member = a_member(session)
        access.end(session, ref=member.ref, actor="test", at=AT)
        access.end(session, ref=member.ref, actor="test", at=AT)

        ended = session.scalar(select(func.count(audit.AuditRow.id)).where(audit.AuditRow.action == "staff.end"))

    assert ended == 1


def test_an_unknown_account_is_not_found(database):
    with database.transaction(EVERYWHERE) as session, pytest.raises(NotFound, match=r"access\.no_such_staff"):
        access.end(session, ref="S-nobody", actor="test", at=AT)
