"""A task waits its clock, asks the next, and ends with what came of it; a sign seen twice is one task."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from canteen import checkin, orders, seniors, welfare
from canteen.checkin.tables import Redemption
from canteen.foundation.db import EVERYWHERE, Scope
from canteen.foundation.errors import NotFound, Refused
from canteen.notices.tables import Notice
from canteen.welfare.tables import WelfareTask
from tests import builders as make

AT = make.NOON


def opened(session, town, person_id, key="no_answer:D-1", **more):
    said = {"kind": "no_answer", "canteen_id": town.canteen_id, "actor": "staff:courier", "at": AT, **more}
    return welfare.open_task(session, key=key, person_id=person_id, **said)


def test_nobody_at_the_door_climbs_the_ladder_by_itself_and_asks_the_family_once(database, town):
    with database.transaction(EVERYWHERE) as session:
        person_id = make.a_senior(session)
        seniors.link(session, account="wechat:7", person_id=person_id, proof="office", actor="test", at=make.BEFORE)
        task = opened(session, town, person_id)
        assert opened(session, town, person_id).id == task.id
        assert opened(session, town, person_id, key="no_answer:D-2").id == task.id, "one open task of a kind"
        assert welfare.escalate(session, at=AT + timedelta(minutes=14)) == 0
        rungs = []
        for quarter in range(1, 7):
            welfare.escalate(session, at=AT + timedelta(minutes=15 * quarter))
            rungs.append(welfare.LADDER[task.rung])
        assert rungs == ["neighbour", "kin", "community", "police", "police", "police"]
        assert task.due_at is None
        assert list(session.scalars(select(Notice.kind))) == ["welfare_no_answer"]
        told = [step.step for step in welfare.steps(session, task=task)]
        assert told == ["opened", "again", *["escalated"] * 4]


def test_what_was_tried_in_vain_asks_the_next_at_once_and_closing_says_what_came_of_it(database, town):
    with database.transaction(EVERYWHERE) as session:
        task = opened(session, town, make.a_senior(session))
        welfare.take(session, ref=task.ref, actor="staff:huang", at=AT)
        welfare.tried(session, ref=task.ref, note="没人接", actor="staff:huang", at=AT)
        assert welfare.LADDER[task.rung] == "neighbour"
        welfare.tried(session, ref=task.ref, note="邻居说在家", is_in_vain=False, actor="staff:huang", at=AT)
        assert welfare.LADDER[task.rung] == "neighbour"
        welfare.close(session, ref=task.ref, outcome="safe", note="睡着了", actor="staff:huang", at=AT)
        assert "睡着了" in [step.note for step in welfare.steps(session, task=task)]
        with pytest.raises(Refused, match=r"welfare\.closed"):
            welfare.close(session, ref=task.ref, outcome="safe", note="", actor="x", at=AT)
        assert welfare.escalate(session, at=AT + timedelta(days=9)) == 0
        assert opened(session, town, task.person_id, key="no_answer:D-3").id != task.id


def test_a_task_is_seen_by_the_canteen_and_by_where_the_person_lives_only(database, town):
    with database.transaction(EVERYWHERE) as session:
        ref = opened(session, town, make.a_senior(session)).ref
        other = make.a_canteen(session)
    near = [Scope(canteen_ids=frozenset({town.canteen_id})), Scope(region_prefixes=("440304",))]
    far = [Scope(canteen_ids=frozenset({other})), Scope(region_prefixes=("440305",)), Scope()]
    for scope, count in [*((one, 1) for one in near), *((one, 0) for one in far)]:
        with database.reading(scope) as session:
            assert len(welfare.listed(session)) == count
            if not count:
                with pytest.raises(NotFound):
                    welfare.task(session, ref=ref)


def test_an_order_that_nobody_came_for_opens_a_task_and_a_late_scan_closes_it(database, town):
    after = make.at(make.MONDAY, 13, 31)
    with database.transaction(EVERYWHERE) as session:
        person_id = make.a_senior(session)
        order = make.an_order(session, town, person_id)
        welfare.watch_meals(session, at=make.at(make.MONDAY, 13, 20))
        assert welfare.count_open(session) == 0
        for _ in range(2):
            welfare.watch_meals(session, at=after)
        assert welfare.count_open(session) == 1
        assert order.state == "placed", "whether she came is not decided here"
    checkin.redeem(database, make.KEYS, make.a_scan(town, order.ref, means="manual"))
    with database.transaction(EVERYWHERE) as session:
        welfare.watch_meals(session, at=after + timedelta(minutes=5))
        assert session.scalars(select(WelfareTask.outcome)).one() == "came"


def test_somebody_who_always_came_is_missed_and_found_again(database, town):
    with database.transaction(EVERYWHERE) as session:
        regular, other = make.a_senior(session), make.a_senior(session, name="李建国")
        days = [make.MONDAY - timedelta(days=n) for n in range(1, 40)]
        order_id = make.an_order(session, town, other).id
        session.add_all(_eaten(town, order_id, regular, day) for day in days[3:])
        session.add_all(_eaten(town, order_id, other, day) for day in days)
    at = make.at(make.MONDAY - timedelta(days=1), 19)
    with database.transaction(EVERYWHERE) as session:
        assert [welfare.watch_habits(session, at=at) for _ in range(2)] == [1, 1]
        task = session.scalars(select(WelfareTask)).one()
        assert (task.person_id, task.kind, task.since) == (regular, "missing", make.MONDAY - timedelta(days=3))
        region = "440304000000"
        welfare.set_terms(
            session, region_code=region, alpha_millionths=1, least_days=5, meal_counts_as_seen=True, actor="x", at=at
        )
        assert welfare.watch_habits(session, at=at) == 0, "the county decides how rare is rare"


def test_one_who_managed_and_is_not_understood_any_more_is_looked_after_and_a_beginner_is_not(database, town):
    with database.transaction(EVERYWHERE) as session:
        person_id = make.a_senior(session)
        for _ in range(5):
            assert welfare.notice_confusion(session, person_id=person_id, at=AT) is None
            ref = make.an_order(session, town, person_id).ref
            orders.cancel(session, ref=ref, actor="wechat:1", channel="wechat", at=make.BEFORE)
        found = [welfare.notice_confusion(session, person_id=person_id, at=AT) for _ in range(2)]
        assert found[0] is not None
        assert found[0].kind == "confused"
        assert found[0] is found[1]


def test_a_visit_is_kept_once_and_counts_for_the_village(database, town):
    with database.transaction(EVERYWHERE) as session:
        alone = make.a_senior(
            session, categories=("living_alone", "ability_severe"), birth=make.MONDAY.replace(year=1940)
        )
        make.a_senior(session, name="李建国", categories=("extreme_hardship",))
        make.a_senior(session, name="陈阿妹")
        due = welfare.due(session, on=make.MONDAY)
        assert [(one.every, one.is_overdue) for one in due] == [(7, True), (31, True)]
        person = seniors.person_by_id(session, person_id=alone)
        said = {"means": "in_person", "proof": "told", "note": "精神好", "visitor": "staff:huang", "at": AT}
        for _ in range(2):
            welfare.visit(session, event_id="visit-0001", person=person, visited_at=AT, **said)
        assert [note for _, note in welfare.visits_of(session, person_id=alone)] == ["精神好"]
        (rate,) = welfare.rates(welfare.due(session, on=make.MONDAY))
        assert (rate.due, rate.seen) == (2, 1)


def _eaten(town, order_id, person_id, day):
    key = f"{person_id}-{day}"
    return Redemption(
        ref=f"M-{key}", scan_id=f"s-{key}", order_id=order_id, person_id=person_id, canteen_id=town.canteen_id,
        service_date=day, meal="lunch", mode="dine_in", kind="meal", means="manual", tender="cash", price_fen=1500,
        delivery_fee_fen=0, discount_fen=0, subsidy_fen=0, delivery_subsidy_fen=0, own_fen=1500, operator_fen=0,
        trace="{}", happened_at=make.at(day, 12), served_by="test",
    )  # fmt: skip
