from __future__ import annotations

import pytest
from sqlalchemy import select

from canteen import access
from canteen.foundation.db import EVERYWHERE, Scope
from canteen.menus.tables import Dish
from tests.builders import a_canteen
from tests.staffing import AT, CITY, DISTRICT, OTHER_DISTRICT, STREET, a_member, regions


@pytest.fixture
def world(database):
    """Open a canteen in a street, one in the other district; somebody works for us."""
    with database.transaction(EVERYWHERE) as session:
        regions(session)
        access.install(session, actor="test", at=AT)
        near, far = a_canteen(session, region_code=STREET), a_canteen(session, region_code=OTHER_DISTRICT)
        return {"near": near, "far": far, "staff": a_member(session)}


def give(database, world, role, **place):
    with database.transaction(EVERYWHERE) as session:
        access.give(session, ref=world["staff"].ref, role=role, actor="test", at=AT, **place)


def scope(database, world, permission=None):
    with database.reading(EVERYWHERE) as session:
        return access.scope_of(session, world["staff"].id, permission=permission)


def test_without_a_grant_nothing_is_seen(database, world):
    assert scope(database, world) == Scope()


def test_a_district_reaches_the_canteens_of_its_streets(database, world):
    give(database, world, "leader", region_code=DISTRICT)

    assert scope(database, world) == Scope(frozenset({world["near"]}), ("441502",))


def test_a_city_reaches_all_its_districts(database, world):
    give(database, world, "leader", region_code=CITY)

    assert scope(database, world).canteen_ids == {world["near"], world["far"]}


def test_a_grant_at_a_canteen_reaches_this_canteen_and_no_region(database, world):
    give(database, world, "canteen_staff", canteen_id=world["far"])

    assert scope(database, world) == Scope(frozenset({world["far"]}))


def test_a_permission_reaches_no_further_than_the_grants_that_carry_it(database, world):
    give(database, world, "canteen_staff", canteen_id=world["far"])
    give(database, world, "accountant", region_code=DISTRICT)

    assert scope(database, world, "statements.freeze").canteen_ids == {world["near"]}
    assert scope(database, world, "counter.scan").canteen_ids == {world["far"]}


def test_a_withdrawn_grant_reaches_nothing(database, world):
    give(database, world, "leader", region_code=CITY)
    with database.transaction(EVERYWHERE) as session:
        access.withdraw(session, ref=world["staff"].ref, role="leader", region_code=CITY, actor="test", at=AT)

    assert scope(database, world) == Scope()


def test_the_rows_of_a_strangers_canteen_are_not_shown(database, world):
    give(database, world, "canteen_staff", canteen_id=world["near"])
    with database.transaction(EVERYWHERE) as session:
        session.add_all(
            Dish(canteen_id=world[where], name=where, price_fen=100, aliases=[], allergens=[], diets=[])
            for where in ("near", "far")
        )

    with database.reading(scope(database, world)) as session:
        assert session.scalars(select(Dish.name)).all() == ["near"]
