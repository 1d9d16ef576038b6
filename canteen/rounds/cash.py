"""Count what couriers took at the doors, and keep that they handed it in: two names, two figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.checkin.tables import Redemption, RedemptionUndo, TenderChange
from canteen.foundation.errors import Invalid, Refused
from canteen.rounds.record import record
from canteen.rounds.tables import Courier, CourierCash, DoorEvent, Round


@dataclass(frozen=True, slots=True)
class Purse:
    """Say what a courier took in cash on a round, and what was handed in."""

    taken_fen: int
    handed_in_fen: int

    @property
    def due_fen(self) -> int:
        """Return what is still to be handed in."""
        return max(0, self.taken_fen - self.handed_in_fen)


def purse(session: Session, held: Round, *, courier: Courier) -> Purse:
    """Add up the own shares that a courier was paid in cash; what was taken back or paid otherwise does not count."""
    last = (
        select(TenderChange.redemption_ref, func.max(TenderChange.ordinal).label("ordinal"))
        .group_by(TenderChange.redemption_ref)
        .subquery()
    )
    changed = (
        select(TenderChange.redemption_ref, TenderChange.tender)
        .join(last, (last.c.redemption_ref == TenderChange.redemption_ref) & (last.c.ordinal == TenderChange.ordinal))
        .subquery()
    )
    taken = session.scalar(
        select(func.coalesce(func.sum(Redemption.own_fen), 0))
        .join(DoorEvent, DoorEvent.event_id == Redemption.scan_id)
        .outerjoin(RedemptionUndo, RedemptionUndo.redemption_ref == Redemption.ref)
        .outerjoin(changed, changed.c.redemption_ref == Redemption.ref)
        .where(
            DoorEvent.round_id == held.id,
            DoorEvent.courier_id == courier.id,
            RedemptionUndo.redemption_ref.is_(None),
            func.coalesce(changed.c.tender, Redemption.tender) == "cash",
        )
    )
    given = session.scalar(
        select(func.coalesce(func.sum(CourierCash.counted_fen), 0)).where(
            CourierCash.round_id == held.id, CourierCash.courier_id == courier.id
        )
    )
    return Purse(int(taken or 0), int(given or 0))


def hand_in(
    session: Session,
    held: Round,
    *,
    courier: Courier,
    event_id: str,
    counted_fen: int,
    given_by: str,
    taken_by: str,
    note: str,
    actor: str,
    at: datetime,
) -> CourierCash:
    """Keep that a courier handed cash in; the same reference again returns the first row.

    ``rounds.two_people`` where giver and taker are one; ``rounds.note_missing`` where the count differs and nobody says
    why.
    """
    known = session.get(CourierCash, event_id)
    if known is not None:
        return known
    due = purse(session, held, courier=courier).due_fen
    if not given_by.strip() or not taken_by.strip() or given_by.strip() == taken_by.strip():
        raise Invalid("rounds.two_people")
    if counted_fen != due and not note.strip():
        raise Invalid("rounds.note_missing")
    row = CourierCash(
        event_id=event_id, canteen_id=held.canteen_id, round_id=held.id, courier_id=courier.id, due_fen=due,
        counted_fen=counted_fen, given_by=given_by.strip(), taken_by=taken_by.strip(), note=note.strip(), at=at,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise Refused("rounds.cash_known") from None
    record(session, held.canteen_id, "round.cash", subject=held.ref, actor=actor, at=at, count=counted_fen)
    return row
