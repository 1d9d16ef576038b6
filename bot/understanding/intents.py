"""Decide what a clause wants.

Danger comes first, then whole answers, then the rules of the lexicon from the top.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from bot.understanding.lexicon import lexicon

_ANSWERS = ("thanks", "bye", "greet", "repeat", "deny", "affirm")


def is_emergency(text: str) -> bool:
    """Tell whether somebody is in danger now.

    Stories of the past and set phrases are none, unless another part of the message speaks of the present.
    """
    words = lexicon("intents")["emergency"]
    now, past, still = (_any(tuple(words[name])) for name in ("now", "not", "still"))
    if not now.search(text):
        return False
    if not past.search(text):
        return True
    told, is_told = _any(tuple(words["told"])), False
    for part in re.split(r"[ ,]+", text):
        danger = now.search(part)
        if danger and still.search(part) and not _is_story(part, past):
            return True
        if danger and not past.search(part) and not (is_told and told.search(danger[0])):
            return True
        is_told = is_told or bool(past.search(part))
    return False


def _is_story(part: str, past: re.Pattern[str]) -> bool:
    """Tell whether even a word such as 又 or 现在 leaves it a fear or a way of speaking."""
    found = past.search(part)
    return bool(found and re.match(r"怕|担心|万一|防止|小心|会不会|容易|省得|免得|以防|.死", found[0]))


def answer(text: str) -> str:
    """Return the intent of a mere answer or courtesy, ``""`` for anything else."""
    if not text or len(text) > 16:
        return ""
    return next((intent for intent in _ANSWERS if _whole(intent).fullmatch(text)), "")


@lru_cache(maxsize=64)
def wanted(text: str) -> str:
    """Return the intent of a request, ``""`` where no rule knows it."""
    for intent, pattern, forbidden in _rules():
        if pattern.search(text) and not (forbidden and forbidden.search(text)):
            return intent
    return ""


def without_courtesy(text: str) -> str:
    """Take greetings and thanks off both ends of a request."""
    return _around().sub("", text)


@cache
def _around() -> re.Pattern[str]:
    words = "|".join(lexicon("answers")["around"])
    return re.compile(rf"^(?:(?:{words})[啊呀吧了,| ]*)+|(?:[,| ]*(?:{words})[啊呀吧了]*)+$")


@cache
def _rules() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str] | None], ...]:
    return tuple(
        (rule["intent"], _any(tuple(rule["any"])), _any(tuple(rule["not"])) if "not" in rule else None)
        for rule in lexicon("intents")["rule"]
    )


@cache
def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


@cache
def _whole(intent: str) -> re.Pattern[str]:
    words = sorted(lexicon("answers")[intent], key=len, reverse=True)
    small = "|".join(map(re.escape, sorted(lexicon("answers")["small"], key=len, reverse=True)))
    said = "|".join(map(re.escape, words))
    return re.compile(rf"(?:{small})*(?:(?:{said})(?:{small})*)+")
