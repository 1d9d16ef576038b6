"""Photograph a picture of a code as a hand in a canteen would: too far, shaken, askew, under a lamp, in the dark.

Everything is drawn by Pillow from a seed, so that a run can be repeated. Sizes are told in modules, the little squares
of a code, since by them a reader succeeds or fails.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

FRAME = (640, 480)
TABLE = 150
PITCH = 4.0


@dataclass(frozen=True, slots=True)
class Shown:
    """Hold a picture with a code in it: how many of its own points a module takes, and the text to be read."""

    picture: Image.Image
    points: float
    text: str


Change = Callable[[Image.Image, float, random.Random], Image.Image]


def taken(shown: Shown, kind: str, seed: int) -> Image.Image:
    """Take a photograph of 640 by 480 points, spoiled in one way."""
    draw = random.Random(f"{kind}|{seed}")
    pitch, changes = KINDS[kind]
    size = pitch(draw)
    held = _scaled(shown.picture, size / shown.points)
    for change in changes:
        held = change(held, size, draw)
    frame = held if held.size == FRAME else _laid(held, draw)
    return _grainy(frame, 4.0, draw)


def _scaled(picture: Image.Image, by: float) -> Image.Image:
    width, height = (max(1, round(side * by)) for side in picture.size)
    return picture.convert("L").resize((width, height), Image.Resampling.LANCZOS)


def _laid(picture: Image.Image, draw: random.Random) -> Image.Image:
    """Lay the picture on a table, about the middle of what the camera sees."""
    frame = Image.new("L", FRAME, TABLE)
    left, top = ((whole - side) // 2 + draw.randint(-20, 20) for whole, side in zip(FRAME, picture.size, strict=True))
    frame.paste(picture, (left, top))
    return frame


def _grainy(frame: Image.Image, sigma: float, draw: random.Random) -> Image.Image:
    noise = Image.effect_noise(FRAME, sigma)
    turned = noise.transpose(draw.choice(list(Image.Transpose)[:5])).resize(FRAME)
    return ImageChops.add(frame, turned, scale=1, offset=-128)


def blurred(low: float, high: float) -> Change:
    """Put the lens out of focus, by a part of a module."""
    return lambda held, size, draw: _on_table(held, draw).filter(
        ImageFilter.GaussianBlur(size * draw.uniform(low, high))
    )


def shaken(low: float, high: float) -> Change:
    """Move the hand while the shutter is open, by so many modules."""

    def shake(held: Image.Image, size: float, draw: random.Random) -> Image.Image:
        frame, way = _on_table(held, draw), size * draw.uniform(low, high)
        angle = draw.uniform(0, math.tau)
        mixed = frame
        for step in range(1, 9):
            x, y = (round(way * step / 8 * part) for part in (math.cos(angle), math.sin(angle)))
            mixed = Image.blend(mixed, ImageChops.offset(frame, x, y), 1 / (step + 1))
        return mixed

    return shake


def turned(most: float) -> Change:
    """Hold it askew by up to so many degrees."""
    return lambda held, _size, draw: held.rotate(
        draw.uniform(-most, most), Image.Resampling.BICUBIC, expand=True, fillcolor=TABLE
    )


def leaning(most: float) -> Change:
    """Hold it so that one side is farther away, by up to a part of its width."""

    def lean(held: Image.Image, _size: float, draw: random.Random) -> Image.Image:
        width, height = held.size
        corners = [(0, 0), (0, height), (width, height), (width, 0)]
        moved = [
            value
            for x, y in corners
            for value in (
                x + draw.uniform(-most, 0) * width * (1 if x == 0 else -1),
                y + draw.uniform(-most, 0) * height * (1 if y == 0 else -1),
            )
        ]
        return held.transform(held.size, Image.Transform.QUAD, moved, Image.Resampling.BICUBIC, fillcolor=TABLE)

    return lean


def lit(low: float, high: float) -> Change:
    """Let a lamp shine on so large a part of the code."""

    def shine(held: Image.Image, _size: float, draw: random.Random) -> Image.Image:
        width, height = held.size
        radius = math.sqrt(draw.uniform(low, high) * width * height / math.pi)
        x, y = draw.uniform(0.25, 0.75) * width, draw.uniform(0.25, 0.75) * height
        lamp = Image.new("L", held.size, 0)
        ImageDraw.Draw(lamp).ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
        return Image.composite(Image.new("L", held.size, 255), held, lamp.filter(ImageFilter.GaussianBlur(radius / 4)))

    return shine


def pale(least: int, most: int) -> Change:
    """Leave only so much between black and white: faded print, a dark screen."""

    def fade(held: Image.Image, _size: float, draw: random.Random) -> Image.Image:
        span = draw.randint(least, most)
        return held.point(lambda value: 128 - span // 2 + value * span // 255)

    return fade


def dark(held: Image.Image, _size: float, draw: random.Random) -> Image.Image:
    """Take it in a dark corner, with the grain that this brings."""
    return _grainy(_on_table(held, draw).point(lambda value: value // 3), 14.0, draw)


def _on_table(held: Image.Image, draw: random.Random) -> Image.Image:
    return held if held.size == FRAME else _laid(held, draw)


def _between(low: float, high: float) -> Callable[[random.Random], float]:
    return lambda draw: draw.uniform(low, high)


def _at(pitch: float) -> Callable[[random.Random], float]:
    return lambda _draw: pitch


KINDS: dict[str, tuple[Callable[[random.Random], float], tuple[Change, ...]]] = {
    "as it is": (_at(PITCH), ()),
    "small, 1.6 to 2.2 points a module": (_between(1.6, 2.2), ()),
    "very small, 1.1 to 1.5": (_between(1.1, 1.5), ()),
    "blurred by 0.4 to 0.7 of a module": (_at(PITCH), (blurred(0.4, 0.7),)),
    "shaken by 0.7 to 1.2 modules": (_at(PITCH), (shaken(0.7, 1.2),)),
    "turned, any angle": (_at(PITCH), (turned(180),)),
    "leaning by up to a fifth": (_at(PITCH), (leaning(0.2),)),
    "glare over 3 to 6 %": (_at(PITCH), (lit(0.03, 0.06),)),
    "pale, 20 to 45 of 255 left": (_at(PITCH), (pale(20, 45),)),
    "dark and grainy": (_at(PITCH), (dark,)),
    "a little of everything": (_between(2.6, 3.6), (leaning(0.07), turned(15), pale(110, 180), blurred(0.1, 0.3))),
}
