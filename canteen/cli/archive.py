"""Write the whole database into one file, and load such a file elsewhere.

The file is a tar of one JSON-lines file per table and a manifest with the migration, the number of rows and the SHA-256
of each table. All tables are read from one consistent state while the canteen goes on working. Loading is one
transaction: triggers rest meanwhile, since history is loaded and not made again; foreign keys, row counts and digests
are checked before the commit. A file made on SQLite loads into PostgreSQL, which is also the way to move there.

Statements here are written below the ORM on purpose: a copy of everything knows no scope.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Connection, Date, LargeBinary, MetaData, Table, exists, func, inspect, select

from canteen.cli.resting import triggers_rest
from canteen.foundation.columns import UtcDateTime
from canteen.foundation.db import EVERYWHERE, Database

FORMAT = 1
_MANIFEST = "manifest.json"
_OF_ALEMBIC = "alembic_version"
_BATCH = 500

Row = dict[str, Any]


class ArchiveError(Exception):
    """Say why a database cannot be written out or loaded."""


def write(database: Database, metadata: MetaData, target: Path, *, at: datetime) -> int:
    """Write all tables to a new file and return the number of rows.

    Only its owner may read the file; one that is there already is never overwritten.
    """
    if target.exists():
        raise ArchiveError(f"{target} is there already")
    draft = target.with_name(target.name + ".part")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    with database.reading(EVERYWHERE) as session, tarfile.open(draft, "w:gz") as archive:
        connection = session.connection()
        tables = _tables(connection, metadata)
        report = {table.name: _write_table(connection, table, archive) for table in tables}
        manifest = {"format": FORMAT, "made_at": at.isoformat(), "revision": _revision(connection), "tables": report}
        _add(archive, _MANIFEST, io.BytesIO(json.dumps(manifest, indent=1).encode()))
    draft.replace(target)
    return sum(part["rows"] for part in report.values())


def load(database: Database, metadata: MetaData, source: Path) -> int:
    """Load a file into an empty database and return the number of rows.

    The database is of the same migration; all is loaded or nothing.
    """
    with tarfile.open(source) as archive, database.acting() as connection:
        manifest = _manifest(archive)
        tables = _tables(connection, metadata)
        _refuse_unfit(connection, tables, manifest)
        with triggers_rest(connection, tables):
            for table in tables:
                _load_table(connection, table, archive, manifest["tables"][table.name])
    return sum(part["rows"] for part in manifest["tables"].values())


def _tables(connection: Connection, metadata: MetaData) -> list[Table]:
    """List the tables, those referred to first; one that this program does not know must not be lost silently."""
    present = set(inspect(connection).get_table_names()) - {_OF_ALEMBIC}
    if unknown := present - set(metadata.tables):
        raise ArchiveError(f"unknown tables: {', '.join(sorted(unknown))}")
    if missing := set(metadata.tables) - present:
        raise ArchiveError(f"missing tables: {', '.join(sorted(missing))}; run `flask database upgrade` first")
    return list(metadata.sorted_tables)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _write_table(connection: Connection, table: Table, archive: tarfile.TarFile) -> Row:
    digest, rows = hashlib.sha256(), 0
    with tempfile.TemporaryFile() as body:
        found = connection.execution_options(yield_per=_BATCH).execute(select(table).order_by(*table.primary_key))
        for row in found:
            line = json.dumps(list(row), ensure_ascii=False, default=_written).encode() + b"\n"
            digest.update(line)
            body.write(line)
            rows += 1
        _add(archive, f"{table.name}.jsonl", body)
    return {"rows": rows, "sha256": digest.hexdigest(), "columns": [column.name for column in table.columns]}


def _written(value: object) -> str:
    """Write what JSON has no word for: days and instants as ISO says, files (workbooks, scans) as base64."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"cannot write {type(value).__name__}")


def _add(archive: tarfile.TarFile, name: str, body: IO[bytes]) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = body.seek(0, io.SEEK_END)
    entry.mode = 0o600
    body.seek(0)
    archive.addfile(entry, body)


def _manifest(archive: tarfile.TarFile) -> Row:
    manifest: Row = json.load(_member(archive, _MANIFEST))
    if manifest.get("format") != FORMAT:
        raise ArchiveError(f"format {manifest.get('format')} is not {FORMAT}")
    return manifest


def _member(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    try:
        member = archive.extractfile(name)
    except KeyError:
        member = None
    if member is None:
        raise ArchiveError(f"the file holds no {name}")
    return member


def _refuse_unfit(connection: Connection, tables: list[Table], manifest: Row) -> None:
    at = _revision(connection)
    if at != manifest["revision"]:
        raise ArchiveError(f"the file is of migration {manifest['revision']}, the database of {at}")
    if set(manifest["tables"]) != {table.name for table in tables}:
        raise ArchiveError("the file holds other tables than the database")
    filled = [table.name for table in tables if connection.scalar(select(exists().select_from(table)))]
    if filled:
        raise ArchiveError(f"the database is not empty: {', '.join(filled)}")


def _load_table(connection: Connection, table: Table, archive: tarfile.TarFile, report: Row) -> None:
    columns = [table.columns[name] for name in report["columns"]]
    digest, rows = hashlib.sha256(), []
    for line in _member(archive, f"{table.name}.jsonl"):
        digest.update(line)
        rows.append({column.name: _read(column, part) for column, part in zip(columns, json.loads(line), strict=True)})
    if digest.hexdigest() != report["sha256"] or len(rows) != report["rows"]:
        raise ArchiveError(f"{table.name} was changed after it was written")
    ordered = parents_first(rows, _references_to_itself(table))
    for start in range(0, len(ordered), _BATCH):
        connection.execute(table.insert(), ordered[start : start + _BATCH])
    _continue_numbers(connection, table)


def _read(column: Column[Any], value: Any) -> Any:
    if isinstance(value, str) and isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and isinstance(column.type, Date):
        return date.fromisoformat(value)
    if isinstance(value, str) and isinstance(column.type, LargeBinary):
        return base64.b64decode(value, validate=True)
    return value


def _references_to_itself(table: Table) -> list[tuple[str, str]]:
    return [(key.parent.name, key.column.name) for key in table.foreign_keys if key.column.table is table]


def parents_first(rows: list[Row], references: list[tuple[str, str]]) -> list[Row]:
    """Order rows so that each comes after those of its own table that it refers to."""
    for column, key in references:
        known: set[Any] = {None}
        ordered: list[Row] = []
        waiting = rows
        while waiting:
            ready = [row for row in waiting if row[column] in known]
            if not ready:
                raise ArchiveError(f"{column} refers to rows that are not there")
            waiting = [row for row in waiting if row[column] not in known]
            ordered += ready
            known |= {row[key] for row in ready}
        rows = ordered
    return rows


def _continue_numbers(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows after the loaded ones; SQLite does so by itself."""
    column = table.autoincrement_column
    if connection.dialect.name != "postgresql" or column is None:
        return
    sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
    highest = connection.scalar(select(func.max(column)))
    if sequence and highest:
        connection.execute(select(func.setval(sequence, highest)))
