"""Bring a database to a revision of the migrations, and say what the application may do with it.

On PostgreSQL two accounts share the work: the owner migrates (DATABASE_OWNER_URL), the application (DATABASE_URL)
may read and add everywhere, but change and delete only in the tables that `canteen.tables.MUTABLE` names. What
has been booked cannot be altered even by a mistake of ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, make_url, pool

ROOT = Path(__file__).resolve().parent.parent
_OF_ALEMBIC = "alembic_version"


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database up to a revision; one that is there already is left alone."""
    _make_room(url)
    command.upgrade(_config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database back to a revision; ``base`` empties it."""
    command.downgrade(_config(url), revision)


def current(url: str) -> str | None:
    """Return the revision that the database is at, or None before the first."""
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@cache
def head() -> str | None:
    """Return the newest revision of this tree, which does not change while the program runs."""
    return ScriptDirectory.from_config(_config("")).get_current_head()


def check(url: str) -> None:
    """Compare database and tables; a difference raises `alembic.util.CommandError`."""
    command.check(_config(url))


def grant(url: str, *, role: str, mutable: Iterable[str]) -> None:
    """Let a PostgreSQL role read and add everywhere, and alter only the named tables.

    Takes the owner's address. What was granted before and is no longer due is taken back. SQLite has no roles;
    there triggers alone protect what is booked.
    """
    engine = create_engine(url, poolclass=pool.NullPool)
    if engine.dialect.name != "postgresql":
        return
    with engine.begin() as connection:
        _grant(connection, role=role, mutable=frozenset(mutable))


def _grant(connection: Connection, *, role: str, mutable: frozenset[str]) -> None:
    quote = connection.dialect.identifier_preparer.quote_identifier
    to = quote(role)
    tables = set(inspect(connection).get_table_names())
    if unknown := mutable - tables:
        raise ValueError(f"no such tables: {', '.join(sorted(unknown))}")
    statements = [
        f"GRANT USAGE ON SCHEMA public TO {to}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {to}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {to}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {to}",
        *(f"GRANT INSERT ON {quote(table)} TO {to}" for table in sorted(tables - {_OF_ALEMBIC})),
        *(f"GRANT UPDATE, DELETE ON {quote(table)} TO {to}" for table in sorted(mutable)),
    ]
    for statement in statements:
        connection.exec_driver_sql(statement)


def _config(url: str) -> Config:
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.attributes["url"] = url
    return config


def _make_room(url: str) -> None:
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database not in {None, "", ":memory:"}:
        Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
