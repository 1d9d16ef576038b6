"""Speak as the kitchen does: the sentences of ``kitchen.toml``, days, times of day."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from flask import flash


@cache
def words() -> dict[str, Any]:
    """Return what the kitchen's pages say."""
    return tomllib.loads(Path(__file__).with_name("kitchen.toml").read_text(encoding="utf-8"))


def say(page: str, name: str, /, **params: object) -> str:
    """Say a sentence of a page."""
    return str(words()[page][name]).format(**params)


def tell(page: str, name: str, /, *, tone: str = "ok", **params: object) -> None:
    """Say on the next page what was done."""
    flash(say(page, name, **params), tone)


def minute(of_day: int) -> str:
    """Write a minute after midnight as a time of day."""
    return f"{of_day // 60}:{of_day % 60:02}"
