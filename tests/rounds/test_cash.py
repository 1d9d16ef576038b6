"""What a courier is paid at the doors is the courier's to hand in, and lies in no till until then."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from canteen import checkin, ledger, rounds
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Invalid
from canteen.ledger.tables import Posting
from tests import builders as make
from tests.rounds.street import CLOSED, Street, a_street, quickly


@pytest.fixture
def street(database, town) -> Street:
    with database.transaction(EVERYWHERE) as session:
        return a_street(session, town, people=3, couriers=1)


def held(session, street):
    return rounds.round_on(session, canteen_id=street.town.canteen_id, service_date=make.MONDAY, meal="lunch")


def deliver(database, street, number):
    """Hand the meal of an order over, as the courier's telephone tells it, and return it."""
    event_id, ref = f"door-event-{number}", street.orders[number]
    served = checkin.redeem(
        database, make.KEYS, make.a_scan(street.town, ref, scan_id=event_id, means="courier")
    )  # fmt: skip
    with database.transaction(EVERYWHERE) as session:
        rounds.note(
            session, held(session, street),
            rounds.Happening(event_id=event_id, event="handed", happened_at=make.NOON, order_ref=ref, proof="name"),
            courier=street.couriers[0], actor="courier", at=make.NOON,
        )  # fmt: skip
    return served


def hand_in(database, street, event_id, fen, note=""):
    with database.transaction(EVERYWHERE) as session:
        return rounds.hand_in(
            session, held(session, street), courier=street.couriers[0], event_id=event_id, counted_fen=fen,
            given_by="小周", taken_by="王师傅", note=note, actor="staff:1", at=make.NOON,
        ).counted_fen  # fmt: skip


def due(database, street):
    with database.reading(EVERYWHERE) as session:
        return rounds.purse(session, held(session, street), courier=street.couriers[0]).due_fen


def balances(database):
    wanted = select(Posting.account, func.sum(Posting.amount_fen)).group_by(Posting.account)
    with database.reading(EVERYWHERE) as session:
        found = {account: int(total) for account, total in session.execute(wanted)}
    return tuple(found.get(account, 0) for account in (ledger.TILL, ledger.COURIER_CASH, ledger.SUSPENSE))


def test_cash_of_the_doors_moves_into_the_till_when_it_is_handed_in(database, street):
    rounds.plan(database, street.due, actor="test", at=CLOSED, solve=quickly)
    first, second, third = (deliver(database, street, number) for number in range(3))
    taken = first.collect_fen + second.collect_fen + third.collect_fen
    assert balances(database) == (0, taken, 0)
    assert due(database, street) == taken

    checkin.change_tender(
        database, redemption_ref=third.redemption_ref, tender="tab", actor="staff:1", at=make.NOON
    )  # fmt: skip
    taken -= third.collect_fen
    assert balances(database) == (0, taken, 0)

    with pytest.raises(Invalid, match=r"rounds\.note_missing"):
        hand_in(database, street, "cash-event-0", taken - 100)
    hand_in(database, street, "cash-event-1", taken - 100, "明天补")
    assert (balances(database), due(database, street)) == ((taken - 100, 100, 0), 100)
    for _ in range(2):
        hand_in(database, street, "cash-event-2", 150, "多出五角")
    assert (balances(database), due(database, street)) == ((taken + 50, 0, -50), 0)
    with database.reading(EVERYWHERE) as session:
        assert ledger.verify(session.connection())[0] == []


def test_a_meal_taken_back_is_not_handed_in(database, street):
    rounds.plan(database, street.due, actor="test", at=CLOSED, solve=quickly)
    served = deliver(database, street, 0)
    checkin.undo(
        database, scan_id="undo-door-1", redemption_ref=served.redemption_ref, device="device-1", actor="staff:counter",
        at=make.NOON,
    )  # fmt: skip
    assert (balances(database), due(database, street)) == ((0, 0, 0), 0)
