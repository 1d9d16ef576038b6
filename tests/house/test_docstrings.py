"""Everything public says in one sentence what it does."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.tree import Function, Source, product, sources

WIDTH = 112


def test_everything_public_says_what_it_does():
    silent = [
        source.at(node, f"{name} has no docstring")
        for source, node, name in _public()
        if ast.get_docstring(node) is None
    ]

    assert not silent, "\n".join(silent)


def test_first_line_of_a_docstring_is_one_short_sentence():
    wrong = [
        source.at(node, f"{name}: {_first_line(node)!r}")
        for source, node, name in _public()
        if ast.get_docstring(node) and not _is_short_sentence(_first_line(node))
    ]

    assert not wrong, "\n".join(wrong)


def _is_short_sentence(line: str) -> bool:
    return len(line) <= WIDTH and line.endswith(".")


def _first_line(node: ast.AST) -> str:
    return (ast.get_docstring(node) or "").splitlines()[0]


def _public() -> Iterator[tuple[Source, ast.AST, str]]:
    for source in product() + sources("tools", "migrations/env.py"):
        yield source, source.tree, "the module"
        yield from ((source, node, node.name) for node in _members(source.tree))


def _members(parent: ast.Module | ast.ClassDef) -> Iterator[ast.ClassDef | Function]:
    for node in parent.body:
        if not isinstance(node, ast.ClassDef | Function) or node.name.startswith("_"):
            continue
        if not _is_overload(node):
            yield node
        if isinstance(node, ast.ClassDef):
            yield from _members(node)


def _is_overload(node: ast.ClassDef | Function) -> bool:
    return any(
        getattr(decorator, "id", getattr(decorator, "attr", "")) == "overload" for decorator in node.decorator_list
    )
