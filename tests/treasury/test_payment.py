"""A frozen statement passes through four hands, is owed, paid, returned by the bank, and paid again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from beancount import loader
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError

from canteen import settlement, treasury
from canteen.foundation.db import EVERYWHERE, Database
from canteen.places.tables import Canteen
from canteen.settlement.tables import Statement
from canteen.treasury.tables import PaymentItem, StatementStep
from tests.auditpack import packs
from tests.auditpack.test_beancount import exported
from tests.settlement import months
from tests.settlement.months import AFTER
from tests.treasury.paying import (
    FUNDER,
    HANDS,
    LATER,
    PAID_ON,
    accept,
    balance,
    bank,
    dues,
    freeze,
    mirrored,
    pay,
    refused,
    sign,
)


def test_from_the_freeze_to_the_bank_and_back(database: Database, tmp_path: Path) -> None:
    world = months.a_lived_month(database)
    canteen_id = world.town.canteen_id
    ref = freeze(database, canteen_id)
    accept(database, ref)
    receivable = balance(database, "1122.0", of_canteen=True) - balance(database, "1122.09", of_canteen=True)
    (owed,) = dues(database, canteen_id)
    assert (owed.due.amount_fen, owed.left_fen) == (receivable, receivable)
    assert balance(database, "2302", of_canteen=False) == -receivable
    assert mirrored(database) == []

    part = receivable - 700
    batch, operator = pay(database, {owed.due.ref: part})
    assert refused(database, treasury.prepare_batch, funder_code=FUNDER, amounts={owed.due.ref: 701}, memo="",
                   actor="staff:finance") == "treasury.more_than_due"  # fmt: skip
    bank(database, treasury.confirm_paid, batch, operator, serial="20260420-1")
    assert balance(database, "1002", of_canteen=True) == part
    assert dues(database, canteen_id)[0].left_fen == 700
    assert mirrored(database) == []

    bank(database, treasury.note_return, batch, operator, reason="户名不符")
    assert balance(database, "1002", of_canteen=True) == 0
    (again,) = dues(database, canteen_id)
    assert (again.left_fen, treasury.aged([again], on=PAID_ON)[0].fens) == (receivable, (receivable, 0, 0, 0))
    assert treasury.aged([again], on=PAID_ON + timedelta(days=60))[0].fens == (0, receivable, 0, 0)
    batch, operator = pay(database, {again.due.ref: receivable})
    bank(database, treasury.confirm_paid, batch, operator, serial="20260420-2")
    assert dues(database, canteen_id) == []
    assert balance(database, "2302", of_canteen=False) == 0
    assert balance(database, "1122.0", of_canteen=True) == balance(database, "1122.09", of_canteen=True)
    assert mirrored(database) == []
    # The auditor's own program and one that is not ours find the paid month whole.
    answer = packs.checked(packs.packed(database), tmp_path)
    assert (answer.status, answer.found) == (0, set()), answer.said
    _, errors, _ = loader.load_string(exported(database))
    assert errors == []


def test_the_database_holds_to_order_persons_and_amounts(database: Database) -> None:
    world = months.a_world(database)
    months.eat(database, world, world.people[0])
    canteen_id = world.town.canteen_id
    ref = freeze(database, canteen_id)
    sign_as = {"verb": treasury.sign, "ref": ref}
    assert refused(database, **sign_as, step="checked", actor="staff:street") == "treasury.step_order"
    assert refused(database, **sign_as, step="signed", actor="staff:li") == "treasury.same_eyes"
    sign(database, ref, *HANDS[0])
    assert refused(database, **sign_as, step="checked", actor="staff:canteen") == "treasury.same_eyes"
    with database.transaction(EVERYWHERE) as session:
        query = treasury.ask_about(
            session, ref=ref, line_ref=world.refs[0], question="当天住院？", actor="staff:street", at=AFTER
        ).ref
    assert refused(database, **sign_as, step="checked", actor="staff:street") == "treasury.query_open"
    assert (
        refused(database, treasury.answer, query_ref=query, text="没有", actor="staff:street") == "treasury.same_eyes"
    )
    with database.transaction(EVERYWHERE) as session:
        treasury.answer(session, query_ref=query, text="家属来取", actor="staff:canteen", at=AFTER)
        treasury.hand_back(session, ref=ref, reason="少一份", actor="staff:street", at=AFTER)
    accept(database, ref)
    assert refused(database, **sign_as, step="signed", actor="staff:canteen") == "treasury.step_order"
    assert refused(database, settlement.supersede, ref=ref, actor="staff:li") == "settlement.nothing_changed"

    (owed,) = dues(database, canteen_id)
    with database.transaction(EVERYWHERE) as session:
        made = treasury.prepare_batch(
            session, funder_code=FUNDER, amounts={owed.due.ref: 100}, memo="", actor="staff:finance", at=LATER
        )
        batch_ref, batch_id = made.ref, made.id
    assert refused(database, treasury.approve_batch, ref=batch_ref, actor="staff:finance") == "treasury.same_eyes"
    told = {"batch_ref": batch_ref, "serial": "1", "on": PAID_ON, "actor": "staff:finance"}
    with database.reading(EVERYWHERE) as session:
        told["operator_ref"] = treasury.transfers(session, treasury.batch(session, ref=batch_ref))[0].operator.ref
    assert refused(database, treasury.confirm_paid, **told) == "treasury.step_order"
    for statement in (
        insert(PaymentItem).values(batch_id=batch_id, due_id=owed.due.id, operator_id=1, amount_fen=10**6),
        update(Statement).where(Statement.ref == ref).values(state="superseded"),
        update(StatementStep).values(actor="staff:other"),
    ):
        with pytest.raises(DBAPIError), database.transaction(EVERYWHERE) as session:
            session.connection().execute(statement)


def test_a_version_takes_the_place_of_what_is_not_accepted_yet(database: Database) -> None:
    world = months.a_world(database)
    months.eat(database, world, world.people[0])
    ref = freeze(database, world.town.canteen_id)
    sign(database, ref, *HANDS[0])
    months.eat(database, world, world.people[1])
    with database.transaction(EVERYWHERE) as session:
        later = settlement.supersede(session, ref=ref, actor="staff:li", at=AFTER).ref
    code = refused(database, treasury.sign, ref=ref, step="checked", actor="staff:street")
    assert code == "treasury.superseded"
    accept(database, later)
    months.eat(database, world, world.people[3])
    assert refused(database, settlement.supersede, ref=later, actor="staff:li") == "settlement.accepted_already"
    with database.reading(EVERYWHERE) as session:
        assert session.scalar(select(Canteen.id)) == world.town.canteen_id
    assert mirrored(database) == []
