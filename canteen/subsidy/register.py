"""Know the categories of people: codes, the names papers use for them.

And which is a kind of which.
A rule that names 特困 also means 特困分散供养. Categories on a scale (ability, disability grade)
have a rank, so that a rule can ask for 中度 or worse.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Kind:
    """Describe one category; ``kind_of`` names the wider ones it belongs to."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    kind_of: tuple[str, ...] = ()
    scale: str | None = None
    rank: int = 0


@dataclass(frozen=True)
class Register:
    """Find categories by code or name, and all that a category implies."""

    kinds: Mapping[str, Kind]
    by_name: Mapping[str, str]
    implied: Mapping[str, frozenset[str]]

    def code_of(self, name: str) -> str | None:
        """Find the code for a code, a name or an alias."""
        return name if name in self.kinds else self.by_name.get(plain_name(name))

    def at_least(self, code: str) -> frozenset[str]:
        """List the codes of the same scale that are at least as grave."""
        bar = self.kinds[code]
        return frozenset(k.code for k in self.kinds.values() if k.scale == bar.scale and k.rank >= bar.rank)

    def with_kinds(self, more: Iterable[Kind]) -> Register:
        """Extend the register; a kind of the same code replaces the earlier one."""
        return register_of([*{**self.kinds, **{kind.code: kind for kind in more}}.values()])


def plain_name(name: str) -> str:
    """Make names comparable: half-width colon and brackets, no blanks."""
    return name.translate(str.maketrans("：（）", ":()", " \u3000"))


def register_of(kinds: Iterable[Kind]) -> Register:
    """Build a register.

    Raises ValueError for a name given twice or an unknown wider category.
    """
    by_code = {kind.code: kind for kind in kinds}
    by_name: dict[str, str] = {}
    for kind in by_code.values():
        for name in (kind.name, *kind.aliases):
            if by_name.setdefault(plain_name(name), kind.code) != kind.code:
                raise ValueError(f"{name} names both {by_name[plain_name(name)]} and {kind.code}")
    implied = {code: _closure(code, by_code, ()) for code in by_code}
    return Register(MappingProxyType(by_code), MappingProxyType(by_name), MappingProxyType(implied))


def _closure(code: str, by_code: Mapping[str, Kind], seen: tuple[str, ...]) -> frozenset[str]:
    if code not in by_code or code in seen:
        raise ValueError(f"category {code} is unknown or a kind of itself")
    wider = [_closure(up, by_code, (*seen, code)) for up in by_code[code].kind_of]
    return frozenset({code}).union(*wider)
