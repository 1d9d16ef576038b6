"""Read identity documents as people write them.

A citizen's number follows GB 11643: region (6), birth (8), order (3, odd for men), check digit. Old numbers of 15
digits lack the century and the check digit; they are raised to 18 so that both forms find the same person. The
residence permits of people from Hong Kong, Macau and Taiwan (81, 82, 83) and the foreigners' cards since 2023 (9 …)
have the same form. The region is looked at only for its province: counties were dissolved and renumbered for forty
years, and a table of today's counties would refuse the numbers of the old.

Where a spreadsheet has turned a number into a float, its last digits are gone; the refusal names that, since typing
the number again is no cure as long as the column is not text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent

from canteen.foundation.errors import Invalid

_PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_HMT = frozenset(("81", "82", "83"))
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff'`\-]+")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+", re.ASCII)
_CITIZEN = re.compile(r"\d{17}[\dX]", re.ASCII)
_LOOKALIKES = str.maketrans({"×": "X", "Х": "X", "х": "X", "’": "'", "‘": "'"})
_PERMITS = (
    ("hk_macau_permit", re.compile(r"([HM]\d{8})(?:\d{2})?", re.ASCII)),
    ("taiwan_permit", re.compile(r"(\d{8})", re.ASCII)),
    ("foreign_residence", re.compile(r"([A-Z]{3}\d{12})", re.ASCII)),
)
_PASSPORT = re.compile(r"[A-Z0-9]{5,17}", re.ASCII)


@dataclass(frozen=True)
class Document:
    """Hold a proven form of an identity number: its kind, and the digits that identify the person for life."""

    kind: str
    number: str = field(repr=False)
    birth_on: date | None = field(default=None, repr=False)
    sex: str | None = field(default=None, repr=False)

    @property
    def family(self) -> str:
        """Name the numbers among which this one is unique; both forms of a citizen's number are one family."""
        return "resident" if self.kind == "resident_15" else self.kind

    @property
    def tail(self) -> str:
        """Return the four characters that may be shown."""
        return self.number[-4:]


def read_document(text: str, kind: str | None = None) -> Document:
    """Read a number; only a passport must be named as such by ``kind``.

    Refuses with ``seniors.document_…``: empty, scientific, rounded, length, characters, province, birth, check_digit,
    and kind where the number is good but of another kind than stated.
    """
    number = normalised(text)
    if not number:
        raise Invalid("seniors.document_empty")
    if _SCIENTIFIC.fullmatch(number):
        raise Invalid("seniors.document_scientific")
    if kind == "passport":
        return _passport(number)
    document = _permit(number) or _citizen(number)
    if kind not in (None, document.kind, document.family):
        raise Invalid("seniors.document_kind", kind=kind)
    return document


def normalised(text: str) -> str:
    """Return a number in plain capitals and digits, without blanks, marks and look-alikes of X."""
    plain = unicodedata.normalize("NFKC", text).translate(_LOOKALIKES)
    return _INVISIBLE.sub("", plain).upper()


def raised(number: str) -> str:
    """Return the 18-digit form of a 15-digit number: the century 19, and the check digit."""
    long = number[:6] + "19" + number[6:]
    return long + str(ric.calc_check_digit(long + "0"))


def _passport(number: str) -> Document:
    if not _PASSPORT.fullmatch(number):
        raise Invalid("seniors.document_characters")
    return Document("passport", number)


def _permit(number: str) -> Document | None:
    for kind, pattern in _PERMITS:
        match = pattern.fullmatch(number)
        if match:
            return Document(kind, match[1])
    return None


def _citizen(number: str) -> Document:
    if len(number) == 15 and number.isascii() and number.isdigit():
        return _described("resident_15", raised(number))
    if len(number) != 18:
        raise Invalid("seniors.document_length", length=len(number))
    if not _CITIZEN.fullmatch(number):
        raise Invalid("seniors.document_characters")
    if ric.calc_check_digit(number) != number[-1]:
        rounded = number.endswith("000")
        raise Invalid("seniors.document_rounded" if rounded else "seniors.document_check_digit")
    if number.startswith("9"):
        return _described("foreign_residence", number)
    return _described("hmt_residence" if number[:2] in _HMT else "resident", number)


def _described(kind: str, number: str) -> Document:
    if kind != "foreign_residence" and not _PROVINCES.match(number):
        raise Invalid("seniors.document_province")
    try:
        birth_on = ric.get_birth_date(number)
    except InvalidComponent:
        raise Invalid("seniors.document_birth") from None
    return Document(kind, number, birth_on, "male" if int(number[16]) % 2 else "female")
