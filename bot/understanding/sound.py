"""Compare words by their sound, the way a telephone mishears them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pypinyin import lazy_pinyin

_OWN = frozenset(
    "鱼肉鸡鸭鹅牛羊猪虾蟹蛋豆菜瓜面饭粥汤饼饺笋藕菇姜葱蒜椒糖盐茶奶茄笋骨排一二两三四五六七八九十俩仨半个份碗"
)
_HEADS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")
_SOFTER = {"zh": "z", "ch": "c", "sh": "s", "n": "l", "r": "l", "f": "h"}


@lru_cache(maxsize=8192)
def sound(sign: str) -> tuple[str, str]:
    """Return beginning and end of a syllable, with what dialects do not tell apart made the same."""
    spoken = _spoken(sign)
    head = next((start for start in _HEADS if spoken.startswith(start)), "")
    tail = spoken.removeprefix(head)
    if spoken == sign or not tail:
        return sign, sign
    return _SOFTER.get(head, head), tail[:-1] if tail.endswith("ng") else tail


@lru_cache(maxsize=8192)
def _spoken(sign: str) -> str:
    return lazy_pinyin(sign)[0]


def misheard(text: str, word: str) -> Iterator[int]:
    """Give the places where a text says what sounds like a word and is not written like it.

    A shared character anchors the place. A word of three or more may differ in half a syllable, unless the sign
    that was heard is a food or a number of its own.
    """
    size = len(word)
    anchors = {place - index for index, sign in enumerate(word) for place in _places(text, sign)}
    for begin in sorted(anchors):
        window = text[begin : begin + size]
        if begin >= 0 and len(window) == size and window != word and _is_alike(window, word):
            yield begin


def homophone(text: str, word: str) -> int:
    """Return where a text says exactly the sound of a word in other characters, -1 where it does not."""
    said = _syllables(text)
    wanted = _syllables(word)
    place = said.find(wanted)
    begin = said.count(" ", 0, place + 1) - 1
    return begin if place >= 0 and text[begin : begin + len(word)] != word else -1


@lru_cache(maxsize=512)
def _syllables(text: str) -> str:
    return " " + " ".join(map(_syllable, text)) + " "


@lru_cache(maxsize=8192)
def _syllable(sign: str) -> str:
    spoken = _spoken(sign).replace(" ", "|")
    return spoken.replace("h", "", 1) if spoken[:2] in ("zh", "ch", "sh") else spoken


def _places(text: str, sign: str) -> Iterator[int]:
    place = text.find(sign)
    while place >= 0:
        yield place
        place = text.find(sign, place + 1)


def _is_alike(window: str, word: str) -> bool:
    halves = 0
    for heard, meant in zip(window, word, strict=True):
        if heard == meant:
            continue
        first, second = sound(heard), sound(meant)
        if first == second:
            continue
        is_near = (first[0] == second[0] or first[1] == second[1]) and heard not in _OWN
        if not is_near or len(word) < 3 or "|" in window:
            return False
        halves += 1
    kept = sum(heard == meant for heard, meant in zip(window, word, strict=True))
    return halves == 0 or (halves == 1 and kept * 3 >= len(word) * 2 - 1)
