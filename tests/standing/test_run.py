"""What stands every week is ordered by itself, once, as somebody left it, and nothing is missing in silence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from canteen import menus, notices, orders, seniors, standing
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Invalid
from canteen.standing.rules import Pattern, Span, falls_on
from canteen.standing.tables import StandingOccurrence
from tests import builders
from tests.builders import BEFORE, MONDAY, at

TUESDAY = MONDAY + timedelta(days=1)
EVENING = at(MONDAY - timedelta(days=1), 20)


def stand(database, town, name="张秀英", dishes=(("红烧肉", 1),), **more):
    with database.transaction(EVERYWHERE) as session:
        person_id = builders.a_senior(session, name=name, allergies=more.pop("allergies", ()))
        seniors.link(session, person_id=person_id, account=f"wechat:{person_id}", proof="t", actor="staff:t", at=BEFORE)
        made = standing.begin(
            session, person_id=person_id, canteen_id=town.canteen_id, meal="lunch",
            weekdays=more.pop("weekdays", (1, 3, 5)), dishes=dishes, mode="dine_in",
            valid_from=more.pop("valid_from", MONDAY), actor="wechat:1", channel="wechat", at=EVENING, **more,
        )  # fmt: skip
        return person_id, made.ref


def ordered(database, person_id):
    with database.reading(EVERYWHERE) as session:
        listed = orders.upcoming(session, person_id=person_id, on=MONDAY)
        return [(one.service_date, one.dishes, one.channel) for one in listed]


def told(database, person_id):
    with database.reading(EVERYWHERE) as session:
        due = notices.due(session, at=at(TUESDAY, 20), limit=99)
        return [one.kind for one in due if one.account == f"wechat:{person_id}"]


def test_a_run_orders_what_falls_on_the_day_and_tells_it_once(database, town):
    person_id, _ = stand(database, town)

    first = standing.run(database, service_date=MONDAY, at=EVENING)
    again = standing.run(database, service_date=MONDAY, at=at(MONDAY, 5, 15))

    assert (first.expected, first.placed, first.missing) == (1, 1, 0)
    assert (again.expected, again.placed, again.missing) == (1, 1, 0)
    assert ordered(database, person_id) == [(MONDAY, "红烧肉", "standing")]
    assert told(database, person_id) == ["standing_placed"]


def test_what_somebody_cancelled_or_changed_is_never_ordered_again(database, town):
    cancelled, _ = stand(database, town)
    changed, _ = stand(database, town, name="李建国")
    standing.run(database, service_date=MONDAY, at=EVENING)
    with database.transaction(EVERYWHERE) as session:
        for person_id in (cancelled, changed):
            ref = orders.upcoming(session, person_id=person_id, on=MONDAY)[0].ref
            if person_id == cancelled:
                orders.cancel(session, ref=ref, actor="wechat:1", channel="wechat", at=EVENING)
            else:
                wishes = [orders.Wish(town.other_item_id)]
                orders.replace(
                    session, ref=ref, meal="lunch", mode="dine_in", wishes=wishes, channel="wechat", actor="wechat:1",
                    at=EVENING,
                )  # fmt: skip

    for _ in range(2):
        report = standing.run(database, service_date=MONDAY, at=at(MONDAY, 5))

    assert (report.expected, report.kept, report.missing) == (2, 2, 0)
    assert ordered(database, cancelled) == []
    assert [dishes for _, dishes, _ in ordered(database, changed)] == ["清蒸鲈鱼"]


def test_a_dish_that_is_gone_gives_the_one_to_fall_back_on_else_a_word(database, town):
    falls_back, _ = stand(database, town, dishes=(("佛跳墙", 1),), fallback="红烧肉")
    left, _ = stand(database, town, name="李建国", dishes=(("佛跳墙", 1),))
    harmed, _ = stand(database, town, name="陈玉兰", allergies=("大豆",))
    with database.transaction(EVERYWHERE) as session:
        dish = session.get(menus.tables.Dish, 1)
        dish.allergens = ["大豆"]

    report = standing.run(database, service_date=MONDAY, at=EVENING)

    assert (report.expected, report.placed, report.refused, report.missing) == (3, 1, 2, 0)
    assert told(database, falls_back) == ["standing_fallback"]
    assert told(database, left) == told(database, harmed) == ["standing_refused"]
    with database.reading(EVERYWHERE) as session:
        outcomes = {one.person_id: one.outcome for one in standing.occurrences(session, first=MONDAY, last=MONDAY)}
    assert outcomes == {falls_back: "fallback", left: "orders.no_such_dish", harmed: "orders.allergy"}


def test_pauses_exceptions_and_the_dead_give_no_meal(database, town):
    paused, _ = stand(database, town)
    excepted, ref = stand(database, town, name="李建国")
    gone, _ = stand(database, town, name="陈玉兰")
    with database.transaction(EVERYWHERE) as session:
        standing.pause(
            session, person_id=paused, first_on=MONDAY, last_on=MONDAY, actor="wechat:1", at=EVENING, reason="住院"
        )
        standing.skip(session, ref=ref, day=MONDAY, actor="wechat:1", at=EVENING)
        seniors.add_fact(
            session, person_id=gone, kind="death", value="died", valid_from=MONDAY - timedelta(days=1),
            evidence="死亡证明", source="test", actor="staff:t", at=BEFORE,
        )  # fmt: skip

    report = standing.run(database, service_date=MONDAY, at=EVENING)

    assert (report.expected, report.kept, report.refused, report.missing) == (2, 1, 1, 0)
    assert [ordered(database, one) for one in (paused, excepted, gone)] == [[], [], []]
    assert told(database, gone) == []


def test_a_result_that_is_missing_is_counted(database, town, monkeypatch):
    stand(database, town)
    with_fault, _ = stand(database, town, name="李建国")
    place = orders.place

    def breaks(session, **given):
        if given["person_id"] == with_fault:
            raise RuntimeError("the disk is full")
        return place(session, **given)

    monkeypatch.setattr(orders, "place", breaks)

    report = standing.run(database, service_date=MONDAY, at=EVENING)

    assert (report.expected, report.placed, report.missing) == (2, 1, 1)
    with database.reading(EVERYWHERE) as session:
        assert standing.runs(session)[0].missing == 1


def test_a_new_agreement_for_the_same_days_ends_the_old_one(database, town):
    person_id, first = stand(database, town)
    with database.transaction(EVERYWHERE) as session:
        second = standing.begin(
            session, person_id=person_id, canteen_id=town.canteen_id, meal="lunch", weekdays=(1,), mode="dine_in",
            dishes=(("清蒸鲈鱼", 1),), valid_from=MONDAY, actor="wechat:1", channel="wechat", at=EVENING,
        ).ref  # fmt: skip

    with database.reading(EVERYWHERE) as session:
        assert [one.ref for one in standing.of_people(session, person_ids=[person_id], on=MONDAY)] == [second]
        assert standing.find(session, ref=first).ended_by == "wechat:1"


def test_the_database_keeps_a_day_that_somebody_has_left_out(database, town):
    _, ref = stand(database, town)
    with database.transaction(EVERYWHERE) as session:
        standing.skip(session, ref=ref, day=MONDAY, actor="wechat:1", at=EVENING)

    with pytest.raises(IntegrityError), database.transaction(EVERYWHERE) as session:
        session.execute(text("UPDATE standing_occurrences SET state = 'generated'"))
    with pytest.raises(IntegrityError), database.transaction(EVERYWHERE) as session:
        session.execute(text("UPDATE standing_orders SET weekdays = '1234567'"))
    with database.reading(EVERYWHERE) as session:
        assert session.get(StandingOccurrence, 1).state == "skipped"


def test_what_makes_no_sense_is_refused(database, town):
    for wrong in ({"weekdays": ()}, {"weekdays": (8,)}, {"dishes": ()}, {"valid_until": MONDAY}):
        with pytest.raises(Invalid):
            stand(database, town, **wrong)


@pytest.mark.parametrize(
    ("day", "is_holiday", "falls"),
    [
        (date(2026, 3, 2), False, True),
        (date(2026, 3, 3), False, False),
        (date(2026, 3, 4), True, False),
        (date(2026, 2, 27), False, False),
        (date(2026, 3, 13), False, False),
        (date(2026, 3, 6), False, False),
    ],
)
def test_a_pattern_falls_on_its_weekdays_within_its_time(day, is_holiday, falls):
    pattern = Pattern(frozenset({1, 3, 5}), MONDAY, date(2026, 3, 13), skips_holidays=True)

    assert falls_on(pattern, day, is_holiday=is_holiday, pauses=[Span(date(2026, 3, 6), date(2026, 3, 7))]) is falls
