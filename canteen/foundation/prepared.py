"""Run statements that are written once and repeated at every tray straight on the driver.

A `Prepared` is a Core statement with named parameters, compiled once for each kind of database; an `Insertion` writes
rows of one table by one statement, however many. Both hand the text to the driver's own cursor, with the columns'
types (days, instants, JSON) applied on the way in and out. What falls away is what SQLAlchemy does at each execution;
what stays is its SQL for both databases, its types and its exceptions.

They are for the log-in, the scan and its entries (docs/performance.md), where that work would be the larger part of a
tray's wait. Everything else uses the ORM. Like every Core statement they go round the scope: the caller passes it.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Insert, Table, bindparam, insert
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.base import ColumnCollection
from sqlalchemy.sql.compiler import SQLCompiler

from canteen.foundation import driver

Values = Mapping[str, Any]
_Change = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Form:
    """Hold a statement as one kind of database takes it: its text, and how values go in and rows come out."""

    text: str
    names: tuple[str, ...]
    fixed: Values
    given: tuple[tuple[str, _Change], ...]
    read: tuple[tuple[int, _Change], ...]
    is_positional: bool
    row: Callable[[Iterable[Any]], Any]

    def bound(self, values: Values) -> Any:
        """Return the values as the driver takes them; a missing one raises KeyError."""
        known = {**self.fixed, **values}
        for name, change in self.given:
            known[name] = change(known[name])
        return tuple([known[name] for name in self.names]) if self.is_positional else known

    def rows(self, found: Sequence[Sequence[Any]]) -> list[Any]:
        """Return what the driver found as rows with named columns."""
        return [self.row(self._changed(values) if self.read else values) for values in found]

    def _changed(self, values: Sequence[Any]) -> Sequence[Any]:
        changed = list(values)
        for place, change in self.read:
            changed[place] = change(changed[place])
        return changed


class Prepared:
    """Hold a statement with named parameters.

    Its IN lists must be written out (``or_``), since a text that is made once cannot grow with a list.
    """

    def __init__(self, statement: Any) -> None:
        self._statement = statement
        self._forms: dict[str, _Form] = {}

    def all(self, connection: Connection, values: Values) -> list[Any]:
        """Return the rows that are found, with named columns."""
        form = self._form(connection.dialect)
        return form.rows(driver.run(connection, form.text, form.bound(values), driver.fetched))

    def first(self, connection: Connection, values: Values) -> Any:
        """Return the first row that is found, None where there is none."""
        return next(iter(self.all(connection, values)), None)

    def run(self, connection: Connection, values: Values) -> int:
        """Change rows and return how many were touched."""
        form = self._form(connection.dialect)
        return int(driver.run(connection, form.text, form.bound(values)))

    def _form(self, dialect: Dialect) -> _Form:
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = _compiled(self._statement, dialect)
        return form


class Insertion:
    """Write rows of one table, all by one statement; each row names the same columns.

    Defaults of the table's columns are not applied: a row that leaves one out raises TypeError.
    """

    def __init__(self, table: type[DeclarativeBase], returning: Any = None) -> None:
        self._table = cast("Table", table.__table__)
        self._returning = returning
        self._forms: dict[tuple[str, int], _Form] = {}

    def run(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Write rows."""
        form = self._form(connection.dialect, rows)
        driver.run(connection, form.text, form.bound(_numbered(form, rows)))

    def scalar(self, connection: Connection, row: Values) -> Any:
        """Write a row and return the column that the database gave it."""
        form = self._form(connection.dialect, [row])
        return form.rows(driver.run(connection, form.text, form.bound(_numbered(form, [row])), driver.fetched))[0][0]

    def _form(self, dialect: Dialect, rows: Sequence[Values]) -> _Form:
        key = (dialect.name, len(rows))
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = _compiled(self.statement(rows), dialect)
        return form

    def statement(self, rows: Sequence[Values], prefix: str = "") -> Insert:
        """Return the statement for so many rows of these columns; parameters are named by prefix, column and row."""
        columns = [column for column in self._table.columns if column.name in rows[0]]
        left_out = {column.name for column in self._table.columns if column.default is not None} - set(rows[0])
        unknown = set(rows[0]) - {column.name for column in columns}
        if left_out or unknown:
            raise TypeError(f"a row of {self._table} must name {sorted(left_out)} and cannot have {sorted(unknown)}")
        numbered = [
            {column.name: bindparam(f"{prefix}{column.name}_{number}", type_=column.type) for column in columns}
            for number in range(len(rows))
        ]
        statement: Insert = insert(self._table).inline().values(numbered)
        return statement if self._returning is None else statement.returning(self._returning)


