"""Write values as the one text that a digest is taken of.

UTF-8 JSON with sorted keys and no blanks; whole numbers, texts, lists and mappings only, so that neither locale,
time zone, hash seed nor database changes a byte.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any


def text(value: Any) -> str:
    """Return the canonical JSON of a value; a float or any other type raises TypeError."""
    _refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(text(value).encode()).hexdigest()


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a float has no canonical text")
    if isinstance(value, dict):
        for part in value.values():
            _refuse_floats(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            _refuse_floats(part)
