from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from canteen import access
from canteen.access.scope import prefix
from canteen.foundation.db import EVERYWHERE, Scope
from canteen.menus.tables import Dish
from tests.staffing import AT, CITY, DISTRICT, OTHER_DISTRICT, STREET, a_canteen, a_member, regions


@pytest.fixture
def world(database):
    """Open a canteen in a street, one in the other district; somebody works for us."""
    with database.transaction(EVERYWHERE) as session:
        regions(session)
        access.install(session, actor="test", at=AT)
        near, far = a_canteen(session, "近", STREET), a_canteen(session, "远", OTHER_DISTRICT)
        return {"near": near.id, "far": far.id, "staff": a_member(session)}


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


@pytest.mark.parametrize(
    ("code", "digits"),
    [
        ("440000000000", "44"),
        ("441500000000", "4415"),
        ("371000000000", "3710"),
        ("441502000000", "441502"),
        ("110110000000", "110110"),
        ("441502001000", "441502001"),
        ("441502010000", "441502010"),
        ("441502001201", "441502001201"),
    ],
)
def test_the_digits_of_each_level_are_found(code, digits):
    assert prefix(code) == digits


@given(st.sampled_from((2, 4, 6, 9)), st.from_regex(r"[1-9][0-9]{10}[1-9]", fullmatch=True))
def test_a_region_never_reaches_beyond_itself(level, code):
    region = code[:level].ljust(12, "0")

    assert region.startswith(prefix(region))
    assert len(prefix(region)) <= level or region[level - 1] == "0"
