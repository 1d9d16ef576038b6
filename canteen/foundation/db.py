"""Open transactions, and narrow every look to what the asker may see.

Two words reach the database: ``with database.transaction(scope) as session`` for acts, ``with database.reading(scope)
as session`` for looks. Nothing is global. A third, `looking` (`glancing` with a session), runs single statements
without a transaction around them, for the paths where every round trip counts; whoever would write there is told
`OnlyLooking`.

**The only magic of the house is here.** A session carries the `Scope` that the edge stated when it opened it. A
listener on ``do_orm_execute`` adds the scope to every ORM statement on a table that mixes in `OfCanteen` or
`OfRegion`, however deep in a verb it was written. A session without a stated scope refuses every ORM statement,
since a missing scope must never mean "everything". Core statements (``connection.execute``) go round it: they are for
the short list of files that a house test names, and those pass the scope by hand.

The house says BEGIN itself on both databases. SQLite: acts begin with BEGIN IMMEDIATE, so that two writers queue
instead of failing half-way; write-ahead log, full synchronisation (a served meal survives a power cut; invented data
need not, ``survives_power_cut=False``), foreign keys and recursive triggers on. PostgreSQL: acts are READ COMMITTED;
looks are REPEATABLE READ and READ ONLY, so that the statements of one look agree with each other, as they do on SQLite,
and end by COMMIT, since after a ROLLBACK the driver forgets every statement that it had prepared.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, false, or_
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    mapped_column,
    with_loader_criteria,
)

from canteen.foundation import driver
from canteen.foundation.columns import WideInteger
from canteen.foundation.secrecy import Vault

_BUSY_MILLISECONDS = 10_000
_IS_ACTING = "house.is_acting"
_ONE_STATE = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Carry every table of the house, with constraint names that are the same everywhere."""

    metadata = MetaData(naming_convention=NAMES)


class OnlyLooking(Exception):
    """Say that something would be written where only looks are taken."""


class OfCanteen:
    """Mark a table whose rows belong to one canteen."""

    canteen_id: Mapped[int] = mapped_column(WideInteger, index=True)


class OfRegion:
    """Mark a table whose rows belong to one region, named by its 12-digit code."""

    region_code: Mapped[str]


@dataclass(frozen=True)
class Scope:
    """Say what a session may see: canteens by key, regions by the leading digits of their code."""

    canteen_ids: frozenset[int] = frozenset()
    region_prefixes: tuple[str, ...] = ()
    everywhere: bool = False


EVERYWHERE = Scope(everywhere=True)


