"""What every tray and every message waits for is found by key, however long the tables have grown."""

from __future__ import annotations

import re

import pytest

from canteen import checkin
from canteen.foundation.db import EVERYWHERE, Database
from tests import builders as make
from tests.bot.wire import Phone
from tests.counting import counting

GROWS = re.compile(
    r"SCAN (orders|redemptions|claims|persons|facts|scan_attempts|typed_numbers|cards|journal_entries|postings"
    r"|entry_seals|seen_messages|conversations|wechat_accounts|family_links|notices|code_links|day_menus|menu_items)\b"
)


def walks_of(database: Database, statements: list[str]) -> list[tuple[str, str]]:
    """Return the statements whose plan walks over a table that grows, with the step that does."""
    walks = []
    with database.engine.connect() as connection:
        cursor = connection.connection.cursor()
        for text in dict.fromkeys(statements):
            if text.split()[0] in {"SELECT", "UPDATE", "INSERT"}:
                cursor.execute(f"EXPLAIN QUERY PLAN {text}", text.count("?") * [1])
                walks += [(text, step[3]) for step in cursor.fetchall() if GROWS.match(step[3])]
    return walks


@pytest.fixture
def sqlite(database: Database) -> Database:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by what is in the tables; the keys are the same")
    return database


def test_no_scan_walks_over_a_table_that_grows(sqlite: Database) -> None:
    with sqlite.transaction(EVERYWHERE) as session:
        town = make.a_town(session)
        people = [make.a_senior(session), make.a_senior(session, name="李福来")]
        make.an_order(session, town, people[0])
        code, number = make.a_code(session, people[0]).digits, make.a_number(session, people[1])
        order = make.an_order(session, town, make.a_senior(session, name="赵德才")).ref
    with counting(sqlite) as said:
        for way in (code, number, order):
            checkin.redeem(sqlite, make.KEYS, make.a_scan(town, way))

    assert len(said) > 20
    assert walks_of(sqlite, said) == []


def test_no_message_walks_over_a_table_that_grows(sqlite: Database, mother: Phone) -> None:
    mother.says("今天午饭红烧肉一份")
    mother.says("好")
    with counting(sqlite) as said:
        for text in ("谢谢", "订了什么", "今天有什么吃的", "明天中午要一份红烧肉", "好", "取餐码", "取消明天的"):
            mother.says(text)

    assert len(said) > 60
    assert walks_of(sqlite, said) == []
