"""A daughter far away feeds her mother by the mini-program."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from canteen import checkin
from canteen.foundation.db import EVERYWHERE, Database
from canteen.orders.tables import Order, OrderEvent
from tests import builders as make
from tests.api.conftest import Family, Phone


def test_a_daughter_sees_whom_she_may_act_for(daughter: Phone, family: Family) -> None:
    assert daughter.get("/people").json == {
        "people": [
            {
                "ref": family.mother,
                "name": "张*英",
                "relation": "妈妈",
                "is_self": False,
                "home_canteen": family.canteen,
            }
        ]
    }


def test_a_day_from_menu_to_cancelled_order(daughter: Phone, family: Family) -> None:
    (menu,) = daughter.get(f"/canteens/{family.canteen}/menus", date="2026-03-02").json["menus"]
    item = menu["items"][0]
    quote = daughter.post("/quotes", family.meal(items=[{"item": item["ref"], "quantity": 1}]))
    placed = daughter.order(family.meal(items=[{"item": item["ref"], "quantity": 1}]))
    listed = daughter.get("/orders").json["orders"]
    code = daughter.post(f"/people/{family.mother}/meal-code", {"date": "2026-03-02", "meal": "lunch"})
    cancelled = daughter.cancel(placed.json["ref"])

    assert menu["cutoff_at"] == "2026-03-02T09:30:00+08:00"
    assert quote.json["parts"]["own"] == {"fen": 1300, "text": "13.00 元"}
    assert placed.status_code == 201
    assert listed == [placed.json]
    assert code.status_code == 200
    assert (cancelled.json["state"], cancelled.json["state_text"]) == ("cancelled", "已取消")
    assert daughter.get("/orders").json == {"orders": []}
    assert daughter.get(f"/orders/{placed.json['ref']}").json == cancelled.json


def test_an_order_says_all_that_the_family_wants_to_know(daughter: Phone, family: Family) -> None:
    order = daughter.order(family.meal(mode="delivery")).json

    assert order["canteen"]["ref"] == family.canteen
    assert (order["person"], order["name"]) == (family.mother, "张*英")
    assert {name: part["fen"] for name, part in order["parts"].items()} == {
        "price": 1800, "delivery_fee": 200, "subsidy": 500, "discount": 0, "delivery_subsidy": 0, "own": 1500,
    }  # fmt: skip
    assert order["sentence"] == "这餐 18 元，政府补贴 5 元，送餐费 2 元，您付 15 元。"
    assert (order["cutoff_at"], order["can_cancel"]) == ("2026-03-02T09:30:00+08:00", True)


def test_a_repeated_order_is_the_same_order(daughter: Phone, family: Family, database: Database) -> None:
    first = daughter.order(family.meal())
    again = daughter.order(family.meal())

    assert (again.status_code, again.json) == (201, first.json)
    with database.reading(EVERYWHERE) as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 1


def test_a_double_tap_makes_one_order(daughter: Phone, family: Family, app: Flask) -> None:
    def tap(_: int) -> str:
        return str(Phone(app.test_client(), daughter.token).order(family.meal()).json["ref"])

    with ThreadPoolExecutor(4) as threads:
        refs = set(threads.map(tap, range(4)))

    assert len(refs) == 1


def test_a_key_is_not_good_for_another_order(daughter: Phone, family: Family) -> None:
    daughter.order(family.meal())
    other = daughter.order(family.meal(items=[{"item": family.other_item}]))

    assert (other.status_code, other.json["code"]) == (409, "api.key_reused")


def test_the_same_key_of_two_accounts_makes_two_orders(
    daughter: Phone, outsider: Phone, family: Family, app: Flask, database: Database
) -> None:
    account = app.extensions["canteen.accounts"].account_of(outsider.token)
    with database.transaction(EVERYWHERE) as session:
        make.seniors.link(
            session, person_id=family.stranger_id, account=account, proof="staff", actor="staff:1", at=make.BEFORE
        )
    hers = daughter.order(family.meal())
    his = outsider.order(family.meal(person=family.stranger))

    assert (his.status_code, his.json["person"]) == (201, family.stranger)
    assert his.json["ref"] != hers.json["ref"]


def test_an_order_remembers_its_door_and_account(daughter: Phone, family: Family, database: Database) -> None:
    daughter.cancel(daughter.order(family.meal()).json["ref"])

    with database.reading(EVERYWHERE) as session:
        events = session.execute(select(OrderEvent.state, OrderEvent.channel, OrderEvent.actor).order_by(OrderEvent.id))
        assert [tuple(event)[:2] for event in events] == [("placed", "api"), ("cancelled", "api")]


def test_the_code_opens_the_counter(daughter: Phone, family: Family, database: Database) -> None:
    daughter.order(family.meal())
    code = daughter.post(f"/people/{family.mother}/meal-code", {"date": "2026-03-02", "meal": "lunch"}).json
    answer = checkin.redeem(database, make.KEYS, make.a_scan(family.town, code["digits"]))

    assert (answer.verdict, answer.reason) == ("ok", "served")
    assert code["expires_at"] == "2026-03-02T13:00:00+08:00"
    assert base64.b64decode(code["png"].removeprefix("data:image/png;base64,")).startswith(b"\x89PNG")


def test_the_code_that_is_asked_for_again_has_the_same_number(daughter: Phone, family: Family) -> None:
    asked = {"date": "2026-03-02", "meal": "lunch"}
    numbers = {daughter.post(f"/people/{family.mother}/meal-code", asked).json["number"] for _ in range(2)}

    assert len(numbers) == 1


def test_a_code_for_a_meal_that_is_over_is_refused(daughter: Phone, family: Family, show_time) -> None:
    show_time(make.at(make.MONDAY, 13, 1))
    answer = daughter.post(f"/people/{family.mother}/meal-code", {"date": "2026-03-02", "meal": "lunch"})

    assert (answer.status_code, answer.json["code"]) == (409, "api.meal_over")


def test_after_the_cutoff_nothing_is_ordered_or_cancelled(daughter: Phone, family: Family, show_time) -> None:
    placed = daughter.order(family.meal()).json["ref"]
    show_time(make.at(make.MONDAY, 9, 30))
    late = daughter.cancel(placed)

    assert (late.status_code, late.json["code"]) == (409, "orders.cutoff_passed")
    assert late.json["params"]["cutoff_at"].startswith("2026-03-02T09:30:00")
    assert daughter.get(f"/orders/{placed}").json["can_cancel"] is False
    assert daughter.get(f"/canteens/{family.canteen}/menus").json["menus"][0]["takes_orders"] is False


def test_past_orders_are_listed_from_the_day_asked_for(daughter: Phone, family: Family, show_time) -> None:
    placed = daughter.order(family.meal()).json["ref"]
    show_time(make.BEFORE + timedelta(days=7))

    assert daughter.get("/orders").json["orders"] == []
    (order,) = daughter.get("/orders", **{"from": "2026-03-01", "person": family.mother}).json["orders"]
    assert order["ref"] == placed


def test_the_nearest_canteen_comes_first(daughter: Phone, family: Family, database: Database) -> None:
    with database.transaction(EVERYWHERE) as session:
        far = make.places.canteen_by_id(session, canteen_id=family.town.canteen_id)
        far.latitude_e6, far.longitude_e6 = 22_600_000, 114_060_000
        near = make.places.canteen_by_id(session, canteen_id=make.a_canteen(session))
        near.latitude_e6, near.longitude_e6 = 22_541_000, 114_060_000
        make.a_canteen(session)
    found = daughter.get("/canteens", near="22.54,114.06").json["canteens"]

    assert [one["distance_m"] for one in found] == [111, 6672, None]
    assert found[1]["ref"] == family.canteen


def test_a_canteen_says_its_hours_and_cutoff(daughter: Phone, family: Family) -> None:
    (canteen,) = daughter.get("/canteens").json["canteens"]

    assert canteen["hours"] == [
        {
            "meal": "lunch",
            "opens": "11:00",
            "closes": "12:30",
            "cutoff": {"days_before": 0, "time": "09:30"},
            "weekdays": [1, 2, 3, 4, 5, 6, 7],
            "modes": ["dine_in", "pickup", "delivery"],
            "delivery_fee": {"fen": 200, "text": "2.00 元"},
        }
    ]
