"""Keep what telephones told of doors and was not taken, so that nothing said at a door is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.foundation.clock import local
from canteen.foundation.db import vault_of
from canteen.orders.tables import Order
from canteen.rounds.doors import FINAL
from canteen.rounds.tables import DoorEvent, DoorRefusal

_WORD, _LINE = 40, 200


@dataclass(frozen=True, slots=True)
class Refused:
    """Show what was told of a door and not taken: of whom, what, and by which refusal."""

    diner_masked: str
    event: str
    reason: str
    told: str
    happened_at: datetime


def keep_refused(
    session: Session, *, event_id: str, canteen_id: int, order_ref: str, event: str, reason: str, told: str,
    happened_at: datetime, actor: str, at: datetime,
) -> None:  # fmt: skip
    """Keep a message that was refused; the same reference again changes nothing."""
    if not event_id or session.get(DoorRefusal, event_id[:_WORD]) is not None:
        return
    session.add(
        DoorRefusal(
            event_id=event_id[:_WORD], canteen_id=canteen_id, order_ref=order_ref[:_WORD], event=event[:_WORD],
            reason=reason[:_LINE], told_sealed=vault_of(session).seal(told) if told else None, happened_at=happened_at,
            received_at=at, actor=actor,
        )
    )  # fmt: skip
    session.flush()


def refused_on(session: Session, *, canteen_id: int, on: date) -> list[Refused]:
    """List what was refused on a day and not put right since: the meal is not told to be handed over by any message."""
    handed = (
        select(DoorEvent.event_id)
        .join(Order, Order.id == DoorEvent.order_id)
        .where(Order.ref == DoorRefusal.order_ref, DoorEvent.event.in_(FINAL))
    )
    wanted = (
        select(DoorRefusal, Order.diner_masked)
        .outerjoin(Order, Order.ref == DoorRefusal.order_ref)
        .where(
            DoorRefusal.canteen_id == canteen_id,
            DoorRefusal.received_at >= local(on, 0),
            DoorRefusal.received_at < local(on + timedelta(days=1), 0),
            ~handed.exists(),
        )
        .order_by(DoorRefusal.happened_at)
    )
    vault = vault_of(session)
    return [
        Refused(
            diner_masked=diner or "",
            event=row.event,
            reason=row.reason,
            told=vault.open(row.told_sealed) if row.told_sealed else "",
            happened_at=row.happened_at,
        )
        for row, diner in session.execute(wanted)
    ]
