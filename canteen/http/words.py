"""Turn codes and parameters into the sentences of ``words.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from canteen.foundation.clock import CHINA

_WEEKDAYS = "一二三四五六日"


def refusal(code: str, params: Mapping[str, Any]) -> str:
    """Say a refusal; a code without words is said by the general sentence."""
    template = _refusals().get(code) or http("other")
    return template.format_map(_Said(params))


def http(name: str) -> str:
    """Say what went wrong with a request itself."""
    return str(_words()["http"][name])


def title(class_name: str) -> str:
    """Say the kind of a refusal in a word or two."""
    return str(_words()["classes"][class_name])


def value(name: str, content: object) -> str:
    """Say the value of a parameter as people write it."""
    if isinstance(content, datetime):
        shown = content.astimezone(CHINA)
        return f"{shown.month}月{shown.day}日 {shown.hour}:{shown.minute:02}"
    if isinstance(content, date):
        return f"{content.month}月{content.day}日（周{_WEEKDAYS[content.weekday()]}）"
    if name.endswith("_fen") and isinstance(content, int):
        return f"{content // 100}.{content % 100:02} 元"
    return str(_words()["values"].get(name, {}).get(content, content))


class _Said(dict[str, str]):
    """Say parameters on the way into a sentence; one that was not given is left out."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        super().__init__({name: value(name, content) for name, content in params.items()})

    def __missing__(self, name: str) -> str:
        return ""


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@cache
def _refusals() -> dict[str, str]:
    return dict(_flat(_words()["refusals"], ""))


def _flat(table: Mapping[str, Any], before: str) -> Iterator[tuple[str, str]]:
    for name, content in table.items():
        if isinstance(content, dict):
            yield from _flat(content, f"{before}{name}.")
        else:
            yield f"{before}{name}", content
