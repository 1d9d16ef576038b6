"""Bring a text to one form: width, script, blanks, punctuation, misheard words."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from bot.understanding.lexicon import lexicon
from bot.understanding.sound import homophone

_BREAKS = re.compile(r"[\s。!?;~…、]+|\.{2,}")
_LISTED = re.compile(r"、(?=下?(?:周|星期|礼拜)|初|\d{1,2}[号日]|大?后[天日]|明[天日])")
_BOWL = re.compile(
    r"(?<![周期拜一二三四五六日天号\d][一二三四五六\d])(?<=[一二两俩三仨四五六\d])晚(?=米?饭|汤|粥|稀饭|面|馄饨)"
)
_COMMAS = re.compile(r",+")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060-\u2064\ufe0f\ufeff]")


@lru_cache(maxsize=8)
def normalise(text: str) -> str:
    """Return the text in half width and simplified script.

    Sentence marks and blanks become single blanks.
    """
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).lower()
    plain = plain.translate(_simplified())
    plain = _LISTED.sub("和", plain)
    plain = _BREAKS.sub(" ", plain)
    plain = plain.replace("的套餐", "套餐")
    plain = _COMMAS.sub(",", plain).strip(" ,.")
    for heard, meant in lexicon("script")["misheard"].items():
        plain = plain.replace(heard, meant)
    return _heard_right(_BOWL.sub("碗", plain))


def _heard_right(text: str) -> str:
    """Put right the words of the trade that were written as others of the same sound."""
    script = lexicon("script")
    for word in script["spoken"]:
        if word in text or len(text) < len(word):
            continue
        begin = homophone(text, word)
        if begin >= 0 and not any(kept in text[max(begin - 1, 0) : begin + len(word) + 1] for kept in script["kept"]):
            text = text[:begin] + word + text[begin + len(word) :]
    return text


@cache
def _simplified() -> dict[int, str]:
    pairs = lexicon("script")["traditional"].split()
    return {ord(pair[0]): pair[1] for pair in pairs if len(pair) == 2}
