from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from canteen import notices
from canteen.foundation.db import EVERYWHERE
from canteen.notices.outbox import MOST_ATTEMPTS
from canteen.notices.tables import Notice
from tests.staffing import AT


@pytest.fixture
def session(database):
    with database.transaction(EVERYWHERE) as opened:
        yield opened


def enqueue(session, key="order:1", at=AT):
    notices.enqueue(session, key=key, account="wechat:1", kind="order_placed", content={"ref": "D-2"}, at=at)


def due(session, at=AT):
    return notices.due(session, at=at, limit=10)


def test_a_notice_is_due_at_once(session):
    enqueue(session)

    (notice,) = due(session)
    assert (notice.account, notice.kind, notice.content) == ("wechat:1", "order_placed", {"ref": "D-2"})


def test_the_same_key_is_said_once(session):
    enqueue(session)
    enqueue(session)

    assert len(due(session)) == 1


def test_an_act_that_did_not_happen_is_not_told(database):
    def act_and_fail():
        with database.transaction(EVERYWHERE) as session:
            enqueue(session)
            raise RuntimeError("the act failed")

    with pytest.raises(RuntimeError):
        act_and_fail()

    with database.reading(EVERYWHERE) as session:
        assert due(session) == ()


def test_what_was_sent_is_not_due_again(session):
    enqueue(session)
    notices.mark(session, notice_id=due(session)[0].notice_id, outcome="sent", at=AT)

    assert due(session, AT + timedelta(days=1)) == ()


def test_a_second_try_is_due_when_it_was_promised(session):
    enqueue(session)
    later = AT + timedelta(minutes=2)
    notices.mark(session, notice_id=due(session)[0].notice_id, outcome="wechat.away", at=AT, retry_at=later)

    assert due(session) == ()
    assert [notice.attempts for notice in due(session, later)] == [1]


def test_a_notice_that_never_can_be_sent_is_kept_with_its_reason(session):
    enqueue(session)
    notices.mark(session, notice_id=due(session)[0].notice_id, outcome="wechat.unfollowed", at=AT)

    row = session.scalars(select(Notice)).one()
    assert (row.state, row.outcome) == ("dead", "wechat.unfollowed")


def test_pauses_between_tries_grow_and_end():
    pauses = [notices.retry_at(attempts, AT) for attempts in range(1, MOST_ATTEMPTS + 1)]

    assert [pause - AT for pause in pauses[:-1]] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 16)]
    assert pauses[-1] is None


def test_old_notices_are_pruned_but_never_waiting_ones(session):
    enqueue(session, "sent")
    notices.mark(session, notice_id=due(session)[0].notice_id, outcome="sent", at=AT)
    enqueue(session, "waiting")

    notices.prune(session, before=AT + timedelta(days=1))

    assert session.scalars(select(Notice.key)).all() == ["waiting"]


def test_what_is_to_be_said_cannot_be_read_in_the_table(session):
    enqueue(session)

    assert "D-2" not in session.scalars(select(Notice.content_sealed)).one()


def test_what_was_said_is_wiped(session):
    enqueue(session)
    (notice,) = due(session)

    notices.mark(session, notice_id=notice.notice_id, outcome="sent", at=AT)

    assert session.scalars(select(Notice.content_sealed)).one() == ""


def test_a_notice_from_before_they_were_sealed_is_still_said(session):
    enqueue(session)
    session.scalars(select(Notice)).one().content_sealed = '{"ref": "D-2"}'
    session.flush()

    assert [notice.content for notice in due(session)] == [{"ref": "D-2"}]
