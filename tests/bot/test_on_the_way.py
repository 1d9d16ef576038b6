"""Mother and daughter hear from the plan and the courier where the meal is."""

from __future__ import annotations

from canteen import delivery, orders, rounds
from canteen.foundation.db import EVERYWHERE
from tests.bot.conftest import MORNING
from tests.builders import MONDAY, at


def solve(case, _moved):
    return delivery.solver().solve(case, budget=delivery.Budget(iterations=(20,)))


def test_where_the_meal_is_is_answered_with_the_plans_estimate_and_the_proof(mother, database, village):
    known = {"actor": "test", "at": MORNING}
    with database.transaction(EVERYWHERE) as session:
        pin = rounds.Pin(latitude=22.55, longitude=114.05)
        house = rounds.add_building(session, canteen_id=village.canteen_id, name="莲花里 1 栋", pin=pin, **known)
        terms = rounds.Terms(name="小周", kind="paid", capacity=9, starts_minute=600, ends_minute=840)
        courier = rounds.add_courier(session, canteen_id=village.canteen_id, terms=terms, **known)
        rounds.settle(
            session, person_id=village.mother_id, building=house, earliest_minute=702, latest_minute=720, **known
        )
    mother.says("今天午饭红烧肉一份，送到家")
    mother.says("好")
    due = rounds.Due(village.canteen_id, MONDAY, "lunch")
    rounds.plan(database, due, solve=solve, **known)
    assert "11点" in mother.says("送到哪了") or "11:00" in mother.says("送到哪了"), "a draft promises nothing"

    with database.transaction(EVERYWHERE) as session:
        held = rounds.round_on(session, canteen_id=due.canteen_id, service_date=MONDAY, meal="lunch")
        rounds.publish(session, held, number=1, **known)
    assert "大约11:40送到" in mother.says("送到哪了")
    with database.transaction(EVERYWHERE) as session:
        order = orders.upcoming(session, person_id=village.mother_id, on=MONDAY)[0].ref
        held = rounds.round_on(session, canteen_id=due.canteen_id, service_date=MONDAY, meal="lunch")
        gone = rounds.Happening(event_id="departed-0001", event="departed", trip=1, happened_at=at(MONDAY, 11, 25))
        rounds.note(session, held, gone, courier=courier, actor="test", at=at(MONDAY, 11, 25))
    assert mother.says("饭送到哪了") == "王秀英的午饭在路上了，大约11:40到。"
    with database.transaction(EVERYWHERE) as session:
        held = rounds.round_on(session, canteen_id=due.canteen_id, service_date=MONDAY, meal="lunch")
        event = rounds.Happening(
            event_id="left-0001", event="left_with_helper", order_ref=order, helper_kind="neighbour", helper="李婶",
            happened_at=at(MONDAY, 11, 43),
        )  # fmt: skip
        rounds.note(session, held, event, courier=courier, actor="test", at=at(MONDAY, 11, 44))
    assert mother.says("送到哪了") == "王秀英的午饭11:43送到，交给邻居了。"
