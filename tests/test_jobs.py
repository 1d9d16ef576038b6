from __future__ import annotations

from datetime import timedelta

import pytest
from huey.exceptions import RetryTask
from sqlalchemy import func, select

from canteen import notices, seniors
from canteen.access.tables import LoginFailure
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.house import House
from canteen.jobs import Jobs
from canteen.notices.tables import Notice
from tests import builders as make


class Recorder:
    """Be a channel that notes what it was asked to say, and fails as told."""

    def __init__(self, outcome=None):
        self.said = []
        self.outcome = outcome or notices.Outcome("sent", "sent")

    def send(self, account, kind, content, *, at):
        self.said.append((account, kind, content))
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.fixture
def jobs(settings):
    house = House.build(settings)
    made = Jobs(house)
    yield made
    made.close()
    house.database.dispose()


@pytest.fixture
def waiting(database):
    with database.transaction(EVERYWHERE) as session:
        notices.enqueue(session, key="k", account="a", kind="text", content={"fen": 1}, at=clock.now())


def row(database):
    with database.reading(EVERYWHERE) as session:
        return session.scalars(select(Notice)).one()


def test_what_is_due_is_said_once(jobs, database, waiting):
    channel = Recorder()
    jobs.speak_through(channel)

    assert [jobs.deliver(), jobs.deliver()] == [1, 0]
    assert channel.said == [("a", "text", {"fen": 1})]
    assert row(database).state == "sent"


def test_without_a_channel_notices_wait(jobs, database, waiting):
    assert jobs.deliver() == 0
    assert row(database).state == "waiting"


def test_a_channel_that_is_away_is_asked_again(jobs, database, waiting):
    jobs.speak_through(Recorder(notices.Outcome("again", "wechat.away")))
    jobs.deliver()

    assert (row(database).state, row(database).outcome) == ("waiting", "wechat.away")
    assert row(database).due_at > clock.now()


def test_a_refusal_of_the_channel_is_final(jobs, database, waiting):
    jobs.speak_through(Recorder(notices.Outcome("never", "wechat.unfollowed")))
    jobs.deliver()

    assert (row(database).state, row(database).outcome) == ("dead", "wechat.unfollowed")


def test_what_is_not_worth_saying_any_more_is_not_said(jobs, database):
    with database.transaction(EVERYWHERE) as session:
        before = clock.now() - timedelta(days=1)
        notices.enqueue(session, key="k", account="a", kind="text", content={}, at=before)
    channel = Recorder()
    jobs.speak_through(channel)

    assert (jobs.deliver(), channel.said) == (1, [])
    assert row(database).outcome == notices.TOO_LATE


def test_a_broken_channel_does_not_stop_the_worker(jobs, database, waiting):
    jobs.speak_through(Recorder(RuntimeError("broken")))

    assert jobs.deliver() == 1
    assert row(database).outcome == "unknown"


def test_old_failures_are_swept_out(jobs, database):
    with database.transaction(EVERYWHERE) as session:
        session.add(LoginFailure(subject="x", at=clock.now() - timedelta(days=1)))

    jobs.sweep()

    with database.reading(EVERYWHERE) as session:
        assert session.scalar(select(func.count(LoginFailure.id))) == 0


def test_a_sweep_that_fails_does_not_keep_the_others(jobs):
    swept = []

    def fail(_session, _at):
        raise RuntimeError("broken")

    jobs.sweep_daily(fail)
    jobs.sweep_daily(lambda _session, at: swept.append(at))
    jobs.sweep()

    assert len(swept) == 1


def test_the_queue_is_a_file_of_its_own(jobs, settings):
    jobs.deliver_soon()

    assert (settings.var / "jobs.db").exists()
    assert len(jobs.huey) == 1


def test_the_worker_is_called_once_for_all_that_waits(jobs):
    for _ in range(3):
        jobs.deliver_soon()
    assert len(jobs.huey) == 1

    jobs.huey.execute(jobs.huey.dequeue())
    jobs.reprice_soon()
    jobs.deliver_soon()
    assert len(jobs.huey) == 2


def test_the_periodic_jobs_are_known_to_the_queue(jobs):
    names = {type(task).__name__ for task in jobs.huey._registry.periodic_tasks}

    assert names == {
        "care_for_people",
        "deliver_due_notices",
        "export_for_city",
        "fetch_recordings",
        "look_for_missing",
        "number_prep_sheets",
        "plan_due_rounds",
        "reconsider_late_truth",
        "remind_of_cutoffs",
        "reprice_waiting",
        "search_anomalies",
        "run_standing_orders",
        "sweep_out",
        "tell_missed_meals",
        "tell_of_endings",
        "tell_of_tomorrow",
    }


def test_a_move_entered_ahead_of_time_is_followed_in_the_night_after_it(jobs, database):
    now = clock.now()
    entered, moves_on = now - timedelta(days=10), clock.service_day(now) - timedelta(days=5)
    with database.transaction(EVERYWHERE) as session:
        make.the_nation(session)
        person_id = make.a_senior(session, region_code=make.FUTIAN)
        seniors.replace_from(
            session, person_id=person_id, kind="residence", value="120101000000", since=moves_on,
            evidence="户口本", source="register", actor="staff:x", at=entered,
        )  # fmt: skip
        assert seniors.person_by_id(session, person_id=person_id).region_code == make.FUTIAN
    jobs.sweep()
    with database.reading(EVERYWHERE) as session:
        assert seniors.person_by_id(session, person_id=person_id).region_code == "120101000000"


def test_the_stage_is_set_again_until_it_could_be_and_then_no_more(jobs):
    answers = [False, True]
    asked = []
    jobs.rehearse_with(lambda at: asked.append(at) or answers.pop(0))

    with pytest.raises(RetryTask):
        jobs.rehearse()
    jobs.rehearse()
    jobs.rehearse()

    assert len(asked) == 2
