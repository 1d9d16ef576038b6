"""Bring hot meals to the door: who goes where in which order, and why somebody cannot be reached.

Words: a *case* is one meal of one day (doors, couriers, orders, travel times); a *trip* is one way out of the kitchen
and back; a *plan* puts every order on one trip or leaves it out with a reason that is true. What makes a plan
(`engine`) and what checks it (`verify`) share nothing: what the verifier rejects is not published. After
publication nothing is planned anew: an order is inserted, taken out, or handed to others (`repair`).
Nothing here looks anything up.
"""

from __future__ import annotations

import importlib
from typing import Protocol, cast

from canteen.delivery.baselines import nearest_neighbour, sweep
from canteen.delivery.budget import Budget, budget_for
from canteen.delivery.reading import read_case, read_plan
from canteen.delivery.reasons import Reason
from canteen.delivery.repair import absent, cancel, insert
from canteen.delivery.timing import cost
from canteen.delivery.travel import Pin, Provider, Stored, Straight
from canteen.delivery.truth import helps, holds
from canteen.delivery.values import (
    Case,
    Courier,
    Depot,
    Making,
    Objective,
    Order,
    Plan,
    Remedy,
    Stop,
    Trip,
    Unserved,
)
from canteen.delivery.verify import Violation, verify
from canteen.delivery.writing import write_plan

__all__ = [
    "Budget",
    "Case",
    "Courier",
    "Depot",
    "Making",
    "Objective",
    "Order",
    "Pin",
    "Plan",
    "Provider",
    "Reason",
    "Remedy",
    "Stop",
    "Stored",
    "Straight",
    "Trip",
    "Unserved",
    "Violation",
    "absent",
    "budget_for",
    "cancel",
    "cost",
    "helps",
    "holds",
    "insert",
    "nearest_neighbour",
    "read_case",
    "read_plan",
    "solver",
    "sweep",
    "verify",
    "write_plan",
]


class Engine(Protocol):
    """Find plans."""

    ENGINE: str

    def solve(self, case: Case, *, budget: Budget, seed: int = 1, moved: int = 90) -> Plan:
        """Return the best plan found: every order on one trip or left out with a reason."""
        ...


def solver() -> Engine:
    """Load the solver, which takes a third of a second: for jobs and commands, never at the start of the pages."""
    return cast("Engine", importlib.import_module("canteen.delivery.engine"))
