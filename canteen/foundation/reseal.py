"""Seal what older keys sealed anew under the newest, batch by batch, while everything goes on.

Works on every column that is marked as sealed, whoever declared it. A batch is one short transaction; a text that
somebody else changed meanwhile is left to them, so that nothing newer is ever overwritten. Stopped half-way, it goes
on where it was: what is done already is told by the id of the key before the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, Connection, MetaData, and_, case, func, or_, select, update

from canteen.foundation.db import Database
from canteen.foundation.secrecy import Vault

NO_KEY = "?"


@dataclass(frozen=True)
class Kept:
    """Count what a column holds by the key that it is sealed or indexed under."""

    table: str
    column: str
    counts: dict[str, int]


@dataclass(frozen=True)
class Progress:
    """Tell how far a column is; ``unreadable`` texts open with no listed key."""

    table: str
    column: str
    done: int
    left: int
    unreadable: int


def kept_under(connection: Connection, vault: Vault, metadata: MetaData) -> list[Kept]:
    """Count every sealed and indexed column by key; what names no listed key counts under ``?``."""
    marked = _marked(metadata, "is_sealed") + _marked(metadata, "is_index")
    return [Kept(column.table.name, column.name, _counts(connection, vault, column)) for column in marked]


def reseal(database: Database, vault: Vault, metadata: MetaData, *, batch: int) -> Iterator[Progress]:
    """Seal every sealed column under the newest key, and tell after each batch how far it is."""
    for column in _marked(metadata, "is_sealed"):
        done, unreadable = 0, 0
        while True:
            with database.acting() as connection:
                changed, failed, seen = _batch(connection, vault, column, skip=unreadable, batch=batch)
            done, unreadable = done + changed, unreadable + failed
            if seen:
                with database.looking() as connection:
                    left = _left(connection, vault, column)
                yield Progress(column.table.name, column.name, done, left, unreadable)
            if seen < batch:
                break


def _batch(connection: Connection, vault: Vault, column: Column[str], *, skip: int, batch: int) -> tuple[int, int, int]:
    keys = list(column.table.primary_key.columns)
    wanted = select(*keys, column).where(_is_old(vault, column)).order_by(*keys).offset(skip).limit(batch)
    rows = connection.execute(wanted).all()
    changed = failed = 0
    for row in rows:
        old = row[-1]
        try:
            sealed = vault.seal(vault.open(old))
        except ValueError:
            failed += 1
            continue
        this = and_(column == old, *(key == value for key, value in zip(keys, row, strict=False)))
        changed += connection.execute(update(column.table).where(this).values({column.name: sealed})).rowcount
    return changed, failed, len(rows)


def _marked(metadata: MetaData, mark: str) -> list[Column[str]]:
    return [column for table in metadata.sorted_tables for column in table.columns if column.info.get(mark)]


def _is_old(vault: Vault, column: Column[str]) -> ColumnElement[bool]:
    return and_(column.is_not(None), column != "", ~column.startswith(f"{vault.names[0]}."))


def _left(connection: Connection, vault: Vault, column: Column[str]) -> int:
    return connection.execute(select(func.count()).select_from(column.table).where(_is_old(vault, column))).scalar_one()


def _counts(connection: Connection, vault: Vault, column: Column[str]) -> dict[str, int]:
    under = [column.startswith(f"{name}.") for name in vault.names]
    sums = [func.coalesce(func.sum(case((condition, 1), else_=0)), 0) for condition in [*under, ~or_(*under)]]
    row = connection.execute(select(*sums).where(column.is_not(None), column != "")).one()
    return {name: int(count) for name, count in zip([*vault.names, NO_KEY], row, strict=True)}
