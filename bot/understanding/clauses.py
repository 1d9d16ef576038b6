"""Cut a message where it puts itself right, and where one request ends and the next begins."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from bot.understanding.acts import Lexemes
from bot.understanding.dates import read_when
from bot.understanding.dishes import read_dishes
from bot.understanding.lexicon import lexicon
from bot.understanding.numbers import NUMBER

_NOT_THAT = re.compile(rf"(?<=[份个碗客])(?:唔系|不是){NUMBER}[份个碗客]?")
_SELF = r"(?=(?:我|俺)?(?:们)?(?:自己)?(?:过来|来|去|过去)?(?:到食堂|在食堂)?(?:拿|取|吃|带|打包))"
_NO_DELIVERY = re.compile(rf"(?:不用|不要|别|甭|莫|不)(?:再)?送(?:来|饭|餐)?了?[ ,]*{_SELF}")
_SIGHS = r"(?:哎呀?|唉|啊|哦|噢|呃|嗯|哟)?[ ,]*"
BREAK = re.compile(r"[ ,]+|顺便|(?<=[\u4e00-\u9fff])再(?=查|看|问)")
_MEASURED = re.compile(rf"{NUMBER}(?:份|碗|个|盒|客|杯|只|根|块|条|笼|样)(?:吧|哈|啊)?")
_EVERY = re.compile(r"(?:都)?(?:每天|天天|每日)")
_BARRED = re.compile(r"除|不要|不吃|不用|别送|不送|不算|以外|不订|空着|跳过|不来")


def corrected(text: str) -> tuple[str, str]:
    """Return what was said first, and what puts it right, empty where nothing does."""
    text = _NOT_THAT.sub("", _own_way(text))
    found = _correction().search(text)
    if found is None or not text[found.end() :]:
        return text, ""
    return text[: found.start()], text[found.end() :]


@cache
def _correction() -> re.Pattern[str]:
    words = "|".join(sorted(lexicon("answers")["correction"], key=len, reverse=True))
    swap = r"不是[^ ,一二两三四五六\d]{1,5}[ ,]+(?:而)?是"
    return re.compile(rf"[ ,]+{_SIGHS}(?:{swap}|(?:(?:{words})(?:了|啦|吧)?[ ,]*)+是?)")


def _own_way(text: str) -> str:
    """Read 不用送了我自己拿 as the other way, not as a cancellation."""
    found = _NO_DELIVERY.search(text)
    if found is None:
        return text
    return text[: found.start()] + ("" if "送" in text[: found.start()] else "改成") + text[found.end() :]


def clauses(text: str, today: date, names: Lexemes) -> list[str]:
    """Cut at marks and blanks, but leave a run of days with its exceptions, and a dish with its number."""
    parts: list[str] = []
    for part in filter(None, BREAK.split(text)):
        if parts and _belongs(parts[-1], part, today, names):
            parts[-1] = f"{parts[-1]}{part}"
        else:
            parts.append(part)
    return parts


def _belongs(before: str, part: str, today: date, names: Lexemes) -> bool:
    if _MEASURED.fullmatch(part):
        return read_dishes(before, names.dishes).rest.endswith("|")
    if _EVERY.match(part):
        return bool(read_when(before, today).dates)
    return bool(_BARRED.search(part)) and len(read_when(before, today).dates) > 1 and bool(_days_in(part, today))


def _days_in(part: str, today: date) -> bool:
    when = read_when(part, today)
    return bool(when.dates or when.excepted)
