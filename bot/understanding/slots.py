"""Read the smaller slots: meals, mode, diet, persons, canteen."""

from __future__ import annotations

import re
from functools import cache

from bot.understanding.acts import Canteen
from bot.understanding.lexicon import lexicon
from bot.understanding.sound import misheard

Found = tuple[tuple[str, ...], str]
_MEALS = ("breakfast", "lunch", "dinner", "snack")
_ALL = _MEALS[:3]
_NAMED = re.compile(
    r"(?:给|帮|替|隔壁|为|^)((?:[\u4e00-\u9fff]{1})(?:阿姨|大爷|大妈|奶奶|爷爷|叔叔|老师|婆婆|伯伯|师傅|嫂)|老[赵钱孙李周吴郑王冯陈张刘杨黄何徐朱高林])"
)


def read_meals(text: str) -> Found:
    """Return the meal periods in their order of the day, and the text without them."""
    found, rest = _take(text, "meals")
    if "all" in found:
        return _ALL, rest
    return tuple(meal for meal in _MEALS if meal in found), rest


def read_mode(text: str) -> tuple[str, str]:
    """Return how the meal is to reach the person, and the text without it.

    The last that was said counts.
    """
    found, rest = _take(text, "modes")
    return (found[-1] if found else ""), rest


def read_diet(text: str) -> Found:
    """Return wishes about the food, sorted, and the text without them."""
    found, rest = _take(text, "diets")
    return tuple(sorted(set(found))), rest


def read_persons(text: str) -> Found:
    """Return for whom, and the text without them; 自己 counts only beside others."""
    text = text.replace("爸妈", "爸爸妈妈").replace("公公婆婆", "公公 婆婆")
    found, rest = _take(text, "persons")
    named = _NAMED.search(rest)
    if named and not found:
        found = (named[1],)
        rest = rest[: named.start(1)] + "|" + rest[named.end(1) :]
    if found and re.search(r"我(和|跟|与)\||\|(和|跟|与)我", rest):
        found = (*found, "自己")
    return tuple(sorted(set(found))), rest


def read_canteen(text: str, canteens: tuple[Canteen, ...]) -> tuple[str, str]:
    """Return the canteen that is named, and the text without it."""
    names = sorted(((name, canteen.ref) for canteen in canteens for name in canteen.names), key=lambda n: -len(n[0]))
    refs = []
    for name, ref in names:
        if name in text:
            refs.append(ref)
            text = text.replace(name, "|")
        elif len(name) > 2 and (begin := next(misheard(text, name), -1)) >= 0:
            refs.append(ref)
            text = text[:begin] + "|" + text[begin + len(name) :]
    return (refs[0] if len(set(refs)) == 1 else ""), text


def _take(text: str, table: str) -> Found:
    found = []
    pattern, meanings = _pattern(table)

    def note(match: re.Match[str]) -> str:
        found.append(meanings[match[0]])
        return "|"

    rest = pattern.sub(note, text)
    return tuple(found), rest


@cache
def _pattern(table: str) -> tuple[re.Pattern[str], dict[str, str]]:
    meanings = {word: meaning for meaning, listed in lexicon("slots")[table].items() for word in listed}
    longest_first = sorted(meanings, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), meanings
