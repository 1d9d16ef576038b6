"""The migrations alone make the same database as the tables and guards, in both directions, on both kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

import bot.tables
from canteen import schema
from canteen.foundation.db import Base
from tests import postgresql

GUARDS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
    "postgresql": """SELECT t.tgname AS name, pg_get_triggerdef(t.oid) || p.prosrc AS sql
        FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal ORDER BY t.tgname""",
}
New = Callable[[], AbstractContextManager[str]]


@pytest.fixture
def owner(new_database: New) -> Iterator[str]:
    """Lend a migrated database, as its owner opens it."""
    with new_database() as url:
        yield postgresql.owner_url(url) if url.startswith("postgresql") else url


def guards(url: str) -> dict[str, str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(text(GUARDS[engine.dialect.name])).all()
    engine.dispose()
    return {row.name: " ".join(row.sql.split()) for row in rows}


def tables(url: str) -> set[str]:
    engine = create_engine(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


@pytest.mark.both
def test_the_migrated_database_equals_the_tables(owner: str) -> None:
    assert bot.tables.WechatAccount.__table__.metadata is Base.metadata
    schema.check(owner)


@pytest.mark.both
def test_the_migrated_guards_equal_those_that_the_code_attaches(owner: str) -> None:
    migrated = guards(owner)
    schema.downgrade(owner, "base")
    engine = create_engine(owner)
    Base.metadata.create_all(engine)
    engine.dispose()
    assert migrated
    assert guards(owner) == migrated


@pytest.mark.both
def test_down_to_nothing_and_up_again_gives_the_same(owner: str) -> None:
    before = tables(owner), guards(owner)
    schema.downgrade(owner, "base")
    assert tables(owner) <= {"alembic_version"}
    schema.upgrade(owner)
    assert (tables(owner), guards(owner)) == before


HELD = """
INSERT INTO regions (code, name, level, is_local) VALUES ('440304000000', '福田区', 'district', false);
INSERT INTO operators (ref, name, kind, contract_number, contract_from, price_ceiling_fen) VALUES ('F-1', '福田餐饮',
'company', '1号', '2026-01-01', 2500);
INSERT INTO canteens (ref, name, aliases, kind, operator_id, region_code, address, phone, default_tender,
opened_on) SELECT 'C-1', '食堂', '[]', 'canteen', id, '440304000000', '1 号', '12349', 'cash', '2026-01-01' FROM
operators;
INSERT INTO meal_services (meal, opens_minute, closes_minute, cutoff_days, cutoff_minute, capacity, weekdays,
dines_in, packs, delivers, delivery_fee_fen, canteen_id) SELECT 'lunch', 660, 750, 0, 570, 80, '12345', true, true,
false, 0, id FROM canteens;
INSERT INTO periods (book_id, month, state) SELECT id, '2026-01', 'closed' FROM books;
"""


@pytest.mark.both
def test_contracts_ceilings_hours_and_closed_months_are_carried_over_and_back(owner: str) -> None:
    schema.downgrade(owner, "0001")
    engine = create_engine(owner)
    with engine.begin() as connection:
        for statement in filter(str.strip, HELD.split(";")):
            connection.execute(text(statement))
    schema.upgrade(owner)
    with engine.connect() as connection:
        asked = "SELECT c.number, p.price_fen, o.region_code FROM operators o JOIN contracts c ON c.operator_id = o.id"
        row = connection.execute(text(f"{asked} JOIN price_ceilings p ON p.operator_id = o.id")).one()
        assert tuple(row) == ("1号", 2500, "440304000000")
        assert str(connection.execute(text("SELECT valid_from FROM meal_services")).scalar_one()) == "1970-01-01"
        closed = connection.execute(text("SELECT state, closed_by <> soft_closed_by FROM periods")).one()
        assert (closed[0], bool(closed[1])) == ("closed", True)
    schema.downgrade(owner, "0001")
    with engine.connect() as connection:
        row = connection.execute(text("SELECT contract_number, price_ceiling_fen FROM operators")).one()
        assert tuple(row) == ("1号", 2500)
        assert connection.execute(text("SELECT count(*) FROM meal_services")).scalar_one() == 1
    engine.dispose()


def test_there_is_one_head() -> None:
    newest = max(path.name for path in Path(schema.__file__).parents[1].glob("migrations/versions/[0-9]*.py"))
    assert newest.startswith(f"{schema.head()}_")
