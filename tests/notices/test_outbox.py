from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from canteen import notices
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import NotFound
from canteen.notices import Outcome, Try
from canteen.notices.tables import Notice, NoticeTry
from tests.staffing import AT

SENT = Outcome("sent", "sent", (Try("service", "sent"),))
NEVER = Outcome(
    "never", "wechat.unfollowed", (Try("service", "wechat.window_closed"), Try("template", "wechat.unfollowed"))
)


@pytest.fixture
def session(database):
    with database.transaction(EVERYWHERE) as opened:
        yield opened


def enqueue(session, key="order:1", at=AT, until=None):
    content = {"ref": "D-2"}
    notices.enqueue(session, key=key, account="wechat:1", kind="order_told", content=content, at=at, until=until)


def due(session, at=AT):
    return notices.due(session, at=at, limit=10)


def test_a_notice_is_due_at_once(session):
    enqueue(session)

    (notice,) = due(session)
    assert (notice.account, notice.kind, notice.content) == ("wechat:1", "order_told", {"ref": "D-2"})


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
    notices.mark(session, notice_id=due(session)[0].notice_id, outcome=SENT, at=AT)

    assert due(session, AT + timedelta(days=1)) == ()


def test_a_passing_failure_is_tried_again_later_and_in_the_end_given_up(session):
    enqueue(session)
    tried_at = AT
    for attempt in range(1, 7):
        (notice,) = due(session, tried_at)
        assert notice.attempts == attempt - 1
        notices.mark(session, notice_id=notice.notice_id, outcome=Outcome("again", "wechat.no_answer"), at=tried_at)
        assert due(session, tried_at) == ()
        tried_at += timedelta(minutes=2**attempt)

    assert session.scalars(select(Notice.state)).one() == "dead"


def test_what_would_be_tried_again_too_late_is_given_up_now(session):
    enqueue(session, until=AT + timedelta(minutes=30))
    again = Outcome("again", "wechat.quota_used_up", not_before=AT + timedelta(hours=2))
    notices.mark(session, notice_id=due(session)[0].notice_id, outcome=again, at=AT)

    assert session.scalars(select(Notice.state)).one() == "dead"


def test_a_notice_that_never_can_be_sent_is_kept_with_each_attempt_and_can_be_sent_again(session):
    enqueue(session)
    number = due(session)[0].notice_id
    notices.mark(session, notice_id=number, outcome=NEVER, at=AT)

    (letter,) = notices.dead(session)
    assert (letter.outcome, due(session)) == ("wechat.unfollowed", ())
    assert [one[:2] for one in letter.tries] == [("service", "wechat.window_closed"), ("template", "wechat.unfollowed")]
    notices.send_again(session, ref=letter.ref, at=AT)
    with pytest.raises(NotFound):
        notices.send_again(session, ref=letter.ref, at=AT)
    assert [notice.content for notice in due(session)] == [{"ref": "D-2"}]


def test_what_came_due_by_day_is_not_said_at_night(session):
    enqueue(session)
    night = AT + timedelta(hours=12)

    (notice,) = due(session, night)
    assert notice.sleeps_until == AT + timedelta(hours=20, minutes=20)
    notices.postpone(session, notice_id=notice.notice_id, until=notice.sleeps_until)
    assert due(session, night) == ()


def test_a_message_that_is_reported_lost_is_a_dead_letter_after_all(session):
    enqueue(session)
    taken = Outcome("sent", "sent", (Try("template", "sent", "wechat:7"),))
    notices.mark(session, notice_id=due(session)[0].notice_id, outcome=taken, at=AT)
    assert session.scalars(select(Notice.content_sealed)).one()

    for _ in range(2):
        notices.report(session, number="wechat:7", code="wechat.blocked", at=AT)
    notices.report(session, number="wechat:8", code="wechat.blocked", at=AT)

    assert [letter.outcome for letter in notices.dead(session)] == ["wechat.blocked"]
    assert session.scalars(select(NoticeTry.way).order_by(NoticeTry.id)).all() == ["template", "report"]


def test_old_notices_are_pruned_but_never_waiting_ones(session):
    enqueue(session, "sent")
    notices.mark(session, notice_id=due(session)[0].notice_id, outcome=SENT, at=AT)
    enqueue(session, "waiting")

    notices.prune(session, before=AT + timedelta(days=1), unreported=AT)

    assert session.scalars(select(Notice.key)).all() == ["waiting"]


def test_what_is_to_be_said_cannot_be_read_in_the_table(session):
    enqueue(session)

    assert "D-2" not in session.scalars(select(Notice.content_sealed)).one()


def test_what_was_said_is_wiped(session):
    enqueue(session)
    (notice,) = due(session)

    notices.mark(session, notice_id=notice.notice_id, outcome=SENT, at=AT)

    assert session.scalars(select(Notice.content_sealed)).one() == ""


def test_a_notice_from_before_they_were_sealed_is_still_said(session):
    enqueue(session)
    session.scalars(select(Notice)).one().content_sealed = '{"ref": "D-2"}'
    session.flush()

    assert [notice.content for notice in due(session)] == [{"ref": "D-2"}]
