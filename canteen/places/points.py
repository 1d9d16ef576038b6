"""Know where the middle of a village lies, and how far it is from there to the nearest canteen."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.foundation.errors import Invalid
from canteen.places.regions import padded, region
from canteen.places.tables import Canteen, RegionPoint

_EARTH_METRES = 6_371_000
_COLUMNS = ("code", "latitude", "longitude")


@dataclass(frozen=True, slots=True)
class Point:
    """Hold a place on the earth in millionths of a degree."""

    latitude_e6: int
    longitude_e6: int


def metres_between(one: Point, other: Point) -> int:
    """Return the distance as the crow flies (haversine), to the metre."""
    a_latitude, b_latitude = math.radians(one.latitude_e6 / 1e6), math.radians(other.latitude_e6 / 1e6)
    across = math.radians((other.longitude_e6 - one.longitude_e6) / 1e6)
    half = math.sin((b_latitude - a_latitude) / 2) ** 2
    half += math.cos(a_latitude) * math.cos(b_latitude) * math.sin(across / 2) ** 2
    return round(2 * _EARTH_METRES * math.asin(math.sqrt(half)))


@dataclass(frozen=True, slots=True)
class Nearest:
    """Name the canteen nearest to a village; the distance is None where no middle or no canteen is located."""

    canteen_name: str
    region_code: str
    metres: int | None


def locate(session: Session, *, content: str, source: str, at: datetime) -> int:
    """Take over the middles of regions from a CSV list with code, latitude, longitude; answers how many.

    All or nothing: ``places.points_malformed`` with the number of the first wrong row.
    """
    rows = list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"))))
    for number, row in enumerate(rows, start=2):
        point = _point(row, number)
        code = region(session, code=padded((row["code"] or "").strip())).code
        session.merge(
            RegionPoint(
                region_code=code, latitude_e6=point.latitude_e6, longitude_e6=point.longitude_e6, source=source,
                entered_at=at,
            )
        )  # fmt: skip
    session.flush()
    return len(rows)


def _point(row: dict[str, str], number: int) -> Point:
    try:
        latitude, longitude = (int(Decimal(row[name].strip()) * 1_000_000) for name in _COLUMNS[1:])
    except (KeyError, AttributeError, InvalidOperation, ValueError, OverflowError):
        raise Invalid("places.points_malformed", row=number) from None
    if not (-90_000_000 <= latitude <= 90_000_000 and -180_000_000 <= longitude <= 180_000_000):
        raise Invalid("places.points_malformed", row=number)
    return Point(latitude, longitude)


def nearest_canteens(session: Session, *, codes: Iterable[str], on: date) -> dict[str, Nearest]:
    """Return the canteen nearest to each region among those open on a day; one in the region itself comes first.

    A region without a canteen of its own and without a middle is left out: nothing can be said.
    """
    wanted = sorted(set(codes))
    rows = session.scalars(select(RegionPoint).where(RegionPoint.region_code.in_(wanted)))
    points = {row.region_code: Point(row.latitude_e6, row.longitude_e6) for row in rows}
    is_open = (Canteen.opened_on <= on, (Canteen.closed_on.is_(None)) | (Canteen.closed_on > on))
    canteens = session.scalars(select(Canteen).where(*is_open).order_by(Canteen.id)).unique().all()
    found = ((code, _nearest(code, points.get(code), canteens)) for code in wanted)
    return {code: nearest for code, nearest in found if nearest is not None}


def nearest_to(session: Session, *, point: Point, on: date) -> tuple[Canteen, int] | None:
    """Return the canteen nearest to a point among those that serve guests on a day, with the metres to it.

    None where no canteen is located.
    """
    wanted = select(Canteen).where(
        Canteen.opened_on <= on, (Canteen.closed_on.is_(None)) | (Canteen.closed_on > on),
        Canteen.kind != "central_kitchen", Canteen.latitude_e6.is_not(None), Canteen.longitude_e6.is_not(None),
    )  # fmt: skip
    found = [
        (one, metres_between(point, _point_of(one))) for one in session.scalars(wanted.order_by(Canteen.id)).unique()
    ]
    return min(found, key=lambda one: one[1], default=None)


def _point_of(canteen: Canteen) -> Point:
    return Point(canteen.latitude_e6 or 0, canteen.longitude_e6 or 0)


def _nearest(code: str, middle: Point | None, canteens: Iterable[Canteen]) -> Nearest | None:
    best: Nearest | None = None
    for canteen in canteens:
        metres = None
        if middle is not None and canteen.latitude_e6 is not None and canteen.longitude_e6 is not None:
            metres = metres_between(middle, Point(canteen.latitude_e6, canteen.longitude_e6))
        here = Nearest(canteen.name, canteen.region_code, metres)
        if canteen.region_code == code:
            return here
        if metres is not None and (best is None or best.metres is None or metres < best.metres):
            best = here
    return best
