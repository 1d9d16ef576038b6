"""Write a plan as JSON, `delivery-plan/1`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from canteen.delivery.values import Plan, Unserved


def write_plan(plan: Plan) -> str:
    """Return the text of a plan, with how it was made, so that it can be made again."""
    return json.dumps(document(plan), ensure_ascii=False, indent=1)


def document(plan: Plan) -> dict[str, Any]:
    """Return a plan as plain values."""
    return {
        "format": "delivery-plan/1",
        "case": plan.case,
        "input_hash": plan.input_hash,
        "made": None if plan.making is None else asdict(plan.making),
        "trips": [
            {
                "courier": trip.courier,
                "depart": trip.depart,
                "stops": [{"order": stop.order, "start": stop.start} for stop in trip.stops],
            }
            for trip in plan.trips
        ],
        "unserved": [_unserved(left) for left in plan.unserved],
    }


def _unserved(left: Unserved) -> dict[str, Any]:
    said: dict[str, Any] = {"order": left.order, "reason": str(left.reason)}
    if left.remedy is not None:
        said["remedy"] = {name: value for name, value in asdict(left.remedy).items() if value not in (None, ())}
    return said
