"""Read an answer by number: 2, 第二个, 最后一个, 1和3, or the very words of an option."""

from __future__ import annotations

import re

from bot.understanding.acts import Asked
from bot.understanding.numbers import number

_SEVERAL = re.compile(r"(?:第|选|要|回)?\s*(\d{1,2}|[一二两三四五六七八九十])\s*(?:个|号|种|样|项)?(?:吧|的)?")
_LAST = re.compile(r"(?:我)?(?:就)?(?:选|要)?(?:最后|末了?|末尾|最末)(?:的)?(?:一|那|1)?个?")
_JOIN = re.compile(r"\s*(?:和|跟|,|\+|与|还有| )\s*")
_ALL = re.compile(r"(?:都|全|全部|都给我)(?:要|选|来)了?")
_FIRST = re.compile(r"前(\d|[一二两三四五])(?:个|样|种)")


def read_choices(text: str, asked: Asked) -> list[int]:
    """Return the options that were picked, counted from 1, -1 for the last.

    Empty where none was.
    """
    text = text.rstrip("吧啊呀的了")
    if _LAST.fullmatch(text):
        return [-1]
    if asked.options and _ALL.fullmatch(text):
        return list(range(1, len(asked.options) + 1))
    if asked.options and (first := _FIRST.fullmatch(text)):
        return list(range(1, (number(first[1]) or 0) + 1))
    text = re.sub(r"^(?:我)?(?:选|要)(?=第|最后)", "", text)
    parts = _JOIN.split(text)
    if len(parts) > 1 and all(_LAST.fullmatch(part) or _SEVERAL.fullmatch(part) for part in parts):
        return [-1 if _LAST.fullmatch(part) else _counted(part) for part in parts]
    picks = [_SEVERAL.fullmatch(part) for part in _JOIN.split(text)]
    if picks and all(picks):
        return [number(pick[1]) or 0 for pick in picks if pick]
    return []


def _counted(part: str) -> int:
    pick = _SEVERAL.fullmatch(part)
    return (number(pick[1]) or 0) if pick else 0
