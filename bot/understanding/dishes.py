"""Read dishes and how many, against what is on offer.

Names and aliases are matched as they stand, then, for a telephone's mishearing, by sound. A wanted dish that nobody
offers becomes ``?`` with the words that were heard.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import lazy_pinyin

from bot.understanding.acts import Dish, Item
from bot.understanding.lexicon import lexicon
from bot.understanding.numbers import NUMBER, number

_MEASURE = r"(?:份|碗|个|盒|客|杯|只|根|块|条|盘|笼|盅|例|样|道|套)"
_BEFORE = re.compile(rf"({NUMBER})\s*{_MEASURE}?(?:的)?\s*$")
_AFTER = re.compile(
    rf"^(?:饭|的)?\s*(?:各)?[x×*]?\s*({NUMBER})\s*{_MEASURE}|^\s*[x×*]\s*(\d+)|^\s*(\d{{1,2}})(?!\d|点|号|月|元|块)"
)
_REFUSED = re.compile(r"(?:不要|别要|去掉|不吃|别放|不放)(?:那个|这个)?$")
_DROPPED = re.compile(r"^(?:就)?(?:不要|去掉|退|取消|别要)(?:了|掉)?(?=$|[ ,|])")
_PORTIONS = re.compile(rf"({NUMBER})(?:份|客|盒|个人|位|人)(?:饭|餐)?|({NUMBER})个饭")
_BOWLS = re.compile(rf"({NUMBER})(?:碗|盒)饭")
_UNKNOWN = re.compile(
    rf"(?:来|要|订|点|弄|整|加|上)(?:了)?(?:{NUMBER}?{_MEASURE}|点)([\u4e00-\u9fff]{{2,6}})(?:吧|啊|吗)?(?=$|[ ,|])"
    rf"|(?:^|[ ,|])(?:我)?(?:想|要)吃([\u4e00-\u9fff]{{2,6}})(?=$|[ ,|])"
)
_ASKED_FOR = re.compile(r"有(?:没有)?([\u4e00-\u9fff]{2,5})(?:吗|没有|没得|不)$")
_NOT_A_DISH = re.compile(
    r"饭|餐|吃的|随便|软|素|荤|一样|那个|这个|工作|人|什么|啥|别的|送|自己|点的|有|订|补|优惠|人工|菜$"
)
_LOOSE = frozenset("鱼汤粥素荤")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Hold the dishes said and refused, and the text without them."""

    items: tuple[Item, ...] = ()
    off: tuple[Item, ...] = ()
    portions: int = 1
    rest: str = ""
    text: str = ""


def read_dishes(text: str, dishes: Sequence[Dish], *, by_sound: bool = True) -> Wanted:
    """Read dishes, kinds of dish and numbers in a text."""
    spans = _named(text, _names(tuple(dishes)))
    if not spans and by_sound:
        text = _by_sound(text, tuple(dishes))
        spans = _named(text, _names(tuple(dishes)))
    spans = sorted(spans + _kinds(_blanked(text, spans)))
    items, off = _counted(text, spans)
    rest = _masked(text, spans)
    if (bowls := _BOWLS.search(rest)) and (items or "再" in rest):
        items.append(Item("米饭", number(bowls[1]) or 1))
        rest = rest.replace(bowls[0], "|")
    portions = _portions(rest)
    return Wanted(tuple(_merged(items)), tuple(off), portions, rest, text)


def unknown_dish(rest: str) -> tuple[Item, ...]:
    """Read a wish for something that is not on offer, from a text that names no dish."""
    match = _UNKNOWN.search(rest) or _ASKED_FOR.search(rest)
    said = next((group for group in match.groups() if group), "") if match else ""
    return (Item("?", 1, said),) if said and not _NOT_A_DISH.search(said) else ()


@lru_cache(maxsize=256)
def _names(dishes: tuple[Dish, ...]) -> tuple[tuple[str, str], ...]:
    pairs = [(said.lower(), dish.name) for dish in dishes for said in (dish.name, *dish.aliases) if said]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


def _named(text: str, names: Sequence[tuple[str, str]]) -> list[tuple[int, int, str]]:
    taken = [False] * len(text)
    spans = []
    for said, name in names:
        begin = text.find(said)
        while begin >= 0:
            end = begin + len(said)
            if not any(taken[begin:end]) and not (said in _LOOSE and text[end : end + 1] == "多"):
                taken[begin:end] = [True] * len(said)
                spans.append((begin, end, name))
            begin = text.find(said, begin + 1)
    return sorted(spans)


def _blanked(text: str, spans: Sequence[tuple[int, int, str]]) -> str:
    for begin, end, _ in spans:
        text = text[:begin] + "|" * (end - begin) + text[end:]
    return text


def _kinds(text: str) -> list[tuple[int, int, str]]:
    kinds = [(word, kind) for kind, words in lexicon("slots")["kinds"].items() for word in words]
    spans = _named(text, sorted(kinds, key=lambda pair: -len(pair[0])))
    return [span for span in spans if _BEFORE.search(text[: span[0]])]


def _counted(text: str, spans: Sequence[tuple[int, int, str]]) -> tuple[list[Item], list[Item]]:
    items: list[Item] = []
    off: list[Item] = []
    previous_end = 0
    for index, (begin, end, name) in enumerate(spans):
        limit = spans[index + 1][0] if index + 1 < len(spans) else len(text)
        before, after = text[previous_end:begin], text[end:limit]
        quantity, used = _quantity(before, after)
        is_off = _REFUSED.search(before) or _DROPPED.match(after)
        (off if is_off else items).append(Item(name, quantity))
        previous_end = end + used
    return items, off


def _quantity(before: str, after: str) -> tuple[int, int]:
    match = _BEFORE.search(before)
    if match and (count := number(match[1])):
        return count, 0
    match = _AFTER.match(after)
    if match and (count := number(next(group for group in match.groups() if group))):
        return count, match.end()
    return 1, 0


def _merged(items: Sequence[Item]) -> list[Item]:
    total: dict[str, Item] = {}
    for item in items:
        if item.dish not in total or item.dish == "?":
            total[item.dish] = item
    return list(total.values())


def _masked(text: str, spans: Sequence[tuple[int, int, str]]) -> str:
    for begin, end, _ in reversed(spans):
        head = _BEFORE.sub("", text[:begin])
        tail = _AFTER.sub("", text[end:], count=1)
        text = f"{head}|{tail}"
    return text


def _portions(rest: str) -> int:
    match = _PORTIONS.search(rest)
    return (number(match[1] or match[2]) or 1) if match else 1


def _by_sound(text: str, dishes: tuple[Dish, ...]) -> str:
    if not re.search(r"[\u4e00-\u9fff]{2}", text):
        return text
    sounds = [_sound(sign) for sign in text]
    for said, spoken in _sounds(dishes):
        size = len(spoken)
        for begin in range(len(text) - size + 1):
            heard = tuple(sounds[begin : begin + size])
            kept = sum(a == b for a, b in zip(text[begin : begin + size], said, strict=True))
            if heard == spoken and kept * 3 >= size:
                return _by_sound(text[:begin] + said + text[begin + size :], dishes) if kept < size else text
    return text


@lru_cache(maxsize=64)
def _sounds(dishes: tuple[Dish, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((said, tuple(map(_sound, said))) for said, _ in _names(dishes) if len(said) >= 3)


@lru_cache(maxsize=4096)
def _sound(sign: str) -> str:
    spoken = lazy_pinyin(sign)[0]
    for hard, soft in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        spoken = spoken.replace(hard, soft)
    return spoken[:-1] if spoken.endswith("ng") else spoken
