"""Speak as the kitchen does: the sentences of ``kitchen.toml``, days, times of day."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from flask import flash

from canteen.foundation.errors import Invalid

_CELSIUS = re.compile(r"[-−－]?\d{1,3}(?:[.．]\d)?")
_PLAIN = str.maketrans("−－．", "--.")


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


def tenths(text: str) -> int:
    """Return a temperature in tenths of a degree; refuses ``kitchen.not_a_temperature``."""
    if not _CELSIUS.fullmatch(text):
        raise Invalid("kitchen.not_a_temperature")
    return round(float(text.translate(_PLAIN)) * 10)


def celsius(of_tenths: int) -> str:
    """Write tenths of a degree as people do."""
    return say("safety", "celsius", n=f"{of_tenths / 10:.1f}")
