"""Read dishes and how many, against what is on offer.

Names and aliases are matched as they stand, then, for a telephone's mishearing, by sound. A wanted dish that nobody
offers becomes ``?`` with the words that were heard.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.understanding.acts import Dish, Item
from bot.understanding.lexicon import lexicon
from bot.understanding.numbers import NUMBER, number
from bot.understanding.sound import misheard

_MEASURE = r"(?:份|分(?!钱|钟)|打|碗|个|盒|客|杯|只|根|块|条|盘|笼|盅|例|样|道|套)"
_BEFORE = re.compile(rf"({NUMBER})\s*{_MEASURE}?(?:的)?\s*$")
_AFTER = re.compile(
    rf"^(?:饭|的)?\s*(?:各)?[x×*]?\s*({NUMBER})\s*{_MEASURE}|^\s*[x×*]\s*(\d+)|^\s*(\d{{1,2}})(?!\d|点|号|月|元|块)"
)
_REFUSED = re.compile(r"(?:不要|别要|去掉|不吃|别放|不放)(?:那个|这个)?$")
_DROPPED = re.compile(r"^(?:就)?(?:不要|去掉|退|取消|别要)(?:了|掉)?(?=$|[ ,|])")
_PORTIONS = re.compile(rf"({NUMBER})(?:份|客|盒|个人|位|人)(?:饭|餐)?|({NUMBER})个饭")
_BOWLS = re.compile(rf"({NUMBER})(?:碗|盒)饭")
_NAME = r"([\u4e00-\u9fff]{2,6}?)(?:吧|啊|吗|呗|呀)?(?=$|[ ,|])"
_FOOD = r"(?:鸡|鸭|鹅|鱼|肉|虾|蟹|饺子|面|饼|糕|丸|圆|粉|锅|豆腐|蛋|汤|羹|煲)"
_UNKNOWN = re.compile(
    rf"(?:来|要|订|点|弄|整|加|上|炒|做)(?:了|上)?(?:({NUMBER})?(?:半)?(?:{_MEASURE})|点){_NAME}"
    rf"|(?:想|要|得)(?:吃|喝)(?:({NUMBER}){_MEASURE}|点|个)?{_NAME}"
    rf"|(?:^|[ ,|])({NUMBER})(?:{_MEASURE})([\u4e00-\u9fff]{{1,5}}{_FOOD})(?=$|[ ,|])"
)
_ASKED_FOR = re.compile(
    r"(?:有(?:没有|冇|没)?|卖不卖)(?:做|卖)?([\u4e00-\u9fff]{2,5}?)(?:卖|吃|可以订)?(?:吗|没有|没得|不|没|伐|么|$)$"
)
_NOT_A_DISH = re.compile(
    r"饭|餐|吃的|随便|软|素|荤|一样|那个|这个|工作|人|什么|啥|咩|别的|么子|乜|甚|送|自己|点的|有|订|补|优惠|菜$|不辣|辣的|清淡|烂|热|东西"
    r"|唔系|不是|活动|电话|位|空|时间|办法|好吃|来|要|对|就|行|够|可以|[点时号]$|钱"
)
_LOOSE = frozenset("鱼汤粥素荤馍")
# Before a name of one sign: 腊八粥 is another dish than 粥.
_LOOSELY = re.compile(rf"(?:^|[ ,|\0]|{NUMBER}|{_MEASURE}|[要来吃喝点加和跟的上想弄整]|有没有|(?<!八)有)$")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Hold the dishes said and refused, and the text without them."""

    items: tuple[Item, ...] = ()
    off: tuple[Item, ...] = ()
    portions: int = 1
    rest: str = ""
    text: str = ""
    counted: bool = False


@lru_cache(maxsize=256)
def read_dishes(text: str, dishes: tuple[Dish, ...], *, by_sound: bool = True) -> Wanted:
    """Read dishes, kinds of dish and numbers in a text."""
    spans = _named(text, _names(dishes), by_sound=by_sound)
    spans = sorted(spans + _kinds(_blanked(text, spans)))
    items, off = _counted(text, spans)
    rest = _masked(text, spans)
    if (bowls := _BOWLS.search(rest)) and (items or "再" in rest):
        items.append(Item("米饭", number(bowls[1]) or 1))
        rest = rest.replace(bowls[0], "|")
    portions = _portions(rest)
    return Wanted(tuple(_merged(items)), tuple(off), portions, rest, text, bool(_PORTIONS.search(rest)))


def bowls(rest: str) -> tuple[tuple[Item, ...], str]:
    """Read 两碗饭 as rice, for a message that names dishes, and return the text without it."""
    found = _BOWLS.search(rest)
    return ((Item("米饭", number(found[1]) or 1),), rest.replace(found[0], "|")) if found else ((), rest)


def without_announced(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Leave out the dish that only stood for the one that was then named: 喝粥, 小米粥一碗."""
    porridge = [item for item in items if item.dish.endswith("粥")]
    return tuple(item for item in items if item.dish != "白粥" or len(porridge) == 1)


def unknown_dish(rest: str) -> tuple[Item, ...]:
    """Read a wish for something that is not on offer, from a text that names no dish."""
    if (match := _UNKNOWN.search(rest)) is not None:
        count, said = next((match[i], match[i + 1]) for i in (1, 3, 5) if match[i + 1])
    elif (match := _ASKED_FOR.search(rest)) is not None:
        count, said = None, match[1]
    else:
        return ()
    return (Item("?", number(count) or 1 if count else 1, said),) if not _NOT_A_DISH.search(said) else ()


@lru_cache(maxsize=256)
def _names(dishes: tuple[Dish, ...]) -> tuple[tuple[str, str], ...]:
    pairs = [(said.lower(), dish.name) for dish in dishes for said in (dish.name, *dish.aliases) if said]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


def _named(text: str, names: Sequence[tuple[str, str]], *, by_sound: bool = False) -> list[tuple[int, int, str]]:
    """Find names, the longest first, as they stand and then by their sound."""
    spans = []
    free = text
    signs = frozenset(text)
    for said, name in names:
        if signs.isdisjoint(said):
            continue
        places = list(_standing(free, said))
        if by_sound and len(said) > 1:
            places += misheard(free, said)
        for begin in places:
            end = begin + len(said)
            if "\0" not in free[begin:end]:
                free = free[:begin] + "\0" * len(said) + free[end:]
                spans.append((begin, end, name))
    return sorted(spans)


def _standing(text: str, said: str) -> Iterator[int]:
    begin = text.find(said)
    while begin >= 0:
        end = begin + len(said)
        is_part = said in _LOOSE and (text[end : end + 1] == "多" or not _LOOSELY.search(text[:begin]))
        if not is_part:
            yield begin
        begin = text.find(said, begin + 1)


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
        return count * _dozen(match[0]), 0
    match = _AFTER.match(after)
    if match and (count := number(next(group for group in match.groups() if group))):
        return count * _dozen(match[0]), match.end()
    return 1, 0


def _dozen(said: str) -> int:
    return 12 if "打" in said else 1


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
