"""What leaves for other systems can be read back and adds up to the books, and names nobody."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from beancount import loader
from sqlalchemy import func, select

from canteen import auditpack, exports, settlement
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import Invalid
from canteen.ledger.tables import Account, Book, JournalEntry
from tests.settlement import months


@pytest.mark.both
def test_what_is_exported_adds_up_to_the_books_and_names_nobody(database: Database, tmp_path: Path) -> None:
    world = months.a_lived_month(database)
    canteen_id = world.town.canteen_id
    with database.transaction(EVERYWHERE) as session:
        session.get_one(Account, "5001.01").local_code = "600101"
        book_id = session.scalars(select(Book.id).where(Book.canteen_id == canteen_id)).one()
    with database.reading(EVERYWHERE) as session:
        connection = session.connection()
        lines = list(exports.voucher_lines(connection, book_id=book_id, month=months.MONTH))
        entries = session.scalar(select(func.count()).select_from(JournalEntry))
        assert {line.number for line in lines} == set(range(1, (entries or 0) + 1))
        red = [line for line in lines if line.debit_fen < 0]
        assert red
        assert all("撤销" in line.memo for line in red)
        balances = months.accounts(database)
        balances["600101"] = balances.pop("5001.01")
        for layout in exports.voucher_layouts():
            content = exports.voucher_file(lines, layout=layout, prepared_by="李会计")
            totals = exports.retotal(content, layout=layout)
            assert {code: debit - credit for code, (debit, credit) in totals.items() if debit != credit} == balances
            assert content == exports.voucher_file(lines, layout=layout, prepared_by="李会计")

        view = settlement.draft(session, canteen_id=canteen_id, month=months.MONTH, at=months.AFTER)
        days = exports.city_lines(session, canteen_ids=[canteen_id], first=date(2026, 3, 1), until=date(2026, 4, 1))
        assert [line.day for line in days] == [day.isoformat() for day in world.days]
        assert sum(line.trays for line in days) == view.total.meals
        assert sum(line.own_fen for line in days) == view.total.own_fen
        assert sum(line.operator_fen for line in days) == view.total.operator_fen
        purses = Counter[str]()
        for purse, fen in zip(view.purses, view.total.purse_fens, strict=True):
            purses[purse.purpose] += fen
        assert sum(line.budget_fen for line in days) == purses["meal"]
        assert sum(line.delivery_fen for line in days) == purses["delivery"]
        beans = "\n".join(auditpack.beancount(connection, book_id=book_id, title="食堂"))
    assert loader.load_string(beans)[1] == []

    path, count = exports.write_city(database, tmp_path, last=world.days[-1], at=months.AFTER)
    text = path.read_text("utf-8")
    assert (count, exports.read_city(text)) == (len(days), days)
    assert not any(word in text for word in ("李", "P-", "M-"))
    with pytest.raises(Invalid, match="sums_differ"):
        exports.read_city(text.replace('"trays":', '"trays":1', 1))


def test_a_file_that_was_edited_is_named() -> None:
    line = exports.VoucherLine(7, 1, date(2026, 3, 2), "就餐 #7", "1001", "库存现金", "", 500, 0)
    content = exports.voucher_file([line], layout="yonyou", prepared_by="")
    with pytest.raises(Invalid, match="unbalanced") as refused:
        exports.retotal(content, layout="yonyou")
    assert refused.value.params == {"number": "7", "off": "5.00"}
    for wrong, layout, code in (
        (b"?", "yonyou", "unreadable"),
        (content, "kingdee", "unreadable"),
        (b"", "x", "layout"),
    ):
        with pytest.raises(Invalid, match=code):
            exports.retotal(wrong, layout=layout)
    with pytest.raises(Invalid, match="nothing_booked"):
        exports.voucher_file([], layout="yonyou", prepared_by="")
