"""Snacks are served and counted at the counter as the rules count them on paper."""

from __future__ import annotations

from dataclasses import replace

import pytest

from canteen import checkin, menus, orders, places, subsidy
from canteen.foundation.db import EVERYWHERE, Database
from canteen.subsidy.examples import failures
from canteen.subsidy.language.policies import read_policy
from canteen.subsidy.shelf import shipped_calendar, shipped_register
from tests import builders as make
from tests.subsidy.builders import layer, text_of

HOURS = {"lunch": 11, "snack": 15, "dinner": 17}
BY_MEAL = '{by_meal: {lunch: {fixed: "4.00"}, dinner: {fixed: "4.00"}, snack: {fixed: "1.00"}}}'
BOTH = "[{per: day, one_of: [{meal: 2, snack: 1}, {meal: 1, snack: 2}]}]"
ONE_OF_EACH = "[{per: day, one_of: [{meal: 1, snack: 1}]}]"


def a_policy(limits: str, dinner: str) -> str:
    """Write a policy whose own example is the day that is lived below."""
    example = f"""
examples:
  - id: 一天
    person: {{birth: 1954-05-01, hukou: {{city: 深圳}}}}
    rows:
      - [2026-03-02, lunch, 15.00, 4.00, 11.00]
      - [2026-03-02, snack, 6.00, 1.00, 5.00]
      - [2026-03-02, dinner, 15.00, {dinner}.00, {15 - int(dinner)}.00]
"""
    return text_of(layer(BY_MEAL, limits=limits)) + example


@pytest.mark.both
@pytest.mark.parametrize(("limits", "dinner"), [(BOTH, "4"), (ONE_OF_EACH, "0")], ids=["two and one", "one of each"])
def test_a_day_of_lunch_snack_and_dinner_costs_at_the_counter_what_the_policy_says(
    database: Database, limits: str, dinner: str
) -> None:
    text = a_policy(limits, dinner)
    read = read_policy(text, "sample.yaml", shipped_register())
    assert failures(read, register=shipped_register(), calendar=shipped_calendar()) == ()
    with database.transaction(EVERYWHERE) as session:
        make.the_nation(session)
        subsidy.publish(session, text=text, actor="staff:test", at=make.BEFORE)
        town = _serving_all_day(session)
        person_id = make.a_senior(session)
        card = checkin.issue_card(session, make.KEYS, person_id=person_id, actor="staff:test", at=make.BEFORE).digits
        snack = menus.day(session, canteen_id=town.canteen_id, service_date=make.MONDAY, meal="snack")
        assert snack is not None
        orders.place(
            session, person_id=person_id, canteen_id=town.canteen_id, service_date=make.MONDAY, meal="snack",
            mode="dine_in", wishes=[orders.Wish(snack.items[0].item_id)], channel="wechat", actor="wechat:1",
            at=make.BEFORE,
        )  # fmt: skip
    served = [
        checkin.redeem(database, make.KEYS, make.a_scan(town, card, now=make.at(make.MONDAY, hour, 30)))
        for hour in HOURS.values()
    ]
    assert [answer.reason for answer in served] == ["walk_in", "served", "walk_in"]
    assert [answer.collect_fen for answer in served] == [1100, 500, (15 - int(dinner)) * 100]
    again = checkin.redeem(database, make.KEYS, make.a_scan(town, card, now=make.at(make.MONDAY, 15, 40)))
    assert (again.reason, again.actions) == ("already_served", ("again",))


def _serving_all_day(session) -> make.Town:
    canteen_id = make.a_canteen(session)
    for meal, hour in HOURS.items():
        terms = replace(make.LUNCH, opens_minute=hour * 60, closes_minute=hour * 60 + 90)
        if meal != "lunch":
            places.set_service(
                session, canteen_id=canteen_id, meal=meal, terms=terms, actor="staff:test", at=make.BEFORE
            )
        dish = menus.add_dish(session, canteen_id=canteen_id, name=meal, price_fen=600 if meal == "snack" else 1500)
        menus.offer(
            session, canteen_id=canteen_id, service_date=make.MONDAY, meal=meal, capacity=50,
            items=[(dish.id, dish.price_fen, 50)],
        )  # fmt: skip
    return make.Town(canteen_id, 0, 0)
