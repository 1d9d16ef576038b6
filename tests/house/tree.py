"""Read the source of the house as syntax trees, once."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("canteen", "bot")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """Hold one Python file: where it is, its text, its tree."""

    name: str
    text: str
    tree: ast.Module

    def is_in(self, *places: str) -> bool:
        """Tell whether the file is one of these, or lies in one of these folders."""
        return any(self.name == place or self.name.startswith(f"{place}/") for place in places)

    def at(self, node: ast.AST, what: str) -> str:
        """Say what is wrong and where, so that an editor can jump there."""
        return f"{self.name}:{getattr(node, 'lineno', 1)}: {what}"


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Read all Python files of some folders, and wsgi.py with the product."""
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    if folders == PRODUCT and (ROOT / "wsgi.py").exists():
        paths.append(ROOT / "wsgi.py")
    return tuple(_read(path) for path in paths)


def product() -> tuple[Source, ...]:
    """Read what runs in production."""
    return sources(*PRODUCT)


def everything() -> tuple[Source, ...]:
    """Read the product, its tools and its tests; revisions are a record, not code to be shaped."""
    return product() + sources("tools", "tests")


def functions(tree: ast.AST) -> Iterator[Function]:
    """Walk all functions and methods, however deep."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def dotted(node: ast.AST) -> str:
    """Write a name or attribute the way it stands in the code; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def page(name: str) -> str:
    """Read a page of the documentation; an absent one is empty."""
    path = ROOT / "docs" / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def named_in(text: str, word: str) -> bool:
    """Tell whether a page names a word in code quotes, alone or in a command."""
    return re.search(rf"`[^`\n]*(?<![\w-]){re.escape(word)}(?![\w-])[^`\n]*`", text) is not None


def _read(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(path.relative_to(ROOT).as_posix(), text, ast.parse(text))
