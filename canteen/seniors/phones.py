"""Read telephone numbers as people write them, and show little of them."""

from __future__ import annotations

import re
import unicodedata

from canteen.foundation.errors import Invalid

_MARKS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff'()\-—–_.]+")
_ABROAD = re.compile(r"^(?:\+86|0086|86(?=1\d{10}$))")
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_FIXED = re.compile(r"0[1-9]\d{1,2}[2-9]\d{6,7}", re.ASCII)
_FLOAT = re.compile(r"(\d+)\.0+", re.ASCII)
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[Ee]\+?\d+", re.ASCII)


def read_phone(text: str) -> str:
    """Return the bare digits of a mobile number, or of a fixed one with its area code.

    Refuses with ``seniors.phone_scientific``, ``seniors.phone_area_code`` (a fixed number without one) and
    ``seniors.phone_malformed``.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if _SCIENTIFIC.fullmatch(plain):
        raise Invalid("seniors.phone_scientific")
    whole = _FLOAT.fullmatch(plain)
    number = _ABROAD.sub("", _MARKS.sub("", whole[1] if whole else plain))
    if _MOBILE.fullmatch(number) or _FIXED.fullmatch(number):
        return number
    if re.fullmatch(r"[2-9]\d{6,7}", number, re.ASCII):
        raise Invalid("seniors.phone_area_code")
    raise Invalid("seniors.phone_malformed")


def tail(number: str) -> str:
    """Return the four digits that may be shown."""
    return number[-4:]
