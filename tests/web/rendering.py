"""Render templates as the application would, without the application."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "canteen" / "web" / "templates"
STATIC = ROOT / "static"


def _url_for(endpoint: str, *, filename: str) -> str:
    assert endpoint == "static", "pages receive all other addresses in their context"
    assert (STATIC / filename).is_file(), f"no such file under static: {filename}"
    return f"/static/{filename}"


def _flashed_messages(*, with_categories: bool) -> list[tuple[str, str]]:
    assert with_categories
    return [("ok", "已经记下。")]


@cache
def environment() -> Environment:
    """Make the environment of the pages, strict about names nobody gave."""
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    made.globals.update(url_for=_url_for, csrf_token=lambda: "csrf-of-the-test", get_flashed_messages=_flashed_messages)
    return made


def render(template: str, context: dict[str, Any]) -> str:
    """Render one page."""
    return environment().get_template(template).render(context)
