"""Read a place off an address, as far as the administrative tree reaches."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping

from canteen import places

_CODE = re.compile(r"(\d{12}|\d{9}|\d{6})(?!\d)", re.ASCII)
_SUFFIX = re.compile(
    r"(特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|自治州|经济开发区|管理区|新区|省|市|区|县)$"
)
_BLANKS = re.compile(r"\s+")
# "福田路" is a road, not the district of that name.
_STREETWISE = ("路", "街", "道", "大道", "巷", "村", "社区", "新村", "花园", "苑")
_HOLLOW = "市辖区"
_SHORT_LEVELS = ("province", "city", "district")


class Gazetteer:
    """Know places by name; built once for a list."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = dict(names)
        self._below: dict[str | None, list[str]] = defaultdict(list)
        for code in sorted(names):
            self._below[places.parent(code)].append(code)
        self._starts: dict[str, list[str]] = defaultdict(list)
        for code, name in names.items():
            self._starts[name[0]].append(code)
        self._seen: dict[tuple[str, str], str | None] = {}

    def place(self, address: str, near: str) -> str | None:
        """Return the narrowest place that an address begins with; None where it begins with none.

        Places that contain ``near``, or lie in it, are preferred; elsewhere a name must be the only one of its kind.
        """
        plain = _BLANKS.sub("", unicodedata.normalize("NFKC", address))
        key = (plain, near)
        if key not in self._seen:
            self._seen[key] = self._by_code(plain) or self._by_name(plain, near)
        return self._seen[key]

    def _by_code(self, address: str) -> str | None:
        match = _CODE.match(address)
        code = match[1].ljust(12, "0") if match else ""
        return code if code in self._names else None

    def _by_name(self, address: str, near: str) -> str | None:
        found = [
            (code, length) for code in self._starts.get(address[:1], ()) if (length := self._length(code, address))
        ]
        starts = [start for start in found if _akin(start[0], near)] or found
        if not starts:
            return None
        longest = max(length for _, length in starts)
        best = [code for code, length in starts if length == longest]
        widest = min(best, key=lambda code: len(places.prefix(code)))
        if not all(places.is_within(code, widest) for code in best):
            return None
        return self._narrowed(widest, address[longest:])

    def _narrowed(self, code: str, rest: str) -> str:
        found = [(length, below) for below in self._within(code) if (length := self._length(below, rest))]
        if not found:
            return code
        length, below = max(found)
        return self._narrowed(below, rest[length:])

    def _within(self, code: str) -> Iterator[str]:
        for below in self._below[code]:
            if self._names[below] == _HOLLOW:
                yield from self._below[below]
            else:
                yield below

    def _length(self, code: str, address: str) -> int:
        name = self._names[code]
        if address.startswith(name):
            return len(name)
        short = _SUFFIX.sub("", name)
        if places.level(code) not in _SHORT_LEVELS or len(short) < 2 or not address.startswith(short):
            return 0
        return 0 if address[len(short) :].startswith(_STREETWISE) else len(short)


def _akin(code: str, near: str) -> bool:
    return places.is_within(code, near) or places.is_within(near, code)
