"""Record acts on accounts, roles and grants in one chain of their own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from canteen import audit

CHAIN = "office:access"


def record(session: Session, action: str, *, subject: str, actor: str, at: datetime, **detail: Any) -> None:
    """Append an act to the chain of the access office."""
    audit.record(session, chain=CHAIN, at=at, actor=actor, action=action, subject=subject, **detail)
