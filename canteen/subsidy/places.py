"""Compare places by level and by name, however the register writes them.

深圳 is 深圳市 and 正果 is 正果镇; a municipality under the central government is its own city.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

LEVELS = ("province", "city", "district", "town", "village")
_MUNICIPALITIES = frozenset({"北京", "天津", "上海", "重庆"})
PROVINCES = frozenset({
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江", "安徽",
    "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "重庆", "四川", "贵州",
    "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆", "台湾", "香港", "澳门",
})  # fmt: skip
_NO_CITY = frozenset({"", "市辖区", "县", "市辖"})
_ENDINGS = {
    "province": ("维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "省", "市"),
    "city": ("自治州", "地区", "市", "盟"),
    "district": ("自治县", "自治旗", "新区", "区", "县", "市", "旗"),
    "town": ("街道办事处", "民族乡", "街道", "镇", "乡"),
    "village": ("社区居委会", "村民委员会", "居民委员会", "居委会", "村委会", "社区", "村"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Name a place as it is registered, from the province down to the village."""

    province: str | None = None
    city: str | None = None
    district: str | None = None
    town: str | None = None
    village: str | None = None
    names: tuple[str, ...] = field(init=False, compare=False, repr=False)
    text: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Keep the plain names and the text, because every quote compares them."""
        object.__setattr__(self, "names", _plain_names(self))
        object.__setattr__(self, "text", "".join(getattr(self, level) or "" for level in LEVELS))

    @property
    def depth(self) -> int:
        """Count how specific the place is: 0 for none, 5 for a village."""
        return max((i + 1 for i, level in enumerate(LEVELS) if getattr(self, level)), default=0)


@lru_cache(maxsize=65_536)
def plain(level: str, name: str) -> str:
    """Take the ending of its level off a name, keeping two characters."""
    name = name.strip()
    for ending in _ENDINGS[level]:
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name[: -len(ending)]
    return name


def _plain_names(place: Place) -> tuple[str, ...]:
    """Give the five plain names of a place, an empty one for each level not stated."""
    names = [plain(level, getattr(place, level) or "") for level in LEVELS]
    if names[0] in _MUNICIPALITIES and names[1] in _NO_CITY:
        names[1] = names[0]
    elif names[1] in _MUNICIPALITIES and not names[0]:
        names[0] = names[1]
    return tuple(names)


def within(place: Place | None, rule: Place) -> bool:
    """Ask whether a place lies in the place of a rule.

    Every level the rule names must match.
    """
    if place is None:
        return False
    for wanted, named in zip(rule.names, place.names, strict=True):  # noqa: SIM110 - Twice as fast.
        if wanted and wanted != named:
            return False
    return True


def same_down_to(level: str, one: Place | None, other: Place | None) -> bool:
    """Ask whether two places share the named level.

    Levels above it count where both state them.
    """
    if one is None or other is None:
        return False
    upto = LEVELS.index(level)
    pairs = list(zip(one.names, other.names, strict=True))[: upto + 1]
    if not all(pairs[upto]):
        return False
    return all(a == b for a, b in pairs if a and b)


NOWHERE = Place()
