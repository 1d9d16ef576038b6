"""Hold what was understood, and what the understanding may lean on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Dish:
    """Name a dish that is on offer, with what else people call it."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Canteen:
    """Name a canteen, with what else people call it."""

    ref: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexemes:
    """Hold the names that are alive: the dishes on offer and the canteens."""

    dishes: tuple[Dish, ...] = ()
    canteens: tuple[Canteen, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """Say what was just asked, and which options were shown, numbered from 1."""

    kind: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """Name a wanted dish and how many.

    ``?`` is a dish that is not on offer, ``said`` its name as heard.
    """

    dish: str
    quantity: int = 1
    said: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Hold one separable request; a slot that was not said is empty.

    ``choice`` counts from 1, -1 is the last. ``quantity`` is a number said without a dish. ``off`` are dishes to take
    away. ``counted`` says that the number of portions was said, ``adds`` that a
    change leaves what is there. ``amount`` is in yuan, ``period`` its first and last day.
    ``code`` is the number typed from a slip. ``same_as`` is ``last`` or an ISO day.
    """

    intent: str
    dates: tuple[date, ...] = ()
    repeat: tuple[int, ...] = ()
    start: date | None = None
    meals: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    off: tuple[Item, ...] = ()
    portions: int = 1
    counted: bool = False
    adds: bool = False
    mode: str = ""
    persons: tuple[str, ...] = ()
    diet: tuple[str, ...] = ()
    canteen: str = ""
    same_as: str = ""
    which: str = ""
    except_dates: tuple[date, ...] = ()
    amount: int = 0
    period: tuple[date, ...] = ()
    choice: int = 0
    code: str = ""
    old: Act | None = None

    @property
    def is_bare(self) -> bool:
        """Tell whether nothing but the intent was said."""
        return self == Act(self.intent)
