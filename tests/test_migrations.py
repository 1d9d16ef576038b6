"""The migrations alone make the same database as the tables and guards, in both directions, on both kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

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


def test_there_is_one_head() -> None:
    assert schema.head() == "0002"
