"""A meal that a charity pot paid for, or a place that was renamed since, is priced as it was; a correction refills."""

from __future__ import annotations

from datetime import timedelta

import pytest

from canteen import ledger, places, settlement
from canteen.foundation.clock import local
from canteen.foundation.db import EVERYWHERE, Database
from tests import builders as make
from tests.settlement import late, months
from tests.settlement.months import World

POT = "440300:gift"
PAID_BY = "[{payer: gift, pays: rest, pot: yes}, {payer: government, pays: rest}]"
CHANGES = (
    ("payers: {government: 财政资金}", "payers: {government: 财政资金, gift: 慈善捐赠}"),
    ("        paid_by: government\n    delivery", f"        paid_by: {PAID_BY}\n    delivery"),
)
PAYERS = ("undue_in_good_faith_borne_by: government", "undue_in_good_faith_borne_by: payers")


def a_world(database: Database, fen: int, *changes: tuple[str, str]) -> World:
    """Let four people eat on three days from a pot that holds so much."""
    world = months.a_world(database, days=3)
    late.publish(database, *CHANGES, *changes)
    with database.transaction(EVERYWHERE) as session:
        ledger.open_pot(session, funder_code=POT, actor="staff:test", at=make.BEFORE)
        ledger.move(
            session, funder_code=POT, kind="receipt", amount_fen=fen, voucher="收据 1", giver="某公司", day=make.MONDAY,
            actor="staff:test", at=make.BEFORE,
        )  # fmt: skip
    for day in world.days:
        for person in world.people:
            months.eat(database, world, person, day=day)
    return world


def left(database: Database) -> int:
    with database.reading(EVERYWHERE) as session:
        assert ledger.verify(session.connection())[0] == []
        return ledger.balances(session.connection(), [POT])[POT]


def wrong(database: Database, world: World) -> list[object]:
    with database.reading(EVERYWHERE) as session:
        connection = session.connection()
        return [
            one
            for person in world.people
            for one in settlement.mistakes(connection, person_id=person, since=world.days[0])
        ]


@pytest.mark.both
@pytest.mark.parametrize("fen", [700, 1250, 90000])
def test_meals_paid_from_a_pot_that_ran_dry_or_did_not_give_no_proposal(database: Database, fen: int) -> None:
    world = a_world(database, fen)
    assert (left(database) == 0) == (fen < 90000)
    assert wrong(database, world) == []


@pytest.mark.both
def test_a_correction_refills_the_pot_once_and_an_undo_after_it_nothing_more(database: Database) -> None:
    world = a_world(database, 90000)
    before = left(database)
    late.state(database, world.people[0], "death", "deceased", world.days[1])
    found = late.proposed(database)
    late.accept(database, found)
    assert left(database) == before + 1000
    assert wrong(database, world) == []
    ref = found[0].subject
    make.checkin.undo(
        database, scan_id=f"undo-{ref}", redemption_ref=ref, device="x", actor="staff:m", at=late.LATER,
        by_manager=True,
    )  # fmt: skip
    assert left(database) == before + 1000


def test_a_pot_that_bears_what_was_given_in_good_faith_stays_drawn(database: Database) -> None:
    world = a_world(database, 90000, PAYERS)
    before = left(database)
    late.state(database, world.people[0], "death", "deceased", world.days[1])
    late.accept(database, late.proposed(database))
    assert left(database) == before


def test_a_city_renamed_since_and_a_rating_stated_since_change_no_meal_of_before(database: Database) -> None:
    world = a_world(database, 90000)
    with database.transaction(EVERYWHERE) as session:
        places.rename_region(
            session, code="440300000000", name="鹏城市", on=world.days[2] + timedelta(days=1), document="批复",
            actor="staff:test", at=local(world.days[2] + timedelta(days=1), 20),
        )  # fmt: skip
        places.rate(
            session, canteen_id=world.town.canteen_id, kind="grade", value="三星", valid_from=world.days[2],
            valid_until=None, document="评级", actor="staff:test", at=local(world.days[2], 20),
        )  # fmt: skip
    assert wrong(database, world) == []
