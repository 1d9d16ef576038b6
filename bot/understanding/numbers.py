"""Read whole numbers the way they are said: 3, 三, 俩, 十五, 廿八, 一百五."""

from __future__ import annotations

import re

NUMBER = r"(?:\d{1,4}|[零一二两三四五六七八九十百千廿卅俩仨]{1,6})"
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "俩": 2, "仨": 3}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_TENS = {"廿": 20, "卅": 30}
_DIGIT_RUN = re.compile(r"[零一二三四五六七八九]{2,}")


def number(text: str) -> int | None:
    """Return the number that a text says, None where it says none."""
    if text.isascii():
        return int(text) if text.isdigit() else None
    if _DIGIT_RUN.fullmatch(text):
        return int("".join(str(_DIGITS[sign]) for sign in text))
    total, pending, unit = 0, 0, 10
    for sign in text:
        if sign in _TENS:
            total += _TENS[sign]
            unit = 10
        elif sign in _UNITS:
            unit = _UNITS[sign]
            total += (pending or 1) * unit
            pending = 0
        elif sign in _DIGITS:
            pending = _DIGITS[sign]
            unit = 10 if sign == "零" else unit
        else:
            return None
    colloquial = pending and unit >= 100 and text[-1] in _DIGITS
    return total + pending * (unit // 10) if colloquial else total + pending
