"""Draw a plan as a map of its own: pins by metres from the kitchen, one line for each trip; asks no map service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from canteen import delivery

WIDTH, HEIGHT, _EDGE = 640, 400, 34
COLOURS = 6


@dataclass(frozen=True)
class _Frame:
    """Turn metres into the coordinates of the picture, north up, the same scale both ways."""

    left: float
    top: float
    scale: float

    def spot(self, x: float, y: float) -> tuple[float, float]:
        return round(_EDGE + (x - self.left) * self.scale, 1), round(_EDGE + (self.top - y) * self.scale, 1)


def draw(document: dict[str, Any], plan: delivery.Plan, names: dict[str, str]) -> dict[str, Any]:
    """Return what the template draws: the size, kitchen, routes, pins, and how long a bar of a round length is.

    `names` are the couriers by reference, in their order, which gives each a colour.
    """
    places = document["locations"]
    orders = {order["id"]: order["location"] for order in document["orders"]}
    frame = _frame([(place["x"], place["y"]) for place in places])
    colours = {ref: number % COLOURS + 1 for number, ref in enumerate(names)}
    routes, pins = [], dict[int, dict[str, Any]]()
    for trip in sorted(plan.trips, key=lambda trip: (trip.courier, trip.depart)):
        seen = [0]
        for number, stop in enumerate(trip.stops, 1):
            at = orders[stop.order]
            if seen[-1] != at:
                seen.append(at)
            pin = pins.setdefault(at, _pin(places[at], frame, colours.get(trip.courier, 1)))
            pin["numbers"].append(number)
        line = [frame.spot(places[at]["x"], places[at]["y"]) for at in (*seen, 0)]
        routes.append(
            {
                "colour": colours.get(trip.courier, 1),
                "points": " ".join(f"{x},{y}" for x, y in line),
                "name": names.get(trip.courier, trip.courier),
            }
        )
    missing = [_pin(places[at], frame, 0) for at in set(orders.values()) - set(pins)]
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "kitchen": frame.spot(places[0]["x"], places[0]["y"]),
        "routes": routes,
        "pins": [{**pin, "label": _label(pin["numbers"])} for pin in [*pins.values(), *missing]],
        "legend": [{"name": name, "colour": colours[ref]} for ref, name in names.items()],
        **_bar(frame),
    }


def _frame(points: list[tuple[float, float]]) -> _Frame:
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    bottom, top = min(y for _, y in points), max(y for _, y in points)
    wide, high = max(right - left, 100), max(top - bottom, 100)
    scale = min((WIDTH - 2 * _EDGE) / wide, (HEIGHT - 2 * _EDGE) / high)
    spare = (WIDTH - 2 * _EDGE) / scale - (right - left), (HEIGHT - 2 * _EDGE) / scale - (top - bottom)
    return _Frame(left - spare[0] / 2, top + spare[1] / 2, scale)


def _pin(place: dict[str, Any], frame: _Frame, colour: int) -> dict[str, Any]:
    x, y = frame.spot(place["x"], place["y"])
    return {"x": x, "y": y, "colour": colour, "place": place["id"], "numbers": []}


def _label(numbers: list[int]) -> str:
    if not numbers:
        return "!"
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}+"


def _bar(frame: _Frame) -> dict[str, Any]:
    metres = next((one for one in (1000, 500, 200, 100, 50, 20) if one * frame.scale < WIDTH / 4), 10)
    return {"bar": round(metres * frame.scale, 1), "metres": metres}
