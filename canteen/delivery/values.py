"""Say what is to be delivered, by whom, under which limits, and what was planned.

All is frozen; times are whole numbers in the unit of the case.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

Matrix = tuple[tuple[int, ...], ...]


class Objective(StrEnum):
    """Say which time is to be short."""

    BUSY = "busy"
    TRAVEL = "travel"


@dataclass(frozen=True, slots=True)
class Depot:
    """Name a kitchen and when it hands out the first box."""

    id: str
    location: int
    open: int | None = None


@dataclass(frozen=True, slots=True)
class Courier:
    """Say what one courier can carry, when, and how often the courier can set out."""

    id: str
    depot: str
    capacity: int
    shift: tuple[int, int]
    max_trips: int = 1
    reload: int = 0
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Order:
    """Ask for meals at one door; the service starts within the window.

    `usual` is who came yesterday; `need` weighs the meals when not all can be brought.
    """

    id: str
    location: int
    meals: int
    service: int
    window: tuple[int, int]
    skills: frozenset[str] = frozenset()
    usual: str | None = None
    need: int = 1


@dataclass(frozen=True)
class Case:
    """Hold one meal of one day: doors, couriers, orders, travel times with the access time of the destination."""

    name: str
    travel: Matrix
    depots: dict[str, Depot]
    couriers: dict[str, Courier]
    orders: dict[str, Order]
    hot_limit: int | None
    objective: Objective = Objective.BUSY
    points: tuple[tuple[float, float], ...] = ()
    input_hash: str = ""

    def home(self, courier: Courier) -> int:
        """Return the location from which a courier sets out."""
        return self.depots[courier.depot].location

    def ready(self, courier: Courier) -> int:
        """Return the first moment at which a courier can set out."""
        opening = self.depots[courier.depot].open
        return courier.shift[0] if opening is None else max(courier.shift[0], opening)

    def can(self, courier: Courier, order: Order) -> bool:
        """Say whether a courier has the skills that an order asks for."""
        return order.skills <= courier.skills


@dataclass(frozen=True, slots=True)
class Stop:
    """Stand at one door from `start` on."""

    order: str
    start: int


@dataclass(frozen=True, slots=True)
class Trip:
    """Set out once, hand over in this order, come back."""

    courier: str
    depart: int
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Remedy:
    """Name the smallest thing that would bring a meal that is left over."""

    kind: str
    skills: tuple[str, ...] = ()
    start: int | None = None
    end: int | None = None
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Unserved:
    """Leave an order out, for a reason that can be checked."""

    order: str
    reason: str
    remedy: Remedy | None = None


@dataclass(frozen=True, slots=True)
class Making:
    """Remember how a plan was found, so that it can be found again."""

    seed: int
    iterations: tuple[int, ...]
    engine: str


@dataclass(frozen=True)
class Plan:
    """Put every order on one trip, or leave it out with a reason."""

    case: str
    trips: tuple[Trip, ...]
    unserved: tuple[Unserved, ...] = ()
    input_hash: str = ""
    making: Making | None = field(default=None, compare=False)
