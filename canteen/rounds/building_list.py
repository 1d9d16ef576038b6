"""Take over a list of buildings, columns in any order: all of it, or nothing and the reasons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from canteen import seniors
from canteen.foundation.errors import CanteenError, Invalid
from canteen.rounds.buildings import Pin, add_building, buildings, change_building

_TITLES = {
    "name": ("楼栋", "楼栋名称", "楼栋名", "小区楼栋", "名称", "建筑"),
    "latitude": ("纬度", "lat", "latitude"),
    "longitude": ("经度", "lng", "lon", "longitude"),
    "datum": ("坐标系", "坐标"),
    "lift": ("电梯", "有无电梯"),
    "note": ("备注", "门禁", "进门说明", "说明"),
}
_DATUMS = {
    "": "gcj02", "gcj02": "gcj02", "gcj-02": "gcj02", "高德": "gcj02", "腾讯": "gcj02", "火星": "gcj02",
    "wgs84": "wgs84", "wgs-84": "wgs84", "gps": "wgs84", "天地图": "wgs84", "bd09": "bd09", "bd-09": "bd09",
    "百度": "bd09",
}  # fmt: skip
_YES, _NO = ("有", "是", "1", "yes", "y"), ("无", "没有", "否", "0", "no", "n", "")
_NUMBER = re.compile(r"-?\d{1,3}(\.\d+)?")
_MOST = 5000


@dataclass(frozen=True)
class Row:
    """Hold one building of a list as it is to be entered."""

    number: int
    name: str
    has_lift: bool
    note: str
    pin: Pin | None


@dataclass(frozen=True)
class BuildingList:
    """Hold a list that was read: rows to take over, and what is wrong by row and column."""

    rows: tuple[Row, ...]
    problems: tuple[tuple[int, str], ...]


def read_building_list(content: bytes) -> BuildingList:
    """Read a list and change nothing; ``rounds.no_building_column`` where it is none."""
    sheet = next(iter(seniors.roster.read_sheets(content)), None)
    cells = [[seniors.roster.text_of(cell) for cell in row] for row in sheet.rows] if sheet else []
    start, columns = _heading(cells)
    if len(cells) - start > _MOST:
        raise Invalid("rounds.list_too_long", most=_MOST)
    rows, wrong, seen = list[Row](), list[tuple[int, str]](), set[str]()
    for number, line in enumerate(cells[start:], start + 1):
        found = {name: line[at].strip() if at < len(line) else "" for name, at in columns.items()}
        if not any(found.values()):
            continue
        fault = _fault(found, seen)
        if fault:
            wrong.append((number, fault))
            continue
        seen.add(found["name"])
        rows.append(_row(number, found))
    return BuildingList(tuple(rows), tuple(wrong))


def take_building_list(
    session: Session, listed: BuildingList, *, canteen_id: int, actor: str, at: datetime
) -> tuple[int, int]:
    """Enter the buildings of a list, changing those that are known by name, and return how many of each.

    ``rounds.list_has_faults`` where a row is wrong: then nothing is taken. A building that the list gives no pin keeps
    its own.
    """
    if listed.problems:
        raise Invalid("rounds.list_has_faults", count=len(listed.problems))
    known = {one.name: one for one, _ in buildings(session, canteen_id=canteen_id)}
    new = 0
    for row in listed.rows:
        said = {"name": row.name, "has_lift": row.has_lift, "note": row.note, "pin": row.pin}
        if row.name in known:
            change_building(session, building=known[row.name], actor=actor, at=at, **said)  # type: ignore[arg-type]
        else:
            add_building(session, canteen_id=canteen_id, actor=actor, at=at, **said)  # type: ignore[arg-type]
            new += 1
    return new, len(listed.rows) - new


def _heading(cells: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    for number, line in enumerate(cells[:10], 1):
        titles = [title.replace(" ", "").lower() for title in line]
        columns = {
            name: titles.index(title) for name, known in _TITLES.items() for title in reversed(known) if title in titles
        }
        if "name" in columns:
            return number, columns
    raise Invalid("rounds.no_building_column")


def _fault(found: dict[str, str], seen: set[str]) -> str:
    """Name the column that is wrong, empty where none is."""
    if not 1 <= len(found["name"]) <= 60 or found["name"] in seen:
        return "name"
    if found.get("lift", "").lower() not in (*_YES, *_NO):
        return "lift"
    if len(found.get("note", "")) > 200:
        return "note"
    given = [found.get(name, "") for name in ("latitude", "longitude")]
    if not any(given):
        return ""
    if found.get("datum", "").lower() not in _DATUMS:
        return "datum"
    if not all(_NUMBER.fullmatch(text) for text in given):
        return "latitude"
    try:
        _pin(found).columns()
    except CanteenError:
        return "latitude"
    return ""


def _row(number: int, found: dict[str, str]) -> Row:
    pin = _pin(found) if found.get("latitude") else None
    return Row(number, found["name"], found.get("lift", "").lower() in _YES, found.get("note", ""), pin)


def _pin(found: dict[str, str]) -> Pin:
    datum = _DATUMS[found.get("datum", "").lower()]
    return Pin(latitude=float(found["latitude"]), longitude=float(found["longitude"]), datum=datum, by="import")
