"""What was never due is wanted back by two, netted or repaid, the penalty apart; donations are carried to their end."""

from __future__ import annotations

from datetime import date

from canteen import ledger, treasury
from canteen.foundation.db import EVERYWHERE, Database
from tests import builders as make
from tests.settlement import late, months
from tests.settlement.test_late_truth_pots import CHANGES, POT
from tests.treasury.paying import FUNDER, LATER, accept, balance, bank, dues, freeze, mirrored, pay, refused


def prepare(database: Database, refs: list[str], penalty_fen: int = 0) -> str:
    with database.transaction(EVERYWHERE) as session:
        return treasury.prepare_clawback(
            session, redemption_refs=refs, reason="本人当天住院", document="区民〔2026〕3号", penalty_fen=penalty_fen,
            actor="staff:affairs", at=LATER,
        ).ref  # fmt: skip


def confirm(database: Database, ref: str) -> int:
    with database.transaction(EVERYWHERE) as session:
        return treasury.confirm_clawback(session, ref=ref, actor="staff:head", at=LATER)


def test_a_clawback_is_confirmed_by_a_second_person_and_netted(database: Database) -> None:
    world = months.a_lived_month(database)
    canteen_id, refs = world.town.canteen_id, [world.refs[0]]
    accept(database, freeze(database, canteen_id))
    case = prepare(database, refs, penalty_fen=5000)
    again = {"redemption_refs": refs, "reason": "再来", "document": "一", "penalty_fen": 0, "actor": "staff:x"}
    assert refused(database, treasury.prepare_clawback, **again) == "treasury.moved"
    assert refused(database, treasury.confirm_clawback, ref=case, actor="staff:affairs") == "treasury.same_eyes"
    back = confirm(database, case)
    assert refused(database, treasury.confirm_clawback, ref=case, actor="staff:other") == "treasury.moved"
    assert balance(database, "2241.02", of_canteen=True) == -back == -balance(database, "1224", of_canteen=False)
    assert (balance(database, "5711", of_canteen=True), balance(database, "2241.03", of_canteen=True)) == (5000, -5000)
    assert mirrored(database) == []

    owed = {one.due.kind: one for one in dues(database, canteen_id)}
    whole = owed["statement"].due.amount_fen
    batch, operator = pay(database, {owed["statement"].due.ref: whole, owed["clawback"].due.ref: -back})
    bank(database, treasury.confirm_paid, batch, operator, serial="1")
    assert balance(database, "1002", of_canteen=True) == whole - back
    assert balance(database, "2241.02", of_canteen=True) == balance(database, "1224", of_canteen=False) == 0
    assert dues(database, canteen_id) == []
    assert mirrored(database) == []


def test_what_was_paid_already_is_paid_back_by_a_batch_of_its_own(database: Database) -> None:
    world = months.a_world(database)
    canteen_id = world.town.canteen_id
    kept, gone = (months.eat(database, world, person) for person in world.people[:2])
    months.take_back(database, gone)
    again = {"redemption_refs": [gone], "reason": "没有吃", "document": "一", "penalty_fen": 0, "actor": "staff:x"}
    assert refused(database, treasury.prepare_clawback, **again) == "treasury.nothing_stands"
    back = confirm(database, prepare(database, [kept]))
    (owed,) = dues(database, canteen_id)
    batch, operator = pay(database, {owed.due.ref: -back})
    bank(database, treasury.confirm_paid, batch, operator, serial="canteen-7")
    assert balance(database, "1002", of_canteen=True) == -back == -balance(database, "1002", of_canteen=False)
    assert mirrored(database) == []


def test_a_donation_is_carried_from_the_voucher_to_the_meal(database: Database) -> None:
    world = months.a_world(database)
    canteen_id = world.town.canteen_id
    late.publish(database, *CHANGES)
    with database.transaction(EVERYWHERE) as session:
        ledger.open_pot(session, funder_code=POT, actor="staff:test", at=make.BEFORE)
        treasury.agree(
            session, funder_code=POT, donor="某公司", restriction="80 岁以上", document="协议 1", holder_id=canteen_id,
            signed_on=make.MONDAY, until_on=date(2027, 1, 1), actor="staff:test", at=make.BEFORE,
        )  # fmt: skip
        treasury.receive(
            session, funder_code=POT, amount_fen=10_000, voucher="收据 1", giver="某公司", day=make.MONDAY,
            actor="staff:test", at=make.BEFORE,
        )  # fmt: skip
    months.take_back(database, months.eat(database, world, world.people[0]))
    months.eat(database, world, world.people[1])
    given = balance(database, "1122.04", of_canteen=True)
    assert given > 0
    assert balance(database, "2401", of_canteen=True) == -10_000
    accept(database, freeze(database, canteen_id))
    assert balance(database, "1122.04", of_canteen=True) == 0
    assert balance(database, "2401", of_canteen=True) == given - 10_000
    assert {one.due.funder_code for one in dues(database, canteen_id)} <= {FUNDER}
    with database.reading(EVERYWHERE) as session:
        (told,) = treasury.used(session, funder_code=POT)
        (pot,) = ledger.pots(session)
    assert (told.month, told.meals, told.people, told.fen, pot.balance_fen) == ("2026-03", 1, 1, given, 10_000 - given)
    assert mirrored(database) == []
