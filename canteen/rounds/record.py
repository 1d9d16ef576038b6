"""Keep in the canteen's chain who changed buildings, couriers and plans."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from canteen import audit, places


def record(
    session: Session, canteen_id: int, action: str, *, subject: str, actor: str, at: datetime, **detail: Any
) -> None:
    """Append an act to the chain of a canteen."""
    session.flush()
    canteen = places.canteen_by_id(session, canteen_id=canteen_id)
    audit.record(session, chain=f"canteen:{canteen.ref}", at=at, actor=actor, action=action, subject=subject, **detail)
