"""Write values as the one text that a digest is taken of.

UTF-8 JSON with sorted keys and no blanks; whole numbers, texts, lists and mappings only, so that neither locale,
time zone, hash seed nor database changes a byte.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, cast

_WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
_NO_FLOATS = frozenset({str, int, bool, type(None)})


def text(value: Any) -> str:
    """Return the canonical JSON of a value; a float or any other type raises TypeError."""
    _refuse_floats(value)
    return _WRITER.encode(value)


def text_ending_in(values: list[Any], last: str) -> str:
    """Return the canonical JSON of a list whose last part is canonical JSON already."""
    return f"{text(values)[:-1]},{last}]"


def text_of(value: Any) -> str:
    """Return the canonical JSON of a frozen value: dataclasses as mappings, days and instants as ISO text."""
    return _WRITER_OF_VALUES.encode(value)


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical JSON, in hexadecimal."""
    return digest_of_text(text(value))


def digest_of_text(canonical: str) -> str:
    """Return the SHA-256 of a text that is canonical already, in hexadecimal."""
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if is_dataclass(value):
        return {name: getattr(value, name) for name in _names(cast("Any", type(value)))}
    raise TypeError(f"no canonical text: {value!r}")


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a float has no canonical text")
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    for part in parts:
        if type(part) not in _NO_FLOATS:
            _refuse_floats(part)


_WRITER_OF_VALUES = json.JSONEncoder(default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
