"""Bring a text to one form: width, script, blanks, punctuation, misheard words."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from bot.understanding.lexicon import lexicon

_BREAKS = re.compile(r"[\s。!?;~…、]+|\.{2,}")
_COMMAS = re.compile(r",+")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060-\u2064\ufe0f\ufeff]")


@lru_cache(maxsize=8)
def normalise(text: str) -> str:
    """Return the text in half width and simplified script.

    Sentence marks and blanks become single blanks.
    """
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).lower()
    plain = plain.translate(_simplified())
    plain = _BREAKS.sub(" ", plain)
    plain = plain.replace("的套餐", "套餐")
    plain = _COMMAS.sub(",", plain).strip(" ,.")
    for heard, meant in lexicon("script")["misheard"].items():
        plain = plain.replace(heard, meant)
    return plain


@cache
def _simplified() -> dict[int, str]:
    pairs = lexicon("script")["traditional"].split()
    return {ord(pair[0]): pair[1] for pair in pairs if len(pair) == 2}
