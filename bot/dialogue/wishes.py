"""Write wishes down until their turn comes, and read them again."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from bot.understanding import Act, Item

_DAYS = frozenset({"dates", "except_dates", "period"})
_ITEMS = frozenset({"items", "off"})
_BARE = Act("")
_NAMES = tuple(one.name for one in fields(Act))


def packed(act: Act) -> dict[str, Any]:
    """Write an act as plain data, with what was said only."""
    said = {name: value for name in _NAMES if (value := getattr(act, name)) != getattr(_BARE, name)}
    return {"intent": act.intent} | {name: _plain(value) for name, value in said.items()}


def unpacked(data: dict[str, Any]) -> Act:
    """Read an act; what this version does not know is dropped."""
    return Act(**{name: _read(name, value) for name, value in data.items() if name in _NAMES})


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Item):
        return [value.dish, value.quantity, value.said]
    if isinstance(value, Act):
        return packed(value)
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _read(name: str, value: Any) -> Any:
    if name in _DAYS:
        return tuple(date.fromisoformat(day) for day in value)
    if name in _ITEMS:
        return tuple(Item(*one) for one in value)
    if name == "start":
        return date.fromisoformat(value)
    if name == "old":
        return unpacked(value)
    return tuple(value) if isinstance(value, list) else value
