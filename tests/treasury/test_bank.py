"""A bank's statement is read by named columns, and every line of it is found, explained or open."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

from canteen import treasury
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import CanteenError
from tests.settlement import months
from tests.treasury.paying import (
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
)

HEADS = ["交易日期", "收入金额（元）", "支出金额", "对方户名", "摘要", "交易流水号"]


def a_statement(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in (["账户明细"], HEADS, *rows, ["合计"]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def take(database: Database, canteen_id: int, content: bytes) -> tuple[int, int]:
    with database.transaction(EVERYWHERE) as session:
        kept = treasury.keep_file(
            session, canteen_id=canteen_id, name="流水.xlsx", content=content, actor="staff:li", at=LATER
        )
        columns = treasury.guessed(treasury.table_of(kept.content))
        return treasury.take_lines(session, ref=kept.ref, columns=columns, actor="staff:li", at=LATER)


def shares(database: Database, canteen_id: int, first: date, until: date) -> dict[tuple[date, str], treasury.Share]:
    with database.reading(EVERYWHERE) as session:
        found = treasury.shares(session.connection(), canteen_ids=[canteen_id], first=first, until=until)
    return {(one.day, one.source): one for one in found}


def test_every_line_is_found_explained_or_open(database: Database) -> None:
    world = months.a_lived_month(database)
    canteen_id = world.town.canteen_id
    accept(database, freeze(database, canteen_id))
    (owed,) = dues(database, canteen_id)
    amount = owed.due.amount_fen
    first, operator = pay(database, {owed.due.ref: amount - 1000})
    bank(database, treasury.confirm_paid, first, operator, serial="0420-1")
    second, operator = pay(database, {owed.due.ref: 1000})
    bank(database, treasury.confirm_paid, second, operator, serial="no such number")
    content = a_statement(
        ["2026-04-20", (amount - 1000) / 100, None, "财政局", "补贴", "0420-1"],
        ["20260421", "10.00", "", "财政局", "补贴尾款", "0421-7"],
        ["2026/4/22", 88.5, None, "微信", "收款码", "0422-3"],
        ["2026/4/22", None, 3.2, "银行", "手续费", "0422-4"],
        ["2026/4/23", 5, None, "某人", "转错", "0423-1"],
    )
    assert take(database, canteen_id, content) == (5, 0)
    with database.transaction(EVERYWHERE) as session:
        found = treasury.match_lines(session, canteen_id=canteen_id, actor="staff:li", at=LATER)
    assert found == {"key": 1, "rule": 1}
    told = {"canteen_id": canteen_id, "evidence": "收款码日结单", "actor": "staff:li"}
    with database.transaction(EVERYWHERE) as session:
        treasury.decide_line(session, line_key="0422-3", decision="own_code", at=LATER, **told)
        treasury.decide_line(session, line_key="0422-4", decision="fee", at=LATER, **told)
        treasury.charge(session, line_key="0423-1", canteen_id=canteen_id, owner="林主任", due_on=date(2026, 5, 1),
                        actor="staff:li", at=LATER)  # fmt: skip
    assert balance(database, "1012.02", of_canteen=True) == -8850
    assert balance(database, "5401.02", of_canteen=True) == 320
    again = {"line_key": "0422-4", "decision": "fee", **told}
    assert refused(database, treasury.decide_line, **again) == "treasury.moved"
    by_hand = {"line_key": "0423-1", "canteen_id": canteen_id, "seqs": [1], "actor": "staff:li"}
    assert refused(database, treasury.match_by_hand, **by_hand) == "treasury.sums_differ"
    with database.reading(EVERYWHERE) as session:
        ((line, charged),) = treasury.open_lines(session, canteen_ids=[canteen_id])
        assert (line.key, charged.owner) == ("0423-1", "林主任")
        assert treasury.open_moves(session, canteen_ids=[canteen_id]) == []
    of_bank = shares(database, canteen_id, PAID_ON, date(2026, 5, 1))
    assert sum(one.total_fen for one in of_bank.values()) == amount + 8850 + 320 + 500
    assert of_bank[date(2026, 4, 23), "bank"].complete_percent == 0
    assert mirrored(database) == []


def test_orders_proofs_and_books_of_a_day_are_whole(database: Database) -> None:
    world = months.a_lived_month(database)
    found = shares(database, world.town.canteen_id, world.days[0], world.days[-1])
    assert {source for _, source in found} == {"orders", "proofs", "ledger"}
    proofs, books = found[world.days[0], "proofs"], found[world.days[0], "ledger"]
    assert (proofs.matched_fen, proofs.explained_fen, proofs.open_fen) == (
        books.matched_fen, books.explained_fen, 0,
    )  # fmt: skip
    assert proofs.explained_fen > 0
    assert found[world.days[0], "orders"].open_fen == books.open_fen == 0


def test_overlapping_and_malformed_statements_lose_nothing(database: Database) -> None:
    world = months.a_world(database)
    canteen_id = world.town.canteen_id
    line = ["2026-04-20", 5, None, "某人", "一样的", None]
    assert take(database, canteen_id, a_statement(line, line)) == (2, 0)
    assert take(database, canteen_id, a_statement(line, line, line)) == (1, 2)
    for content, code in (
        (a_statement(["哪天", 5, None, "", "", ""]), "treasury.bank_row"),
        (a_statement(["2026-04-20", "五元", None, "", "", ""]), "treasury.bank_row"),
        ("什么也不是".encode(), "treasury.bank_file_unreadable"),
    ):
        with pytest.raises(CanteenError) as refusal:
            take(database, canteen_id, content)
        assert refusal.value.code == code
