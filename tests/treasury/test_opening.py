"""What a canteen brings along is looked at, kept by one, signed by another, and never worked out again."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from canteen import ledger, places, treasury
from canteen.foundation.clock import local
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import CanteenError
from canteen.treasury.tables import OpeningSignature
from tests import builders as make
from tests.settlement import months
from tests.treasury.paying import FUNDER, bank, dues, mirrored, pay, refused

LIVE = make.MONDAY
AT = local(date(2026, 3, 2), 8)
BALANCES = [["1002", "", "5000.00", ""], ["1122.02", FUNDER, "1200.50", ""], ["5001.02", FUNDER, "", "6200.50"]]
PAID = [["2026-01", FUNDER, "3100.00"], ["2026-02", FUNDER, "3100.50"]]


def a_workbook(balances: list[list[str]], paid: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    for row in (["科目编码", "资金方编码", "借方金额", "贷方金额"], *balances):
        book.active.append(row)
    sheet = book.create_sheet("已付")
    for row in (["已付月份", "资金方编码", "金额"], *paid):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def look(database: Database, balances: list[list[str]], paid: list[list[str]] = PAID) -> treasury.Brought | str:
    try:
        with database.reading(EVERYWHERE) as session:
            return treasury.read_opening(session, content=a_workbook(balances, paid), live_on=LIVE)
    except CanteenError as refusal:
        return f"{refusal.code} {refusal.params.get('row', refusal.params.get('off', ''))}".strip()


def test_what_was_brought_along_is_signed_by_two_and_paid_like_any_other(database: Database, town: make.Town) -> None:
    assert look(database, [["1002", "", "1.00", ""], *BALANCES]) == "treasury.opening_unbalanced 1.00"
    assert look(database, [["9999", "", "1.00", ""]]) == "treasury.opening_row 2"
    assert look(database, [*BALANCES, ["1122.02", "", "1", ""]]) == "treasury.opening_row 5"
    assert look(database, [*BALANCES, ["1001", "", "一元", ""]]) == "treasury.opening_row 5"
    assert look(database, BALANCES, [["2026-03", FUNDER, "1"]]) == "treasury.opening_row 2"
    assert look(database, []) == "treasury.opening_columns"
    tried = look(database, BALANCES)
    assert isinstance(tried, treasury.Brought)
    assert (len(tried.balances), len(tried.months)) == (3, 2)

    with database.transaction(EVERYWHERE) as session:
        ref = places.canteen_by_id(session, canteen_id=town.canteen_id).ref
        made = treasury.prepare_opening(
            session, canteen_ref=ref, live_on=LIVE, content=a_workbook(BALANCES, PAID), document="移交表",
            actor="staff:li", at=AT,
        )  # fmt: skip
        opening_id = made.id
    assert refused(database, treasury.sign_opening, canteen_ref=ref, actor="staff:li") == "treasury.same_eyes"
    with pytest.raises(DBAPIError), database.transaction(EVERYWHERE) as session:
        session.connection().execute(insert(OpeningSignature).values(opening_id=opening_id, actor="staff:li", at=AT))
    with database.transaction(EVERYWHERE) as session:
        assert treasury.sign_opening(session, canteen_ref=ref, actor="staff:head", at=AT) == 1
    assert refused(database, treasury.sign_opening, canteen_ref=ref, actor="staff:x") == "treasury.moved"

    assert months.accounts(database)["1002"] == 500_000
    with database.reading(EVERYWHERE) as session:
        assert treasury.paid_before(session, canteen_id=town.canteen_id, month="2026-02") == {FUNDER: 310_050}
        assert treasury.paid_before(session, canteen_id=town.canteen_id, month="2026-03") == {}
        assert ledger.period(session, book_id=1, month="2026-02").state == "closed"
    (owed,) = dues(database, town.canteen_id)
    assert (owed.due.source, owed.left_fen) == (made.ref, 120_050)
    batch, operator = pay(database, {owed.due.ref: 120_050})
    bank(database, treasury.confirm_paid, batch, operator, serial="1")
    assert months.accounts(database).get("1122.02", 0) == 0
    assert mirrored(database) == []


def test_a_book_that_speaks_of_days_before_takes_nothing_along(database: Database) -> None:
    world = months.a_world(database)
    months.eat(database, world, world.people[0])
    with database.reading(EVERYWHERE) as session:
        ref = places.canteen_by_id(session, canteen_id=world.town.canteen_id).ref
    asked = {"canteen_ref": ref, "live_on": date(2026, 3, 3), "content": a_workbook(BALANCES, PAID), "document": "表"}
    assert refused(database, treasury.prepare_opening, actor="staff:li", **asked) == "treasury.opening_late"
