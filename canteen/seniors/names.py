"""Write names in one form, and find them by the first letters of their sounds."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from pypinyin import Style, lazy_pinyin

from canteen.foundation.errors import Invalid

_DOTS = re.compile(r"[•・‧∙●.．]")
_BLANKS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_HAN = re.compile(r"[\u3007\u3400-\u9fff\U00020000-\U0003ffff]")
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[· ])*")
# Characters that sound otherwise as a family name than in a text.
_FAMILY_NAMES = {
    "单": "s", "仇": "q", "曾": "z", "解": "x", "区": "o", "翟": "z", "查": "z", "乐": "y", "朴": "p", "种": "c",
    "盖": "g", "覃": "q", "缪": "m", "尉": "w", "隗": "w", "冼": "x", "洗": "x", "折": "s", "召": "s", "繁": "p",
    "晁": "c", "员": "y", "黑": "h", "万俟": "mq", "尉迟": "yc", "澹台": "tt", "单于": "cy", "长孙": "zs",
}  # fmt: skip


def read_name(text: str) -> str:
    """Return a name without stray blanks, with one form of the middle dot; ``seniors.name_malformed`` otherwise."""
    plain = _DOTS.sub("·", unicodedata.normalize("NFKC", text)).strip()
    name = _BLANKS.sub("" if _HAN.search(plain) else " ", plain)
    if len(name) > 60 or not _NAME.fullmatch(name):
        raise Invalid("seniors.name_malformed")
    return name


def initials(name: str) -> str:
    """Return the first letters of a name's sounds: 单秀英 is ``sxy``, Mary Ann is ``ma``."""
    for length in (2, 1):
        known = _FAMILY_NAMES.get(name[:length])
        if known and len(name) > length:
            return known + _letters(name[length:])
    return _letters(name)


def _letters(text: str) -> str:
    return "".join(_letter(part) for part in re.findall(r"[A-Za-z]+|[^\W\d_]", text))[:40]


@cache
def _letter(part: str) -> str:
    letter = str(lazy_pinyin(part, style=Style.FIRST_LETTER, errors="default")[0][:1]).lower()
    return letter if letter.isascii() else ""
