"""A week is copied from the one before, where nothing is planned and the contract allows the price."""

from __future__ import annotations

from datetime import timedelta

import pytest

from canteen import menus, places
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Refused
from tests import builders as make

NEXT = make.MONDAY + timedelta(days=7)


def copy(session, town, *, not_before=make.MONDAY):
    return menus.copy_week(session, canteen_id=town.canteen_id, source=make.MONDAY, target=NEXT, not_before=not_before)


def test_a_week_is_copied_where_it_is_empty_open_and_not_too_dear(database):
    with database.transaction(EVERYWHERE) as session:
        town = make.a_town(session)
        for day in (1, 2):
            make.a_menu(session, town.canteen_id, day=make.MONDAY + timedelta(days=day))
        wednesday = NEXT + timedelta(days=2)
        places.close_day(session, canteen_id=town.canteen_id, day=wednesday, reason="x", actor="x", at=make.BEFORE)
        assert copy(session, town, not_before=NEXT + timedelta(days=9)) == 0
        assert copy(session, town) == 2
        assert copy(session, town) == 0
        planned = menus.week(session, canteen_id=town.canteen_id, first=NEXT)

        assert sorted(planned) == [(NEXT, "lunch"), (NEXT + timedelta(days=1), "lunch")]
        assert [item.price_fen for item in planned[NEXT, "lunch"].items] == [1800, 1500]
        assert menus.monday_of(NEXT + timedelta(days=6)) == NEXT


def test_a_price_above_the_contract_copies_nothing(database):
    with database.transaction(EVERYWHERE) as session:
        town = make.a_town(session)
        places.set_ceiling(
            session, operator_id=places.canteen_by_id(session, canteen_id=town.canteen_id).operator_id, price_fen=1600,
            valid_from=NEXT, evidence="合同", actor="x", at=make.BEFORE,
        )  # fmt: skip
        with pytest.raises(Refused, match=r"menus\.too_dear"):
            copy(session, town)
        assert (NEXT, "lunch") not in menus.week(session, canteen_id=town.canteen_id, first=NEXT)
