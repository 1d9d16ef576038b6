"""Read a case or a plan from JSON and refuse what is malformed, naming the place.

Formats: `delivery-case/1`, `delivery-plan/1` (docs/delivery.md).
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterator
from typing import Any, NoReturn, TypeVar

from canteen.delivery.travel import euclid
from canteen.delivery.values import Case, Courier, Depot, Matrix, Objective, Order, Plan, Stop, Trip, Unserved
from canteen.foundation.errors import Invalid

CASE, PLAN = "delivery-case/1", "delivery-plan/1"
LARGEST_TEXT = 64 * 1024 * 1024
MOST = {"locations": 2_000, "orders": 5_000, "couriers": 500, "depots": 50, "trips": 5_000}
LARGEST = 10_000_000  # Times, meals, costs: far above a day in seconds, far below what the solver can add up.

T = TypeVar("T")


def read_case(text: str) -> Case:
    """Return the case; Invalid `delivery.malformed` names the place and the mistake."""
    document = _document(text, CASE)
    points = tuple(_point(each, at) for each, at in _rows(document, "locations"))
    if not points:
        _refuse("locations", "is empty")
    depots = _keyed(document, "depots", lambda each, at: [_depot(each, at, len(points))])
    if not depots:
        _refuse("depots", "is empty")
    couriers = _keyed(document, "couriers", lambda each, at: _couriers(each, at, depots))
    orders = _keyed(document, "orders", lambda each, at: [_order(each, at, len(points))])
    objective = document.get("objective", "busy")
    if objective not in list(Objective):
        _refuse("objective", "is neither busy nor travel")
    return Case(
        name=_text(document, "name", ""),
        travel=_travel(document.get("travel"), points),
        depots=depots,
        couriers=couriers,
        orders=orders,
        hot_limit=_hot_limit(document),
        objective=Objective(objective),
        points=points,
        input_hash=hash_of(document),
    )


def hash_of(document: dict[str, Any]) -> str:
    """Return a hash of what is asked, whatever is already known about the answer."""
    asked = {name: document.get(name) for name in sorted(document) if name not in {"best_known", "note"}}
    text = json.dumps(asked, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def read_plan(text: str) -> Plan:
    """Return a plan whose stops all have their times."""
    document = _document(text, PLAN)
    trips = tuple(_trip(each, at) for each, at in _rows(document, "trips"))
    unserved = tuple(
        Unserved(_text(each, "order", at), _text(each, "reason", at))
        for each, at in _rows(document, "unserved", MOST["orders"])
    )
    return Plan(str(document.get("case", "")), trips, unserved, str(document.get("input_hash", "")))


def _document(text: str, form: str) -> dict[str, Any]:
    if len(text) > LARGEST_TEXT:
        _refuse("file", "is larger than 64 MB")
    try:
        document = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        _refuse("file", f"is no JSON: {str(error)[:200]}")
    if not isinstance(document, dict) or document.get("format") != form:
        _refuse("format", f"is not {form}")
    return document


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _rows(document: dict[str, Any], name: str, most: int | None = None) -> Iterator[tuple[dict[str, Any], str]]:
    rows = document.get(name)
    if not isinstance(rows, list):
        _refuse(name, "is not a list")
    if len(rows) > (most or MOST[name]):
        _refuse(name, f"has more than {most or MOST[name]} rows")
    for at, row in enumerate(rows):
        if not isinstance(row, dict):
            _refuse(f"{name}[{at}]", "is not an object")
        yield row, f"{name}[{at}]"


def _keyed(document: dict[str, Any], name: str, read: Callable[[dict[str, Any], str], list[T]]) -> dict[str, T]:
    found: dict[str, T] = {}
    for row, at in _rows(document, name):
        for each in read(row, at):
            key = getattr(each, "id")  # noqa: B009 - the three kinds of rows share nothing but an id
            if key in found:
                _refuse(at, f"repeats the id {key}")
            found[key] = each
            if len(found) > MOST[name]:
                _refuse(name, f"has more than {MOST[name]} rows")
    return found


def _point(row: dict[str, Any], at: str) -> tuple[float, float]:
    return _coordinate(row, "x", at), _coordinate(row, "y", at)


def _coordinate(row: dict[str, Any], name: str, at: str) -> float:
    value = row.get(name)
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or abs(value) > LARGEST
        or not math.isfinite(value)
    ):
        _refuse(f"{at}.{name}", "is no coordinate")
    return float(value)


def _depot(row: dict[str, Any], at: str, doors: int) -> Depot:
    opening = None if row.get("open") is None else _whole(row, "open", at)
    return Depot(_text(row, "id", at), _whole(row, "location", at, most=doors - 1), opening)


def _couriers(row: dict[str, Any], at: str, depots: dict[str, Depot]) -> list[Courier]:
    name, depot = _text(row, "id", at), _text(row, "depot", at)
    if depot not in depots:
        _refuse(f"{at}.depot", "names no depot")
    names = [name]
    if "copies" in row:
        names = [f"{name}{copy}" for copy in range(1, _whole(row, "copies", at, least=1, most=MOST["couriers"]) + 1)]
    capacity, shift = _whole(row, "capacity", at), _span(row, "shift", at)
    trips = _whole(row, "max_trips", at, default=1, least=1, most=50)
    reload, skills = _whole(row, "reload", at, default=0), _skills(row, at)
    return [Courier(each, depot, capacity, shift, trips, reload, skills) for each in names]


def _order(row: dict[str, Any], at: str, doors: int) -> Order:
    usual = None if row.get("usual") is None else _text(row, "usual", at)
    return Order(
        id=_text(row, "id", at),
        location=_whole(row, "location", at, most=doors - 1),
        meals=_whole(row, "meals", at, least=1, most=10_000),
        service=_whole(row, "service", at),
        window=_span(row, "window", at),
        skills=_skills(row, at),
        usual=usual,
        need=_whole(row, "need", at, default=1, least=1, most=1_000),
    )


def _hot_limit(document: dict[str, Any]) -> int | None:
    rules = document.get("rules", {})
    if not isinstance(rules, dict):
        _refuse("rules", "is not an object")
    return None if rules.get("hot_limit") is None else _whole(rules, "hot_limit", "rules")


def _travel(travel: Any, points: tuple[tuple[float, float], ...]) -> Matrix:
    kind = travel.get("type") if isinstance(travel, dict) else None
    if kind == "euclid":
        if travel.get("round", "floor") != "floor":
            _refuse("travel.round", "is not floor")
        return euclid(points, _whole(travel, "scale", "travel", least=1, most=1_000))
    if kind != "matrix":
        _refuse("travel.type", "is neither matrix nor euclid")
    return _matrix(travel.get("values"), len(points))


def _matrix(rows: Any, count: int) -> Matrix:
    if not isinstance(rows, list) or len(rows) != count:
        _refuse("travel.values", f"is not {count} x {count}")
    for at, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != count:
            _refuse(f"travel.values[{at}]", f"has not {count} columns")
        if any(type(value) is not int or not 0 <= value <= LARGEST for value in row) or row[at] != 0:
            _refuse(f"travel.values[{at}]", "holds something other than whole times from 0, and 0 to itself")
    return tuple(tuple(row) for row in rows)


def _trip(row: dict[str, Any], at: str) -> Trip:
    stops = tuple(
        Stop(_text(stop, "order", where), _whole(stop, "start", where))
        for stop, where in _rows(row, "stops", MOST["orders"])
    )
    return Trip(_text(row, "courier", at), _whole(row, "depart", at), stops)


def _whole(
    row: dict[str, Any], name: str, at: str, *, default: int | None = None, least: int = 0, most: int = LARGEST
) -> int:
    value = row.get(name, default)
    if type(value) is not int or not least <= value <= most:
        _refuse(f"{at}.{name}", f"is no whole number from {least} to {most}")
    return value


def _text(row: dict[str, Any], name: str, at: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= 100 or not value.isprintable():
        _refuse(f"{at}.{name}" if at else name, "is no text of 1 to 100 characters")
    return value


def _span(row: dict[str, Any], name: str, at: str) -> tuple[int, int]:
    value = row.get(name)
    if not isinstance(value, list) or len(value) != 2 or any(type(each) is not int for each in value):
        _refuse(f"{at}.{name}", "is not two whole numbers")
    if not 0 <= value[0] <= value[1] <= LARGEST:
        _refuse(f"{at}.{name}", "does not run from an earlier to a later time")
    return value[0], value[1]


def _skills(row: dict[str, Any], at: str) -> frozenset[str]:
    value = row.get("skills", [])
    if not isinstance(value, list) or len(value) > 50 or any(not isinstance(each, str) for each in value):
        _refuse(f"{at}.skills", "is no list of at most 50 texts")
    return frozenset(value)


def _refuse(where: str, problem: str) -> NoReturn:
    raise Invalid("delivery.malformed", where=where, problem=problem)
