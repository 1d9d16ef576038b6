"""Let the database itself refuse what must never happen, whoever writes.

Triggers are attached to tables as DDL, so that creating the tables creates them too; the migrations carry the same
statements, and a test compares both. A trigger's message starts with a code such as ``append_only:postings``.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import DDL, JSON, Column, FromClause, Table, UniqueConstraint, event

REFUSE_CHANGE = """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'append_only:%', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$"""


# Every attached statement as (table, dialect, statement), in the order of attaching.
ATTACHED: list[tuple[str, str, str]] = []


def attach(table: FromClause, dialect: str, *statements: str) -> None:
    """Run these statements after the table was created on that kind of database."""
    for statement in statements:
        ATTACHED.append((cast("Table", table).name, dialect, statement))
        ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


def append_only(source: FromClause) -> None:
    """Refuse UPDATE, DELETE, TRUNCATE and, on SQLite, the REPLACE that would slip past them."""
    table = cast("Table", source)
    name = table.name
    attach(
        table,
        "sqlite",
        _sqlite(name, "no_update", f"BEFORE UPDATE ON {name}", f"append_only:{name}"),
        _sqlite(name, "no_delete", f"BEFORE DELETE ON {name}", f"append_only:{name}"),
        _sqlite(name, "no_replace", f"BEFORE INSERT ON {name} WHEN {_exists(table)}", f"exists:{name}"),
    )
    attach(
        table,
        "postgresql",
        REFUSE_CHANGE,
        f"CREATE TRIGGER {name}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    )


def frozen_columns(source: FromClause, *mutable: str) -> None:
    """Refuse DELETE, and UPDATE of any column but the named ones."""
    table = cast("Table", source)
    name = table.name
    kept = [column for column in table.columns if column.name not in mutable]
    changed = " OR ".join(f'OLD."{column.name}" IS NOT NEW."{column.name}"' for column in kept)
    distinct = " OR ".join(_distinct(column) for column in kept)
    attach(
        table,
        "sqlite",
        _sqlite(name, "no_update", f"BEFORE UPDATE ON {name} WHEN {changed}", f"append_only:{name}"),
        _sqlite(name, "no_delete", f"BEFORE DELETE ON {name}", f"append_only:{name}"),
    )
    attach(
        table,
        "postgresql",
        REFUSE_CHANGE,
        f"CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name} FOR EACH ROW "
        f"WHEN ({distinct}) EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER {name}_no_delete BEFORE DELETE OR TRUNCATE ON {name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    )


def _distinct(column: Column[Any]) -> str:
    """Write how PostgreSQL tells a changed value; JSON has no equality there, its text has."""
    cast_to = "::text" if isinstance(column.type, JSON) else ""
    return f'OLD."{column.name}"{cast_to} IS DISTINCT FROM NEW."{column.name}"{cast_to}'


def _sqlite(table: str, name: str, when: str, message: str) -> str:
    return f"CREATE TRIGGER {table}_{name} {when} BEGIN SELECT RAISE(ABORT, '{message}'); END"


def _exists(table: Table) -> str:
    keys = [list(table.primary_key.columns)]
    keys += [list(constraint.columns) for constraint in table.constraints if isinstance(constraint, UniqueConstraint)]
    keys.sort(key=lambda columns: [column.name for column in columns])
    matches = (" AND ".join(f'"{column.name}" = NEW."{column.name}"' for column in columns) for columns in keys)
    conditions = " OR ".join(f"({match})" for match in matches)
    return f"EXISTS (SELECT 1 FROM {table.name} WHERE {conditions})"
