"""Nobody who is entitled is missed: who never or rarely came is listed by village, with the way to the canteen."""

from __future__ import annotations

from datetime import date

import pytest

from canteen import places, settlement
from canteen.foundation.db import EVERYWHERE, Database, Scope
from canteen.foundation.errors import CanteenError
from canteen.places import Point
from tests import builders as make
from tests.settlement import late, months
from tests.settlement.months import World

ON = date(2026, 3, 20)
VILLAGES = ("440304001001", "440304001002")


@pytest.fixture
def world(database: Database) -> World:
    return late.a_week(database, days=1)


def listed(database: Database, scope: Scope = EVERYWHERE, **more: int) -> list[settlement.Gap]:
    with database.reading(scope) as session:
        return settlement.gaps(session, region_code="440304", on=ON, **more)


def villager(database: Database, village: str = VILLAGES[0], **more: object) -> int:
    with database.transaction(EVERYWHERE) as session:
        for code, name in (("440304001000", "园岭街道"), (VILLAGES[0], "幸福村"), (VILLAGES[1], "平安村")):
            if session.get(places.Region, code) is None:
                places.add_region(session, code=code, name=name, is_local=True, actor="staff:test", at=make.BEFORE)
        return make.a_senior(session, region_code=village, **more)


def located(database: Database, rows: str) -> int:
    with database.transaction(EVERYWHERE) as session:
        return places.locate(session, content=f"code,latitude,longitude\n{rows}", source="test", at=make.BEFORE)


def test_only_people_whom_the_policy_would_feed_are_listed(database, world):
    villager(database)
    villager(database, birth=date(1970, 1, 1))
    found = listed(database)
    assert [(one.region_code, one.category, one.is_never) for one in found] == [(VILLAGES[0], "70 至 99 岁", True)]


def test_who_came_rarely_is_listed_with_the_last_day(database, world):
    assert listed(database) == []
    found = listed(database, at_most=1)
    assert {(one.meals, one.last_day) for one in found} == {(1, world.days[0])}
    assert len(found) == 3


def test_who_came_long_ago_has_come_rarely(database, world):
    assert [one.meals for one in listed(database, days=10)] == [0, 0, 0]


def test_a_meal_that_was_undone_is_none(database, world):
    months.take_back(database, world.refs[0])
    assert [one.is_never for one in listed(database)] == [True]


def test_the_dead_and_those_who_moved_away_are_not_looked_for(database, world):
    for kind, value in (("death", "deceased"), ("exit", "moved"), ("hukou", "440118000000")):
        late.state(database, villager(database), kind, value, date(2026, 3, 10))
    assert listed(database) == []


def test_the_way_is_unknown_without_a_middle_and_measured_with_one(database, world):
    villager(database)
    assert listed(database)[0].nearest is None
    with database.transaction(EVERYWHERE) as session:
        canteen = places.canteen_by_id(session, canteen_id=world.town.canteen_id)
        canteen.latitude_e6, canteen.longitude_e6 = 22_541_000, 114_060_000
    assert listed(database)[0].nearest is None
    located(database, f"{VILLAGES[0]},22.5500,114.0600\n")
    nearest = listed(database)[0].nearest
    assert nearest is not None
    assert nearest.metres == 1001


def test_a_canteen_in_the_village_itself_needs_no_middle(database, world):
    villager(database)
    with database.transaction(EVERYWHERE) as session:
        make.a_canteen(session, region_code=VILLAGES[0], name="村里的食堂")
    nearest = listed(database)[0].nearest
    assert nearest is not None
    assert (nearest.canteen_name, nearest.metres) == ("村里的食堂", None)


@pytest.mark.parametrize("rows", ["440304,x,1", "440304,91,1", "440304,1", "440304,,"])
def test_a_list_of_middles_with_a_wrong_row_is_refused_whole(database, world, rows):
    with pytest.raises(CanteenError) as refusal:
        located(database, f"440304,22.5,114.1\n{rows}\n")
    assert (refusal.value.code, refusal.value.params["row"]) == ("places.points_malformed", 3)


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        (Point(39_904_200, 116_407_400), Point(31_230_400, 121_473_700), 1_067_311),
        (Point(0, 0), Point(0, 180_000_000), 20_015_087),
        (Point(22_000_000, 114_000_000), Point(22_000_000, 114_000_000), 0),
    ],
)
def test_distances_are_those_of_the_great_circle(one, other, metres):
    assert abs(places.metres_between(one, other) - metres) <= 200
    assert places.metres_between(one, other) == places.metres_between(other, one)


def test_people_of_another_district_are_not_shown(database, world):
    villager(database)
    assert listed(database, Scope(region_prefixes=("440305",))) == []
    assert len(listed(database, Scope(region_prefixes=(VILLAGES[0],)))) == 1
    assert listed(database, Scope(region_prefixes=(VILLAGES[1],))) == []


def test_a_span_that_is_none_is_refused(database, world):
    with pytest.raises(CanteenError) as refusal:
        listed(database, days=0)
    assert refusal.value.code == "settlement.period_malformed"
