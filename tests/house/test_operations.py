"""Whoever runs a canteen finds every setting, command and periodic job in docs/operations.md."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator

import click

from tests.house.tree import dotted, functions, named_in, page, sources

PAGE = "operations.md"
OF_FLASK = {"run", "shell", "routes"}


def test_every_command_is_explained():
    wsgi = importlib.import_module("wsgi")
    missing = [name for name in _commands(wsgi.app.cli) if not named_in(page(PAGE), f"flask {name}")]

    assert not missing, "\n".join(missing)


def test_every_setting_is_explained():
    missing = [name for name in sorted(_settings()) if not named_in(page(PAGE), name)]

    assert not missing, "\n".join(missing)


def test_every_periodic_job_is_explained():
    missing = [
        function.name
        for source in sources("canteen", "bot")
        for function in functions(source.tree)
        if _is_periodic(function) and not named_in(page(PAGE), function.name)
    ]

    assert not missing, "\n".join(missing)


def _commands(group: click.Group, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{before}{name} ")
        elif before or name not in OF_FLASK:
            yield f"{before}{name}"


def _is_periodic(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(
        isinstance(decorator, ast.Call) and dotted(decorator.func).endswith("periodic_task")
        for decorator in function.decorator_list
    )


def _settings() -> set[str]:
    """Collect the names of settings: upper-case texts in the one file that reads the environment."""
    return {
        node.value
        for source in sources("canteen/foundation")
        if source.name.endswith("/settings.py")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.isidentifier()
        and node.value.isupper()
        and len(node.value) > 3
    }
