"""Boxes carry labels, and numbers are called out until the tray is handed over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from canteen import checkin, kitchen, places, seniors
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Refused
from tests import builders as make

AT = make.local(make.MONDAY, 10)


def test_a_label_names_building_floor_wishes_allergies_and_until_when(database):
    with database.transaction(EVERYWHERE) as session:
        town = make.a_town(session)
        places.set_service(
            session, canteen_id=town.canteen_id, meal="lunch", terms=replace(make.LUNCH, delivers=True, packs=True),
            actor="x", at=make.BEFORE,
        )  # fmt: skip
        person_id = make.a_senior(session, allergies=["虾"])
        changes = seniors.Changes(address="莲花路 3 号 5 栋 1203")
        seniors.change(session, person_id=person_id, changes=changes, actor="x", at=make.BEFORE)
        make.an_order(session, town, person_id, mode="delivery").flags = ["少盐"]
        make.an_order(session, town, make.a_senior(session), mode="pickup")
        make.an_order(session, town, make.a_senior(session))
        of = kitchen.Meal(town.canteen_id, make.MONDAY, "lunch")
        delivered, fetched = kitchen.labels(session, of=of, actor="staff:1", at=AT)

    assert (delivered.building, delivered.floor, delivered.number) == ("莲花路 3 号 5 栋", 12, 1)
    assert (delivered.wishes, delivered.allergens) == (("少盐",), ("虾",))
    assert delivered.eat_by == make.local(make.MONDAY, 13)
    assert (fetched.mode, fetched.building, fetched.floor) == ("pickup", "", None)


def test_a_number_stands_on_the_wall_until_the_tray_is_handed_over(database):
    def on_the_wall(session):
        return kitchen.ready_numbers(session, canteen_id=town.canteen_id, day=make.MONDAY, meals=("lunch", "dinner"))

    def call(session, is_ready):
        kitchen.call(session, order_ref=order.ref, is_ready=is_ready, actor="staff:1", at=AT)
        return on_the_wall(session)

    with database.transaction(EVERYWHERE) as session:
        town = make.a_town(session)
        person_id = make.a_senior(session)
        order = make.an_order(session, town, person_id)
        assert [call(session, state) for state in (True, True, False, False, True)] == [(1,), (1,), (), (), (1,)]
        number = make.a_number(session, person_id)
    checkin.redeem(database, make.KEYS, make.a_scan(town, number))
    with database.transaction(EVERYWHERE) as session:
        assert on_the_wall(session) == ()
        with pytest.raises(Refused, match=r"kitchen\.not_waiting"):
            call(session, True)
