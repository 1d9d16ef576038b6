"""A courier sees which doors are left, and nobody else does; each look is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from canteen import seniors
from canteen.audit import AuditRow
from canteen.foundation.db import EVERYWHERE
from tests import builders as make

DOOR = "莲花路 1 号 201"


def a_delivery(office, door=DOOR, **more):
    with office.database.transaction(EVERYWHERE) as session:
        person_id = make.a_senior(session)
        seniors.change(
            session, person_id=person_id, changes=seniors.Changes(address=door), actor="test", at=make.BEFORE
        )
        return make.an_order(session, office.town, person_id, mode="delivery", **more).ref


def looks(office):
    with office.database.reading(EVERYWHERE) as session:
        return [
            (row.actor[:6], row.subject) for row in session.scalars(select(AuditRow).filter_by(action="doors_opened"))
        ]


@pytest.fixture
def courier(office):
    return office.browser("zhao", "courier")


def test_the_courier_sees_the_door_and_a_masked_name_and_the_look_is_kept(office, courier):
    a_delivery(office)
    page = courier.client.get("/deliveries").text

    assert DOOR in page
    assert "张*英" in page
    assert "张秀英" not in page
    assert looks(office) == [("staff:", make.MONDAY.isoformat())]


def test_a_door_is_gone_once_the_meal_was_handed_over(office, courier):
    ref = a_delivery(office)
    page = courier.send("/deliveries", "/deliveries", order=ref, scan_id="at-the-door-1").text

    assert "办完的" in page
    assert DOOR not in page
    assert "没有要送的了" in page


def test_neighbours_stand_beside_each_other(office, courier):
    for door in ("莲花路 31 号", "", "香梅路 3 号", "莲花路 9 号"):
        a_delivery(office, door)
    page = courier.client.get("/deliveries").text

    assert (
        page.index("莲花路 9 号") < page.index("莲花路 31 号") < page.index("香梅路 3 号") < page.index("没有登记住址")
    )


def test_an_unknown_door_is_said_and_the_meal_is_still_listed(office, courier):
    with office.database.transaction(EVERYWHERE) as session:
        make.an_order(session, office.town, make.a_senior(session), mode="delivery")

    assert "没有登记住址" in courier.client.get("/deliveries").text


def test_a_meal_eaten_at_the_canteen_gives_no_door_away(office, courier):
    with office.database.transaction(EVERYWHERE) as session:
        person_id = make.a_senior(session)
        seniors.change(
            session, person_id=person_id, changes=seniors.Changes(address=DOOR), actor="test", at=make.BEFORE
        )
        make.an_order(session, office.town, person_id)

    assert DOOR not in courier.client.get("/deliveries").text
    assert looks(office) == []


def test_the_prep_sheet_names_the_door_to_those_who_pack(office):
    a_delivery(office)

    assert DOOR in office.browser("wang", "canteen_staff").client.get("/kitchen/prep?meal=lunch").text
    assert len(looks(office)) == 1


@pytest.mark.parametrize("role", ["community_worker", "hotline_clerk", "auditor"])
@pytest.mark.parametrize("address", ["/kitchen/prep?meal=lunch", "/deliveries", "/counter/board"])
def test_who_carries_and_packs_nothing_sees_no_door(office, role, address):
    a_delivery(office)

    assert DOOR not in office.browser("chen", role).client.get(address).text
    assert looks(office) == []


def test_a_day_gone_by_gives_no_door_away(office):
    yesterday = make.MONDAY - timedelta(days=1)
    with office.database.transaction(EVERYWHERE) as session:
        item = make.a_menu(session, office.town.canteen_id, day=yesterday)[0]
    a_delivery(office, day=yesterday, item=item)
    page = office.browser("wang", "canteen_staff").client.get(f"/kitchen/prep?meal=lunch&day={yesterday}").text

    assert "张*英" in page
    assert DOOR not in page


def test_another_canteens_courier_sees_none_of_it(office):
    a_delivery(office)
    with office.database.transaction(EVERYWHERE) as session:
        other = make.a_canteen(session)
    browser = office.browser("qian", "courier", canteen_id=other)

    assert DOOR not in browser.client.get("/deliveries").text
