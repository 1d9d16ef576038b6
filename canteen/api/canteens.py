"""List canteens: where they are, when they serve, until when one can order."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response
from marshmallow import Schema, ValidationError, fields, validate
from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import places
from canteen.api.fields import MEALS, Minute, Money, Reference, meal
from canteen.api.resource import Resource, shown
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.http.auth import BEARER, audience
from canteen.http.current import house
from canteen.http.limits import limited
from canteen.places.tables import Canteen, MealService

canteens = Resource("canteens", "Canteens, their hours and their menus.")
_POINT = re.compile(r"(-?[0-9]{1,2}(?:\.[0-9]{1,9})?),(-?[0-9]{1,3}(?:\.[0-9]{1,9})?)", re.ASCII)
_EARTH_METRES = 6_371_000


class Near(fields.String):
    """Read a position as latitude and longitude in degrees."""

    def _deserialize(self, value: Any, *more: Any, **options: Any) -> Any:
        match = _POINT.fullmatch(super()._deserialize(value, *more, **options))
        latitude, longitude = (float(part) for part in match.groups()) if match else (math.inf, math.inf)
        if abs(latitude) > 90 or abs(longitude) > 180:
            raise ValidationError("Not a position such as 22.5411,114.0573.")
        return latitude, longitude


class Wanted(Schema):
    """Say which canteens are looked for."""

    near = Near(metadata={"description": "Latitude and longitude: the nearest first.", "example": "22.5411,114.0573"})
    region = fields.String(
        validate=validate.Regexp("^[0-9]{2,12}$"),
        metadata={"description": "Leading digits of the region's code.", "example": "440304"},
    )
    limit = fields.Integer(
        load_default=100, validate=validate.Range(1, 500), metadata={"description": "At most so many.", "example": 20}
    )


class Cutoff(Schema):
    """Say until when a meal is ordered."""

    days_before = fields.Integer(
        required=True,
        attribute="cutoff_days",
        metadata={"description": "Days before the day of the meal.", "example": 0},
    )
    time = Minute(
        required=True,
        attribute="cutoff_minute",
        metadata={"description": "The first minute without orders.", "example": "09:30"},
    )


class Hours(Schema):
    """Say when and how a meal period is served; times are those of China."""

    meal = meal(required=True)
    opens = Minute(required=True, attribute="opens_minute", metadata={"example": "11:00"})
    closes = Minute(required=True, attribute="closes_minute", metadata={"example": "12:30"})
    cutoff = fields.Nested(Cutoff, required=True, attribute="itself")
    weekdays = fields.List(
        fields.Integer(),
        required=True,
        metadata={"description": "1 is Monday, 7 is Sunday.", "example": [1, 2, 3, 4, 5]},
    )
    modes = fields.List(fields.String(), required=True, metadata={"example": ["dine_in", "pickup"]})
    delivery_fee = Money("Before any support for it.", 200, required=True, attribute="delivery_fee_fen")


class CanteenBrief(Schema):
    """Name a canteen, and how to reach it."""

    ref = Reference("C", required=True, metadata={"example": "C-5BDH8NRVXC"})
    name = fields.String(required=True, metadata={"example": "幸福里食堂"})
    phone = fields.String(required=True, metadata={"example": "0755-5550100"})
    address = fields.String(required=True, metadata={"example": "幸福里 1 号"})


class CanteenShape(CanteenBrief):
    """Show a canteen with its hours."""

    latitude = fields.Float(required=True, allow_none=True, metadata={"example": 22.5411})
    longitude = fields.Float(required=True, allow_none=True, metadata={"example": 114.0573})
    distance_m = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Metres from the position asked for; null without one.", "example": 650},
    )
    hours = fields.List(fields.Nested(Hours), required=True)


class Canteens(Schema):
    """Show the canteens found."""

    canteens = fields.List(fields.Nested(CanteenShape), required=True)


@canteens.route("/canteens", methods=["GET"])
@canteens.gives(Canteens)
@canteens.reads(Wanted)
@audience(BEARER)
@limited("300/minute")
def list_canteens(wanted: dict[str, Any]) -> Response:
    """List canteens with their hours and cut-offs.

    All that are open at present, in the order of place, or the nearest first where `near` is given; one whose position
    nobody has noted comes last then. The menu of a day says the cut-off as an instant.
    """
    with house().database.reading(EVERYWHERE) as session:
        found = places.canteens_in(session, region_prefixes=(wanted.get("region", ""),))
        placed = _placed([one for one in found if _is_open(one, clock.today())], wanted.get("near"))[: wanted["limit"]]
        hours = _hours(session, [one.canteen.id for one in placed])
        return shown(Canteens(), {"canteens": [_shape(one, hours[one.canteen.id]) for one in placed]})


@dataclass(frozen=True)
class _Placed:
    canteen: Canteen
    distance_m: int | None


def _is_open(canteen: Canteen, on: date) -> bool:
    has_doors = canteen.kind != "central_kitchen"
    return has_doors and canteen.opened_on <= on and (canteen.closed_on is None or on < canteen.closed_on)


def _placed(found: Sequence[Canteen], near: tuple[float, float] | None) -> list[_Placed]:
    if near is None:
        return [_Placed(one, None) for one in found]
    measured = [_Placed(one, _metres(near, _position(one))) for one in found]
    return sorted(measured, key=lambda one: (one.distance_m is None, one.distance_m))


def _position(canteen: Canteen) -> tuple[float, float] | None:
    if canteen.latitude_e6 is None or canteen.longitude_e6 is None:
        return None
    return canteen.latitude_e6 / 1e6, canteen.longitude_e6 / 1e6


def _metres(here: tuple[float, float], there: tuple[float, float] | None) -> int | None:
    """Return the distance along the earth's surface (haversine)."""
    if there is None:
        return None
    (lat, lon), (other_lat, other_lon) = (tuple(map(math.radians, point)) for point in (here, there))
    half = math.sin((other_lat - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(other_lat) * math.sin((other_lon - lon) / 2) ** 2
    return round(2 * _EARTH_METRES * math.asin(min(1.0, math.sqrt(half))))


def _hours(session: Session, canteen_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    hours = defaultdict(list)
    current = (MealService.canteen_id.in_(canteen_ids), *places.holding(clock.today()))
    for service in session.scalars(select(MealService).where(*current)):
        hours[service.canteen_id].append(_hours_of(service))
    return defaultdict(list, {key: sorted(of, key=lambda one: MEALS.index(one["meal"])) for key, of in hours.items()})


def _hours_of(service: MealService) -> dict[str, Any]:
    return {
        "meal": service.meal,
        "opens_minute": service.opens_minute,
        "closes_minute": service.closes_minute,
        "itself": service,
        "weekdays": sorted(int(day) for day in service.weekdays),
        "modes": modes_of(service),
        "delivery_fee_fen": service.delivery_fee_fen,
    }


def modes_of(service: MealService) -> list[str]:
    """List the ways in which a meal is handed over."""
    offered = {"dine_in": service.dines_in, "pickup": service.packs, "delivery": service.delivers}
    return [mode for mode, is_offered in offered.items() if is_offered]


def _shape(placed: _Placed, hours: list[dict[str, Any]]) -> dict[str, Any]:
    canteen = placed.canteen
    latitude, longitude = _position(canteen) or (None, None)
    return {
        "ref": canteen.ref,
        "name": canteen.name,
        "phone": canteen.phone,
        "address": canteen.address,
        "latitude": latitude,
        "longitude": longitude,
        "distance_m": placed.distance_m,
        "hours": hours,
    }