class Database:
    """Hold the engine and open sessions on it."""

    def __init__(self, url: str, vault: Vault | None = None, *, survives_power_cut: bool = True) -> None:
        # Values of a failed statement may be personal, and exceptions are logged.
        self.engine = create_engine(url, pool_pre_ping=False, hide_parameters=True, **_pool(url))
        self._vault = vault
        self._is_sqlite = self.engine.dialect.name == "sqlite"
        self._queue = threading.Lock()
        if self._is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            if not survives_power_cut:
                event.listen(self.engine, "connect", _synchronise_less)
        event.listen(self.engine, "begin", _begin)
        self._begin_act = "BEGIN IMMEDIATE" if self._is_sqlite else "BEGIN"
        self._acting = self.engine.execution_options(begin=self._begin_act)
        self._reading = self.engine.execution_options(begin="BEGIN" if self._is_sqlite else _ONE_STATE)
        self._looking = self.engine.execution_options(begin="")
        event.listen(self._looking, "before_cursor_execute", _only_look)

    @contextmanager
    def transaction(self, scope: Scope | None = None) -> Iterator[Session]:
        """Act: commit at the end, roll back on any exception."""
        with self.acting() as connection, self._session(connection, scope) as session:
            yield session
            session.flush()

    @contextmanager
    def reading(self, scope: Scope | None = None) -> Iterator[Session]:
        """Look at one consistent state and change nothing."""
        with self._reading.connect() as connection, connection.begin() as look:
            with self._session(connection, scope) as session:
                session.autoflush = False
                yield session
            if self._is_sqlite:
                look.rollback()

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """Run single reading statements, each on its own, with no transaction around them."""
        with self._looking.connect() as connection:
            yield connection

    @contextmanager
    def glancing(self, scope: Scope | None = None) -> Iterator[Session]:
        """Look by single statements through the verbs: for what is checked again, or told again, when it is acted on.

        Whoever would write is told `OnlyLooking`, and nothing was written.
        """
        with self.looking() as connection, self.glancing_on(connection, scope) as session:
            yield session

    @contextmanager
    def glancing_on(self, looked: Connection, scope: Scope | None = None) -> Iterator[Session]:
        """Look, as `glancing` does, on a connection that goes on to act."""
        with self._session(looked, scope) as session:
            session.autoflush = False
            yield session
            if session.new or session.dirty or session.deleted:
                raise OnlyLooking

    @contextmanager
    def acting(self) -> Iterator[Connection]:
        """Act by Core statements alone: commit at the end, roll back on any exception."""
        with self._turn(), self._acting.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def acting_on(self, looked: Connection) -> Iterator[None]:
        """Act on a connection that only looked so far, by Core statements alone; SQLAlchemy sees no transaction.

        Commit at the end, roll back on any exception.
        """
        info = looked.info
        with self._turn():
            driver.run(looked, self._begin_act)
            info[_IS_ACTING] = True
            try:
                yield
                driver.run(looked, "COMMIT")
            except BaseException:
                self._give_up(looked)
                raise
            finally:
                info.pop(_IS_ACTING, None)

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let one act of this process at a time come before SQLite, whose waiters sleep and poll.

        It only saves waiting: SQLite's own lock decides. Whoever waited in vain goes on, and is told busy by SQLite.
        """
        is_mine = self._is_sqlite and self._queue.acquire(timeout=_BUSY_MILLISECONDS / 1000)
        try:
            yield
        finally:
            if is_mine:
                self._queue.release()

    def _give_up(self, acted: Connection) -> None:
        """Roll back; where even that fails the connection is closed, and the database rolls back by itself."""
        try:
            if not acted.invalidated:
                driver.run(acted, "ROLLBACK")
        except DBAPIError:
            acted.invalidate()

    def _session(self, connection: Connection, scope: Scope | None) -> Session:
        return Session(
            connection,
            expire_on_commit=False,
            info={"scope": scope, "vault": self._vault},
            join_transaction_mode="rollback_only",
        )


def connection_of(session: Session) -> Connection:
    """Return the connection of a session, for statements that go straight to the driver.

    Unlike ``session.connection()`` it begins nothing: what is to be begun is begun before a session is opened.
    """
    if not isinstance(session.bind, Connection):
        raise TypeError("a session of the house stands on a connection")
    return session.bind


def vault_of(session: Session) -> Vault:
    """Return the vault that the database was opened with."""
    vault = session.info["vault"]
    if not isinstance(vault, Vault):
        raise TypeError("this database was opened without data keys")
    return vault


def scope_of(session: Session) -> Scope:
    """Return the scope that the edge stated; a session without one raises RuntimeError."""
    scope = session.info.get("scope")
    if not isinstance(scope, Scope):
        raise RuntimeError("a session must state its scope: pass EVERYWHERE or what the asker may see")
    return scope


@event.listens_for(Session, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    scope = scope_of(state.session)
    if scope.everywhere or state.is_column_load or state.is_relationship_load:
        return
    state.statement = state.statement.options(*_criteria(scope))


@lru_cache(maxsize=512)
def _criteria(scope: Scope) -> tuple[Any, ...]:
    options: list[Any] = []
    for mapper in Base.registry.mappers:
        table = mapper.class_
        if issubclass(table, OfCanteen):
            options.append(with_loader_criteria(table, table.canteen_id.in_(sorted(scope.canteen_ids))))
        elif issubclass(table, OfRegion):
            within = [table.region_code.startswith(prefix) for prefix in scope.region_prefixes]
            options.append(with_loader_criteria(table, or_(false(), *within)))
    return tuple(options)


def _pool(url: str) -> dict[str, Any]:
    # One for each thread of a worker, the warmest first: opening one, or preparing its statements anew, costs a scan.
    kept = {"pool_size": 8, "max_overflow": 8, "pool_use_lifo": True}
    if url.startswith("sqlite"):
        return {**kept, "connect_args": {"timeout": _BUSY_MILLISECONDS / 1000, "check_same_thread": False}}
    return {**kept, "connect_args": {"autocommit": True}}


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {_BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "recursive_triggers = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _synchronise_less(connection: sqlite3.Connection, _record: object) -> None:
    """Let the end of the log be lost with the power; what remains is whole."""
    connection.execute("PRAGMA synchronous = NORMAL")


def _only_look(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
    # Without a transaction around it a write could not be taken back.
    if not statement.startswith(("SELECT", "WITH", "PRAGMA")) and _IS_ACTING not in connection.info:
        raise OnlyLooking


def _begin(connection: Connection) -> None:
    begin = connection.get_execution_options().get("begin", "BEGIN")
    if begin:
        driver.run(connection, begin)


__all__ = [
    "EVERYWHERE",
    "Base",
    "Database",
    "Engine",
    "OfCanteen",
    "OfRegion",
    "OnlyLooking",
    "Scope",
    "connection_of",
    "scope_of",
    "vault_of",
]
