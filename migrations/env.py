"""Run migrations on the database whose address the caller gives.

The address comes from `canteen.schema`, which hands it over, or, for the command ``alembic`` itself, from the
settings. Each revision is one transaction on both databases.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import MigrationScript
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, TypeDecorator, create_engine, event, pool

from canteen.foundation.settings import Settings
from canteen.schema import ROOT
from canteen.tables import metadata

LOCK_TIMEOUT = "5s"

# The bot is a guest with tables of its own; without it the rest is migrated all the same.
if find_spec("bot.tables"):
    import_module("bot.tables")


def address() -> str:
    """Return the address of the database to migrate."""
    given = context.config.attributes.get("url")
    return given or Settings.from_environment(os.environ, ROOT).owner_url


def number(
    _context: MigrationContext, _revision: str | Iterable[str | None], directives: list[MigrationScript]
) -> None:
    """Give a new revision the next number: 0001, 0002 and so on."""
    script = ScriptDirectory.from_config(context.config)
    numbers = [int(revision.revision) for revision in script.walk_revisions()]
    for directive in directives:
        directive.rev_id = f"{max(numbers, default=0) + 1:04d}"


def plain(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write a column type of the house as what it is in the database; revisions must outlive our code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def engine() -> Engine:
    """Open the database so that a revision is done wholly or not at all."""
    made = create_engine(address(), poolclass=pool.NullPool)
    if made.dialect.name == "sqlite":
        event.listen(made, "connect", _leave_transactions_to_us)
        event.listen(made, "begin", _begin_at_once)
    return made


def _leave_transactions_to_us(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout = 10000")


def _begin_at_once(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def options(dialect: str) -> dict[str, Any]:
    """Say how migrations are compared and run on a kind of database."""
    return {
        "target_metadata": metadata,
        "render_as_batch": dialect == "sqlite",
        "transactional_ddl": True,
        "transaction_per_migration": True,
        "render_item": plain,
        "process_revision_directives": number,
        "compare_type": True,
        "compare_server_default": True,
    }


def migrate(connection: Connection) -> None:
    """Run what was asked for, waiting only briefly for locks on a database in use."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        connection.commit()
    context.configure(connection=connection, **options(connection.dialect.name))
    with context.begin_transaction():
        context.run_migrations()


with engine().connect() as opened:
    migrate(opened)
