"""A meal is planned once, goes out once, and afterwards only what must change does."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from canteen import access, delivery, orders, rounds
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Conflict, Invalid, Refused
from canteen.rounds.tables import LeftOut, PlannedStop, Publication, RoundPlan
from tests import builders as make
from tests.rounds.street import CLOSED, a_courier, a_street, another_order, quickly

LATER = CLOSED + timedelta(minutes=5)
ACTOR = {"actor": "staff:test", "at": LATER}


@pytest.fixture
def street(database, town):
    with database.transaction(EVERYWHERE) as session:
        return a_street(session, town)


def planned(database, street):
    return rounds.plan(database, street.due, actor="staff:test", at=CLOSED, solve=quickly)


def held(session, street):
    found = rounds.round_on(session, canteen_id=street.due.canteen_id, service_date=make.MONDAY, meal="lunch")
    return rounds.locked_round(session, round_id=found.id)


def gone_out(database, street):
    planned(database, street)
    with database.transaction(EVERYWHERE) as session:
        rounds.publish(session, held(session, street), number=1, **ACTOR)


def places(session, street, number):
    found = rounds.stops(session, round_id=held(session, street).id, number=number)
    return {stop.order_ref: (stop.courier_ref, stop.trip, stop.due_at) for stop in found}


def in_order(stops, *, but=()):
    """Return who brings what in which order."""
    return sorted((courier, at, ref) for ref, (courier, _, at) in stops.items() if ref not in but)


def test_a_meal_is_planned_after_its_cut_off_with_every_order_on_one_stop(database, street):
    with database.reading(EVERYWHERE) as session:
        assert rounds.due_now(session, at=CLOSED - timedelta(minutes=2)) == []
        assert rounds.due_now(session, at=CLOSED) == [street.due]

    assert planned(database, street) == (1, True)
    with database.transaction(EVERYWHERE) as session:
        assert set(places(session, street, 1)) == set(street.orders)
        assert rounds.due_now(session, at=CLOSED) == []
        kept = session.scalars(select(RoundPlan)).one()
        made = json.loads(kept.solution)["made"]
    assert made["seed"] == 1
    assert made["engine"].startswith("pyvrp")
    assert "秀" not in kept.problem + kept.solution, "a plan names nobody"


def test_the_same_problem_is_not_planned_twice(database, street):
    planned(database, street)

    assert planned(database, street) == (1, False)


def test_two_planners_at_once_keep_one_plan(database, street):
    gate, answers = threading.Barrier(2), []

    def both(case, moved):
        gate.wait(timeout=60)
        return quickly(case, moved)

    def run():
        answers.append(rounds.plan(database, street.due, actor="job", at=CLOSED, solve=both))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [(1, False), (1, True)]
    with database.reading(EVERYWHERE) as session:
        assert session.scalar(select(func.count(RoundPlan.id))) == 1
        assert session.scalar(select(func.count(PlannedStop.id))) == len(street.orders)


def test_a_planner_that_dies_half_way_leaves_nothing_and_the_next_one_plans(database, street):
    def dies(_case, _moved):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rounds.plan(database, street.due, actor="job", at=CLOSED, solve=dies)
    with database.reading(EVERYWHERE) as session:
        assert session.scalar(select(func.count(RoundPlan.id))) == 0
        assert rounds.due_now(session, at=CLOSED) == [street.due]

    assert planned(database, street) == (1, True)


def test_a_plan_goes_out_once_and_is_never_planned_anew(database, street):
    gone_out(database, street)
    with database.transaction(EVERYWHERE) as session, pytest.raises(Refused, match="published_already"):
        rounds.publish(session, held(session, street), number=1, **ACTOR)

    with pytest.raises(Refused, match="never_planned_anew"):
        planned(database, street)


def test_what_the_verifier_rejects_does_not_go_out(database, street):
    def wrong(case, moved):
        plan = quickly(case, moved)
        return delivery.Plan(plan.case, ())

    with pytest.raises(Refused, match="plan_breaks_rules"):
        rounds.plan(database, street.due, actor="job", at=CLOSED, solve=wrong)


def test_late_order_and_cancellation_change_nothing_for_the_others(database, street):
    gone_out(database, street)
    with database.transaction(EVERYWHERE) as session:
        before = places(session, street, 1)
        late = another_order(session, street, street.buildings[1]).ref
        orders.cancel(session, ref=street.orders[0], actor="test", channel="staff", at=LATER, late_reason="住院")
        made = rounds.keep_up(session, held(session, street), **ACTOR)
        assert [plan.cause for plan in made] == ["cancelled", "late_order"]
        after = places(session, street, 3)
        assert set(after) == {*street.orders[1:], late}
        told = rounds.difference(session, held(session, street), number=3)
        assert (told[0].kind, told[0].order) == ("added", late)
        assert rounds.keep_up(session, held(session, street), **ACTOR) == []
        assert session.scalars(select(Publication.version).order_by(Publication.id)).all() == [1, 2, 3]
    order = [(courier, ref) for courier, _, ref in in_order(before, but=(street.orders[0],))]
    assert [(courier, ref) for courier, _, ref in in_order(after, but=(late,))] == order


def test_an_absent_couriers_doors_go_to_the_others_and_a_move_shows_what_it_does(database, street):
    gone_out(database, street)
    with database.transaction(EVERYWHERE) as session:
        before = places(session, street, 1)
        ref = street.orders[0]
        first = before[ref][0]
        other = next(one for one in street.couriers if one.ref != first)
        tried = rounds.try_move(session, held(session, street), order=ref, courier=other.ref, at=LATER)
        assert tried.fits
        assert [one.kind for one in tried.differences if one.order == ref] == ["handed"]
        assert held(session, street).latest_version == 1, "a look changes nothing"
        rounds.move(session, held(session, street), order=ref, courier=other.ref, **ACTOR)
        assert places(session, street, 2)[ref][0] == other.ref
        rounds.be_absent(session, courier=other, on=make.MONDAY, reason="发烧", **ACTOR)
        rounds.hand_over(session, held(session, street), courier=other, **ACTOR)
        assert {courier for courier, _, _ in places(session, street, 3).values()} == {first}


def test_a_closed_building_is_left_out_with_that_reason_until_it_opens(database, street):
    gone_out(database, street)
    house = street.buildings[0]
    with database.transaction(EVERYWHERE) as session:
        house = rounds.building(session, ref=house.ref, canteen_id=street.due.canteen_id)
        rounds.close_building(session, building=house, first=make.MONDAY, until=None, reason="封楼", **ACTOR)
        rounds.keep_up(session, held(session, street), **ACTOR)
        now = held(session, street).latest_version
        left = rounds.left_out(session, round_id=held(session, street).id, number=now)
        assert {(one.order_ref, one.reason) for one in left} == {
            (street.orders[0], "building_closed"),
            (street.orders[3], "building_closed"),
        }
        rounds.reopen_building(session, building=house, **ACTOR)
        rounds.keep_up(session, held(session, street), **ACTOR)
        now = held(session, street).latest_version
        assert set(places(session, street, now)) == set(street.orders)


def test_what_nobody_opened_for_is_undeliverable_an_hour_after_the_meal_and_late_orders_are_followed(database, street):
    gone_out(database, street)
    noon = make.at(make.MONDAY, 12)
    with database.transaction(EVERYWHERE) as session:
        told = rounds.Happening(
            event_id="no-answer-1", event="no_answer", order_ref=street.orders[0], happened_at=noon
        )  # fmt: skip
        rounds.note(session, held(session, street), told, courier=None, actor="test", at=noon)
        late = another_order(session, street, street.buildings[0]).ref
    failed = []

    def follow(at):
        return rounds.follow(database, at=at, tell=lambda due, error: failed.append((due, error.code)))

    def state():
        with database.reading(EVERYWHERE) as session:
            return orders.find(session, ref=street.orders[0]).state

    assert [follow(LATER), follow(LATER)] == [1, 0]
    follow(make.at(make.MONDAY, 13, 29))
    assert state() == "placed"
    follow(make.at(make.MONDAY, 13, 30))
    assert state() == "undeliverable"
    assert failed == []
    with database.transaction(EVERYWHERE) as session:
        assert late in places(session, street, 2)


def test_a_volunteer_earns_the_time_of_meals_that_were_handed_over_once_and_gives_no_more_than_that(database, street):
    gone_out(database, street)
    over = make.at(make.MONDAY, 13, 31)
    with database.transaction(EVERYWHERE) as session:
        stop = rounds.stops(session, round_id=held(session, street).id, number=1)[0]
        courier = rounds.courier(session, ref=stop.courier_ref, canteen_id=street.due.canteen_id)
        courier.kind, other = "volunteer", a_courier(session, street.town, "老郑", kind="neighbour")
        told = rounds.Happening(
            event_id="handed-0001", event="handed", proof="name", order_ref=stop.order_ref,
            happened_at=stop.departs_at + timedelta(minutes=25),
        )  # fmt: skip
        rounds.note(session, held(session, street), told, courier=courier, actor="test", at=told.happened_at)

    def credited(at):
        return rounds.credit(database, on=make.MONDAY, at=at, tell=lambda due, error: pytest.fail(str(error)))

    assert [credited(when) for when in (told.happened_at, over, over)] == [0, 1, 0]
    with database.transaction(EVERYWHERE) as session:
        courier = rounds.courier(session, ref=stop.courier_ref, canteen_id=street.due.canteen_id)
        other = rounds.courier(session, ref=other.ref, canteen_id=street.due.canteen_id)
        assert rounds.balance(session, courier_id=courier.id) == 25
        gift = {"courier": courier, "to": other, "reason": "送给老郑", **ACTOR}
        for _ in range(2):
            rounds.spend(session, minutes=20, key="gift-0001", **gift)
        with pytest.raises(Refused, match="time_missing"):
            rounds.spend(session, minutes=6, key="gift-0002", **gift)
        assert [rounds.balance(session, courier_id=one.id) for one in (courier, other)] == [5, 20]


def test_somebody_without_a_building_is_planned_and_a_version_that_was_passed_is_refused(database, street):
    planned(database, street)
    with database.transaction(EVERYWHERE) as session:
        late = another_order(session, street, None).ref
        rounds.keep_up(session, held(session, street), **ACTOR)
        stop = next(
            one for one in rounds.stops(session, round_id=held(session, street).id, number=2) if one.order_ref == late
        )
        assert stop.building is None
        assert held(session, street).published_version is None, "what was a draft stays one"
        with pytest.raises(Conflict, match="newer_plan"):
            rounds.publish(session, held(session, street), number=1, **ACTOR)


def test_whoever_may_not_come_is_not_planned_and_a_reason_is_kept_for_who_is_left(database, street):
    with database.transaction(EVERYWHERE) as session:
        for courier in rounds.couriers(session, canteen_id=street.due.canteen_id, on=make.MONDAY):
            courier.health_until = make.MONDAY
        ill = a_courier(session, street.town, "老郑", insured_until=make.MONDAY - timedelta(days=1))
        assert rounds.obstacle(ill, on=make.MONDAY, absent={}) == "insurance_expired"

    planned(database, street)
    with database.reading(EVERYWHERE) as session:
        assert set(session.scalars(select(LeftOut.reason))) == {"no_courier"}
        assert session.scalar(select(func.count(LeftOut.id))) == len(street.orders)


def test_a_pin_far_from_its_street_is_named_and_terms_within_bounds_are_kept(database, street):
    with database.transaction(EVERYWHERE) as session:
        canteen_id = street.due.canteen_id
        wrong = rounds.add_building(
            session,
            canteen_id=canteen_id,
            name="莲花里 9 栋",
            pin=rounds.Pin(latitude=22.60, longitude=114.04),
            **ACTOR,
        )
        listed = [one for one, _ in rounds.buildings(session, canteen_id=canteen_id)]
        assert rounds.far_off(listed) == {wrong.ref}
        rounds.set_terms(session, canteen_id=canteen_id, asked=rounds.Asked(30, 20, 60, 10, 0), **ACTOR)
        assert rounds.terms_of(session, canteen_id).hot_limit_minutes == 30
        with pytest.raises(Invalid, match="terms_outside"):
            rounds.set_terms(session, canteen_id=canteen_id, asked=rounds.Asked(1, 20, 60, 10, 0), **ACTOR)


def test_a_proved_visit_of_a_volunteer_counts_half_an_hour_once(database, street):
    with database.transaction(EVERYWHERE) as session:
        staff = access.add(session, username="zheng", name="老郑", password="correct-horse", actor="t", at=make.BEFORE)
        mate = a_courier(session, street.town, "老郑", kind="volunteer", staff_id=staff.id, team="红马甲")
        told = {"staff_id": staff.id, "event_id": "visit-0001", **ACTOR}
        assert [rounds.credit_visit(session, **told) for _ in range(2)] == [True, False]
        first, until = make.MONDAY.replace(day=1), make.MONDAY.replace(month=4, day=1)
        [row] = rounds.earned_between(session, canteen_id=street.due.canteen_id, first=first, until=until)
        assert (row.courier.id, row.minutes, row.trips, row.visits, row.balance) == (mate.id, 30, 0, 1, 30)