class Together:
    """Write rows of several tables, on PostgreSQL by one statement, elsewhere table by table.

    There the rows of one table do not show to what guards another while the statement runs; keys do hold.
    """

    def __init__(self) -> None:
        self._forms: dict[tuple[tuple[Insertion, int], ...], _Form] = {}

    def run(self, connection: Connection, writes: Sequence[tuple[Insertion, Sequence[Values]]]) -> None:
        """Write rows, each by the insertion of its table; insertions without rows are left out."""
        some = [write for write in writes if write[1]]
        if connection.dialect.name != "postgresql":
            for insertion, rows in some:
                insertion.run(connection, rows)
        elif some:
            form = self._form(connection.dialect, some)
            given = {
                f"of_{number}_{column}_{place}": value
                for number, (_, rows) in enumerate(some)
                for place, row in enumerate(rows)
                for column, value in row.items()
            }
            driver.run(connection, form.text, form.bound(given))

    def _form(self, dialect: Dialect, writes: Sequence[tuple[Insertion, Sequence[Values]]]) -> _Form:
        key = tuple((insertion, len(rows)) for insertion, rows in writes)
        form = self._forms.get(key)
        if form is None:
            *first, last = [
                insertion.statement(rows, f"of_{number}_") for number, (insertion, rows) in enumerate(writes)
            ]
            parts = [statement.cte(f"part_{number}") for number, statement in enumerate(first)]
            form = self._forms[key] = _compiled(last.add_cte(*parts), dialect)
        return form


def _numbered(form: _Form, rows: Sequence[Values]) -> Values:
    """Name the values of all rows by the parameters of the form, which go column by column, row by row."""
    columns = [name.rpartition("_")[0] for name in form.names[: len(form.names) // len(rows)]]
    return dict(zip(form.names, [row[name] for row in rows for name in columns], strict=True))


@cache
def _positional(dialect: Dialect) -> Dialect:
    """Return the dialect with parameters by place: names would be put in order again at each execution."""
    kind: Any = type(dialect)
    return cast("Dialect", kind(paramstyle="numeric_dollar")) if dialect.name == "postgresql" else dialect


def _compiled(statement: Any, spoken: Dialect) -> _Form:
    dialect = _positional(spoken)
    compiled: SQLCompiler = statement.compile(dialect=dialect)
    if compiled.post_compile_params:
        raise TypeError("a prepared statement cannot hold a list that grows: write it out")
    columns: ColumnCollection[Any, Any] | tuple[()] = getattr(statement, "exported_columns", ())
    names = (compiled.positiontup or []) if compiled.positional else list(compiled.params)
    kinds = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    changes = {name: change for name in names if (change := _processor(compiled, name, dialect)) is not None}
    row = namedtuple("Row", [column.key for column in columns], rename=True)  # type: ignore[misc]
    return _Form(
        text=compiled.string,
        names=tuple(names),
        given=tuple(changes.items()),
        fixed={name: compiled.binds[name].value for name in names if not compiled.binds[name].required},
        is_positional=compiled.positional,
        row=row._make,
        read=tuple((place, change) for place, change in enumerate(kinds) if change is not None),
    )


def _processor(compiled: SQLCompiler, name: str, dialect: Dialect) -> _Change | None:
    return compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)
