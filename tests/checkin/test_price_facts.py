"""The doors pass what the rules ask about: ordered in time, diet, permit, other schemes, end of membership."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select

from canteen import checkin, menus, orders, seniors, settlement, subsidy
from canteen.checkin.tables import Redemption
from canteen.foundation.clock import local
from canteen.foundation.db import EVERYWHERE, Database
from canteen.menus.tables import Dish
from canteen.subsidy import Quote
from tests import builders as make

SHAPES = make.POLICIES.parents[2] / "tests" / "policies" / "shapes"
GUANGMING = "440311001000"
WHO = "who: {ordered_in_time: yes}"
IN_TIME = "29-ordered-in-time"


def a_town(database: Database, shape: str, *changes: tuple[str, str]) -> make.Town:
    """Open a canteen under one of the sample policies, with some words changed."""
    text = (SHAPES / f"{shape}.yaml").read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    with database.transaction(EVERYWHERE) as session:
        make.the_nation(session)
        subsidy.publish(session, text=text, actor="staff:test", at=make.BEFORE)
        canteen_id = make.a_canteen(session)
        return make.Town(canteen_id, *make.a_menu(session, canteen_id))


def a_senior(database: Database, **wishes: str) -> int:
    with database.transaction(EVERYWHERE) as session:
        return make.a_senior(session, **wishes)


def state(
    database: Database,
    person_id: int,
    kind: str,
    value: str,
    since: date = date(2026, 1, 1),
    at: datetime = make.BEFORE,
) -> None:
    with database.transaction(EVERYWHERE) as session:
        seniors.add_fact(
            session, person_id=person_id, kind=kind, value=value, valid_from=since, evidence="证明", source="test",
            actor="staff:test", at=at,
        )  # fmt: skip


def eaten(database: Database, town: make.Town, person_id: int, *, day: date = make.MONDAY) -> Redemption:
    with database.transaction(EVERYWHERE) as session:
        number = make.a_number(session, person_id, day=day)
    answer = checkin.redeem(database, make.KEYS, make.a_scan(town, number, now=local(day, 11, 30)))
    with database.reading(EVERYWHERE) as session:
        return session.scalars(select(Redemption).where(Redemption.ref == answer.redemption_ref)).one()


def ordered(database: Database, town: make.Town, person_id: int, **wishes: int) -> orders.Order:
    with database.transaction(EVERYWHERE) as session:
        return make.an_order(session, town, person_id, **wishes)


def test_who_orders_in_time_is_subsidised_and_a_walk_in_is_not(database: Database) -> None:
    town = a_town(database, IN_TIME)
    first, second = a_senior(database), a_senior(database)
    order = ordered(database, town, first)
    assert Quote.from_json(order.quote).subsidy_fen == 300
    assert eaten(database, town, first).subsidy_fen == 300
    assert eaten(database, town, second).subsidy_fen == 0


def test_a_late_order_by_staff_is_not_in_time(database: Database) -> None:
    town, person = a_town(database, IN_TIME), a_senior(database)
    with database.transaction(EVERYWHERE) as session:
        late = orders.place(
            session, person_id=person, canteen_id=town.canteen_id, service_date=make.MONDAY, meal="lunch",
            mode="dine_in", wishes=[orders.Wish(town.item_id)], channel="staff", actor="staff:1",
            at=local(make.MONDAY, 11), late_reason="家里临时有事",
        )  # fmt: skip
        assert Quote.from_json(late.quote).subsidy_fen == 0
    assert eaten(database, town, person).subsidy_fen == 0


def test_a_diet_set_meal_has_its_own_amount_ordered_or_not(database: Database) -> None:
    town, first, second = a_town(database, "31-diet"), a_senior(database), a_senior(database)
    with database.transaction(EVERYWHERE) as session:
        dish = session.scalars(select(Dish)).first()
        assert dish is not None
        dish.is_set_meal, dish.diets = True, ["糖尿病餐"]
        view = menus.day(session, canteen_id=town.canteen_id, service_date=make.MONDAY, meal="lunch")
        assert view is not None
        special = next(item.item_id for item in view.items if item.dish_id == dish.id)
        other = next(item.item_id for item in view.items if item.dish_id != dish.id)
    ordered(database, town, first, item=special)
    assert eaten(database, town, first).subsidy_fen == 500
    assert eaten(database, town, second).subsidy_fen == 500
    third = a_senior(database)
    ordered(database, town, third, item=other)
    assert eaten(database, town, third).subsidy_fen == 300


def test_a_residence_permit_counts_from_its_day(database: Database) -> None:
    town = a_town(database, IN_TIME, (WHO, "who: {permit: {city: 深圳}}"))
    person = a_senior(database)
    assert eaten(database, town, person).subsidy_fen == 0
    state(database, person, "permit", make.FUTIAN, make.MONDAY.replace(day=3))
    with database.transaction(EVERYWHERE) as session:
        make.a_menu(session, town.canteen_id, day=date(2026, 3, 3))
    assert eaten(database, town, person, day=date(2026, 3, 3)).subsidy_fen == 300


def test_who_is_paid_by_another_scheme_is_left_out(database: Database) -> None:
    town = a_town(database, IN_TIME, (WHO, "who: {none_of: [{other_scheme: yes}]}"))
    first, second = a_senior(database), a_senior(database)
    state(database, second, "scheme", "长者饭堂单位补贴")
    assert eaten(database, town, first).subsidy_fen == 300
    assert eaten(database, town, second).subsidy_fen == 0


def test_who_left_the_register_pays_the_price_and_a_late_note_is_proposed(database: Database) -> None:
    town = a_town(database, IN_TIME, (WHO, "who: anybody"))
    person, stayed = a_senior(database), a_senior(database)
    before = eaten(database, town, person)
    eaten(database, town, stayed)
    assert before.subsidy_fen == 300
    state(database, person, "exit", "迁出", make.MONDAY, local(date(2026, 3, 10), 9))
    settlement.reconsider(database, at=local(date(2026, 3, 20), 15))
    with database.reading(EVERYWHERE) as session:
        found = [one for group in settlement.groups(session, state="open") for one in group.proposals]
    assert [(one.subject, one.difference_fen) for one in found] == [(before.ref, -300)]


@pytest.mark.parametrize("kind", ["permit", "scheme"])
def test_a_meal_that_was_priced_on_new_facts_gives_no_proposal(database: Database, kind: str) -> None:
    town = a_town(database, IN_TIME, (WHO, "who: {permit: {city: 深圳}, other_scheme: no}"))
    person = a_senior(database)
    state(database, person, "permit", make.FUTIAN)
    if kind == "scheme":
        state(database, person, "scheme", "长者饭堂单位补贴")
    eaten(database, town, person)
    settlement.reconsider(database, at=local(date(2026, 3, 20), 15))
    with database.reading(EVERYWHERE) as session:
        assert settlement.groups(session, state="open") == []
