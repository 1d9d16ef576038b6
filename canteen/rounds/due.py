"""Name a meal that is carried out, before it has a round."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Due:
    """Name a meal whose orders are closed and have to be planned."""

    canteen_id: int
    service_date: date
    meal: str
