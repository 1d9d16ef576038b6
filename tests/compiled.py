"""Compile once per process what every test would compile anew: SQL statements, templates and addresses.

A test has a database and often an application of its own, and SQLAlchemy, Jinja and Werkzeug keep what they compiled
with those.
Compiling the same again took a third of the time of a test. Here it is kept with the process: the keys hold all that
the result depends on (statement and dialect; name and text of a template; text of a rule), so nothing is taken for
something else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Self

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from werkzeug.routing import Rule


class _OncePerProcess:
    """Make one dialect for all engines with the same options, and give those engines one cache."""

    _made: ClassVar[dict[Any, Any]]
    _statements: ClassVar[dict[Any, Any]]

    def __new__(cls, **options: Any) -> Self:
        return cls._made.setdefault(tuple(sorted(options.items(), key=str)), super().__new__(cls))

    def __init__(self, **options: Any) -> None:
        if not self.__dict__:
            super().__init__(**options)

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Let an engine know what others compiled."""
        engine.update_execution_options(compiled_cache=cls._statements)


class Sqlite(_OncePerProcess, SQLiteDialect_pysqlite):
    """Speak to SQLite."""

    supports_statement_cache = True
    _made: ClassVar[dict[Any, Any]] = {}
    _statements: ClassVar[dict[Any, Any]] = {}


class Postgresql(_OncePerProcess, PGDialect_psycopg):
    """Speak to PostgreSQL."""

    supports_statement_cache = True
    _made: ClassVar[dict[Any, Any]] = {}
    _statements: ClassVar[dict[Any, Any]] = {}


def keep_statements() -> None:
    """Have every engine that this process opens share what is compiled."""
    registry.register("sqlite", __name__, Sqlite.__name__)
    for name in ("postgresql", "postgresql.psycopg"):
        registry.register(name, __name__, Postgresql.__name__)


class Templates(BytecodeCache):
    """Keep compiled templates for the next application."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what was compiled from the same text before."""
        if (compiled := self._compiled.get(bucket.key + bucket.checksum)) is not None:
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled just now."""
        self._compiled[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


TEMPLATES = Templates()


_compile_builder: Callable[..., Any] = Rule._compile_builder
_builders: dict[Any, Any] = {}


def _builder_of(rule: Rule, append_unknown: bool = True) -> Any:
    """Build addresses by a function that depends on the text of the rule alone; what has defaults is left alone."""
    if rule.defaults:
        return _compile_builder(rule, append_unknown)
    key = rule.rule, tuple(rule._trace), append_unknown
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


def keep_addresses() -> None:
    """Have every application of this process share how addresses are built."""
    Rule._compile_builder = _builder_of  # type: ignore[method-assign, assignment]
