"""A charity pot pays until it is dry, then the next source pays: in the same act, whoever comes first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from canteen import checkin, ledger, subsidy
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import Conflict, Refused
from canteen.ledger.tables import Posting
from tests import builders as make

POT = "440300:gift"
PAID_BY = "[{payer: gift, pays: rest, pot: yes}, {payer: government, pays: rest}]"
TEXT = (
    next(make.POLICIES.rglob("shenzhen-city.yaml"))
    .read_text("utf-8")
    .replace("payers: {government: 财政资金}", "payers: {government: 财政资金, gift: 慈善捐赠}")
    .replace("        paid_by: government\n    delivery", f"        paid_by: {PAID_BY}\n    delivery", 1)
)


def a_town_with_a_pot(database: Database, fen: int) -> tuple[make.Town, make.Town]:
    """Open two canteens in a city whose charity pot holds so much."""
    with database.transaction(EVERYWHERE) as session:
        make.the_nation(session)
        subsidy.publish(session, text=TEXT, actor="staff:test", at=make.BEFORE)
        ledger.open_pot(session, funder_code=POT, actor="staff:test", at=make.BEFORE)
        receive(session, fen)
        towns = []
        for _ in range(2):
            canteen_id = make.a_canteen(session)
            first, second = make.a_menu(session, canteen_id)
            towns.append(make.Town(canteen_id, first, second))
    return towns[0], towns[1]


def receive(session, fen, voucher="收据 1"):
    if fen:
        ledger.move(
            session, funder_code=POT, kind="receipt", amount_fen=fen, voucher=voucher, giver="某公司", day=make.MONDAY,
            actor="staff:test", at=make.BEFORE,
        )  # fmt: skip


def scans(database, *towns):
    """Give each canteen a senior with a code."""
    with database.transaction(EVERYWHERE) as session:
        return [make.a_scan(town, make.a_number(session, make.a_senior(session))) for town in towns]


def paid(database) -> dict[str, int]:
    """Say what the canteens have to claim from whom."""
    with database.reading(EVERYWHERE) as session:
        rows = session.execute(
            select(Posting.funder_code, func.sum(Posting.amount_fen).label("fen"))
            .where(Posting.account.in_((ledger.CHARITY_RECEIVABLE, ledger.BUDGET_RECEIVABLE)))
            .group_by(Posting.funder_code)
        )
        return {row.funder_code: int(row.fen) for row in rows}


def left(database) -> int:
    with database.reading(EVERYWHERE) as session:
        assert ledger.verify(session.connection())[0] == []
        return ledger.balances(session.connection(), [POT])[POT]


@pytest.mark.parametrize(("fen", "expected"), [(0, {}), (120, {POT: 120}), (9000, {POT: 500})])
def test_the_pot_pays_as_far_as_it_goes(database: Database, fen, expected) -> None:
    town, _ = a_town_with_a_pot(database, fen)
    answer = checkin.redeem(database, make.KEYS, scans(database, town)[0])

    assert answer.collect_fen == 1300
    rest = 500 - sum(expected.values())
    assert paid(database) == expected | ({"440300:government": rest} if rest else {})
    assert left(database) == fen - sum(expected.values())


def test_two_canteens_reach_for_the_last_yuan_and_both_serve(database: Database) -> None:
    for attempt in range(3):
        if attempt == 0:
            towns = a_town_with_a_pot(database, 100)
        else:
            with database.transaction(EVERYWHERE) as session:
                receive(session, 100, voucher=f"收据 {attempt + 1}")
        requests = scans(database, *towns)
        with ThreadPoolExecutor(2) as threads:
            answers = list(threads.map(lambda request: checkin.redeem(database, make.KEYS, request), requests))

        assert [answer.collect_fen for answer in answers] == [1300, 1300]
        assert left(database) == 0
    assert paid(database) == {POT: 300, "440300:government": 6 * 500 - 300}


def test_an_undo_fills_the_pot_again_once(database: Database) -> None:
    town, _ = a_town_with_a_pot(database, 700)
    answer = checkin.redeem(database, make.KEYS, scans(database, town)[0])
    assert left(database) == 200
    taken_back = {"redemption_ref": answer.redemption_ref, "device": "device-1", "actor": "staff:x", "at": make.NOON}
    checkin.undo(database, scan_id="undo-00000001", **taken_back)
    with pytest.raises(Refused):
        checkin.undo(database, scan_id="undo-00000002", **taken_back)

    assert left(database) == 700


def test_the_database_lets_no_pot_fall_below_zero(database: Database) -> None:
    a_town_with_a_pot(database, 100)
    with pytest.raises(IntegrityError), database.transaction(EVERYWHERE) as session:
        ledger.spend(session.connection(), parts={POT: 101}, evidence="M-1", day=make.MONDAY, at=make.NOON)


def test_a_pledge_is_noted_but_cannot_be_spent(database: Database) -> None:
    a_town_with_a_pot(database, 0)
    with database.transaction(EVERYWHERE) as session:
        ledger.move(
            session, funder_code=POT, kind="pledge", amount_fen=5000, voucher="认捐书", giver="某公司", day=make.MONDAY,
            actor="staff:test", at=make.BEFORE,
        )  # fmt: skip
        state = ledger.pots(session)[0]

    assert (state.pledged_fen, state.received_fen, state.balance_fen) == (5000, 0, 0)


def test_one_voucher_counts_once(database: Database) -> None:
    a_town_with_a_pot(database, 100)
    with pytest.raises(Conflict), database.transaction(EVERYWHERE) as session:
        receive(session, 100)
    assert left(database) == 100
