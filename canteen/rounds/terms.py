"""Say what a canteen asks of its plans: how long a box may be on the way, how long a door takes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.foundation.errors import Invalid
from canteen.rounds.record import record
from canteen.rounds.tables import DeliveryTerms

_BOUNDS = {
    "hot_limit_minutes": (5, 240), "lead_minutes": (0, 120), "door_seconds": (10, 900), "floor_seconds": (0, 120),
    "moved_seconds": (0, 600),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold what a canteen asks: the columns of `DeliveryTerms`."""

    hot_limit_minutes: int
    lead_minutes: int
    door_seconds: int
    floor_seconds: int
    moved_seconds: int


def set_terms(session: Session, *, canteen_id: int, asked: Asked, actor: str, at: datetime) -> None:
    """Ask this of plans from now on; plans that stand are left alone. Invalid ``rounds.terms_outside``."""
    told = asdict(asked)
    for name, (least, most) in _BOUNDS.items():
        if not least <= told[name] <= most:
            raise Invalid("rounds.terms_outside", least=least, most=most)
    found = session.scalars(select(DeliveryTerms).where(DeliveryTerms.canteen_id == canteen_id)).one_or_none()
    if found is None:
        session.add(DeliveryTerms(canteen_id=canteen_id, **told))
    else:
        for name, value in told.items():
            setattr(found, name, value)
    record(session, canteen_id, "delivery.terms", subject="terms", actor=actor, at=at, **told)
