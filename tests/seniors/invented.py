"""Invent people whose numbers are well formed and belong to nobody on purpose."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session
from stdnum.cn import ric

from canteen import seniors

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
FUTIAN = "440304000000"
LIANHUA = "440304008000"
LUOHU = "440303000000"
CATEGORIES = {name: name for name in ("低保", "低保边缘", "特困分散供养", "重点优抚", "探访关爱:独居")}


def number(order: int = 12, birth: date = date(1950, 1, 1), region: str = "440304") -> str:
    """Return a citizen's number with its check digit."""
    body = f"{region}{birth:%Y%m%d}{order % 1000:03d}"
    return body + str(ric.calc_check_digit(body + "0"))


def numbers(count: int) -> list[str]:
    """Return that many different numbers."""
    return [number(order % 1000, date(1930 + order // 1000 % 25, 1 + order // 25_000, 1)) for order in range(count)]


def senior(session: Session, name: str = "陈秀英", **wishes: Any) -> seniors.Person:
    """Register somebody in 福田区."""
    stated: dict[str, Any] = {
        "document": seniors.read_document(number()),
        "region_code": FUTIAN,
        "actor": "staff:1",
        "at": AT,
    }
    return seniors.register(session, name=name, **(stated | wishes))
