"""Nothing goes round the rules: no hidden import, no stray clock, no raw statement."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.tree import Source, dotted, functions, product, sources

CLOCKS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.date.today",
    "date.today",
    "time.time",
    "time.time_ns",
}
READS_THE_CLOCK = ("canteen/foundation/clock.py", "bot/simulator")

# Here statements are written out for speed, and each passes the scope of the asker by hand.
SPEAKS_SQL = (
    "canteen/foundation",
    "canteen/schema.py",
    "canteen/tables.py",
    "canteen/checkin",
    "canteen/ledger",
    "canteen/settlement",
    "canteen/auditpack",
)


# These declare tables and their triggers; they ask for no rows.
DECLARES = ("/tables.py", "/guards.py")


def test_no_import_is_hidden_in_a_function():
    hidden = [
        source.at(node, "import inside a function")
        for source in product() + sources("tools", "migrations")
        for function in functions(source.tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert not hidden, "\n".join(hidden)


def test_only_the_clock_reads_the_clock():
    stray = [
        source.at(node, dotted(node.func))
        for source in product()
        if not source.is_in(*READS_THE_CLOCK)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and dotted(node.func) in CLOCKS
    ]

    assert not stray, "\n".join(stray)


def test_raw_statements_stay_where_the_scope_is_passed_by_hand():
    raw = [
        finding
        for source in product()
        if not source.is_in(*SPEAKS_SQL) and not source.name.endswith(DECLARES)
        for finding in _raw_statements(source)
    ]

    assert not raw, "\n".join(raw)


def _raw_statements(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr == "__table__":
            yield source.at(node, "__table__ goes round the scope")
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            yield from (source.at(node, "text() goes round the scope") for name in node.names if name.name == "text")
