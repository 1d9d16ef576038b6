"""Whom no message reaches is on the canteen's phone list until somebody told the person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from canteen import notices, seniors
from canteen.foundation.db import EVERYWHERE, Scope
from canteen.foundation.errors import NotFound, Refused
from canteen.notices.tables import Notice, PhoneCallMark
from tests import builders
from tests.builders import MONDAY, at

AT = at(MONDAY, 8)
CONTENT = {"name": "王秀英", "day": "2026-03-02", "meal": "lunch", "canteen": "幸福里食堂", "phone": "12349"}


@pytest.fixture
def mother(database, nation):
    with database.transaction(EVERYWHERE) as session:
        canteen_id = builders.a_canteen(session)
        person_id = builders.a_senior(session, name="王秀英")
        seniors.person_by_id(session, person_id=person_id).home_canteen_id = canteen_id
    return person_id, canteen_id


@pytest.fixture
def session(database, mother):
    with database.transaction(EVERYWHERE) as opened:
        yield opened


def tell(session, mother, **more):
    told = {"matter": "closed:D-1", "kind": "kitchen_closed", "content": CONTENT, "at": AT, **more}
    return notices.tell(session, person_id=mother[0], canteen_id=mother[1], **told)


def bind(session, mother, account, *, is_self=False):
    known = {"person_id": mother[0], "proof": "test", "actor": "test", "at": AT}
    seniors.link(session, account=account, is_self=is_self, relation="自己" if is_self else "妈妈", **known)


def listed(session, at=AT):
    return notices.phone_list(session, at=at)


def lose(session, number, at=AT):
    outcome = notices.Outcome("never", "wechat.unfollowed")
    notices.mark(
        session, notice_id=session.scalars(select(Notice.id).order_by(Notice.id)).all()[number], outcome=outcome, at=at
    )


def test_who_has_no_account_is_on_the_list_once_and_leaves_it_when_told(session, mother):
    assert [tell(session, mother), tell(session, mother)] == [0, 0]
    tell(session, mother, kind="meal_on_the_way", matter="way:D-1")

    (call,) = listed(session)
    assert (call.person_id, call.kind, call.why, call.content) == (
        mother[0],
        "kitchen_closed",
        notices.NO_ACCOUNT,
        CONTENT,
    )
    known = {"ref": call.ref, "actor": "staff:wang", "at": AT}
    for mark in ("called", "not_reached"):
        notices.note(session, mark=mark, **known)
        assert [one.state for one in listed(session)] == [mark]
    notices.note(session, mark="told", **known)
    assert listed(session) == []
    assert [mark for mark, *_ in notices.settled_calls(session, at=AT)[0].marks] == ["called", "not_reached", "told"]
    with pytest.raises(Refused, match=r"notices\.told"):
        notices.note(session, mark="called", **known)


def test_the_list_is_fallen_back_on_when_the_last_account_was_not_reached(session, mother):
    bind(session, mother, "wechat:1", is_self=True)
    bind(session, mother, "wechat:2")
    assert tell(session, mother) == 2

    lose(session, 0)
    assert listed(session) == [], "the daughter may still hear of it"
    lose(session, 1)
    assert [call.why for call in listed(session)] == ["wechat.unfollowed"]


def test_who_ordered_herself_is_not_called_but_whose_daughter_did_is(session, mother):
    bind(session, mother, "wechat:1", is_self=True)
    tell(session, mother, kind="order_told", but="wechat:1")
    assert listed(session) == []

    seniors.unbind(session, account="wechat:1", person_id=mother[0], actor="test", at=AT)
    bind(session, mother, "wechat:2")
    tell(session, mother, kind="order_told", but="wechat:2")
    assert [call.kind for call in listed(session)] == ["order_told"]


def test_what_is_too_late_to_say_is_shown_as_not_told(session, mother):
    tell(session, mother, until=AT + timedelta(hours=2))
    later = AT + timedelta(hours=3)

    assert (len(listed(session)), listed(session, later)) == (1, [])
    assert [call.state for call in notices.settled_calls(session, at=later)] == ["waiting"]


def test_only_the_canteens_own_people_see_the_list(database, session, mother):
    tell(session, mother)
    ref = listed(session)[0].ref
    session.info["scope"] = Scope(canteen_ids=frozenset({mother[1]}))
    assert len(listed(session)) == 1
    session.info["scope"] = Scope(canteen_ids=frozenset({mother[1] + 1}), region_prefixes=("44",))
    assert listed(session) == []
    with pytest.raises(NotFound):
        notices.note(session, ref=ref, mark="told", actor="staff:li", at=AT)


def test_a_mark_is_never_changed_and_an_old_call_is_wiped(database, session, mother):
    tell(session, mother)
    notices.note(session, ref=listed(session)[0].ref, mark="told", actor="staff:wang", at=AT)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(update(PhoneCallMark).values(mark="called"))

    notices.prune(session, before=AT + timedelta(days=90), unreported=AT)
    session.expire_all()
    assert [call.content for call in notices.settled_calls(session, at=AT)] == [{}]
    assert session.scalar(select(func.count(PhoneCallMark.id))) == 1
