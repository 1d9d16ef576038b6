"""Count what couriers took at the doors, and keep that they handed it in: two names, two figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, func, literal, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen import ledger
from canteen.access.tables import Staff
from canteen.checkin.tables import Redemption, RedemptionUndo, TenderChange
from canteen.foundation.clock import service_day
from canteen.foundation.errors import Invalid, Refused
from canteen.ledger.tables import Book
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
    """Add up the own shares that a courier was paid in cash; what was taken back or paid otherwise does not count.

    A meal that was noted without a message of the round counts for the courier who was logged in.
    """
    taken = session.scalar(
        select(func.coalesce(func.sum(Redemption.own_fen), 0))
        .outerjoin(DoorEvent, DoorEvent.event_id == Redemption.scan_id)
        .outerjoin(Staff, Staff.id == courier.staff_id)
        .outerjoin(RedemptionUndo, RedemptionUndo.redemption_ref == Redemption.ref)
        .where(
            Redemption.canteen_id == held.canteen_id,
            Redemption.service_date == held.service_date,
            Redemption.meal == held.meal,
            Redemption.means == "courier",
            or_(
                DoorEvent.courier_id == courier.id,
                DoorEvent.event_id.is_(None) & (Redemption.served_by == literal("staff:").concat(Staff.ref)),
            ),
            RedemptionUndo.redemption_ref.is_(None),
            func.coalesce(_latest_tender(), Redemption.tender) == "cash",
        )
    )
    given = session.scalar(
        select(func.coalesce(func.sum(CourierCash.counted_fen), 0)).where(
            CourierCash.round_id == held.id, CourierCash.courier_id == courier.id
        )
    )
    return Purse(int(taken or 0), int(given or 0))


def _latest_tender() -> ScalarSelect[str]:
    changes = select(TenderChange.tender).where(TenderChange.redemption_ref == Redemption.ref)
    return changes.order_by(TenderChange.ordinal.desc()).limit(1).scalar_subquery()


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
    """Keep that a courier handed cash in, and put it into the till; the same reference again returns the first row.

    What is missing stays owed by the courier; what is over waits in the differences. ``rounds.two_people`` where giver
    and taker are one; ``rounds.note_missing`` where the count differs and nobody says why.
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
    _post(session, row, at)
    record(session, held.canteen_id, "round.cash", subject=held.ref, actor=actor, at=at, count=counted_fen)
    return row


def _post(session: Session, row: CourierCash, at: datetime) -> None:
    """Move what was counted into the till: out of what the courier owed, and what is more than that as a difference."""
    owed = min(row.counted_fen, row.due_fen)
    legs = (
        ledger.Leg(ledger.TILL, row.counted_fen),
        ledger.Leg(ledger.COURIER_CASH, -owed),
        ledger.Leg(ledger.SUSPENSE, owed - row.counted_fen),
    )
    moved = tuple(leg for leg in legs if leg.amount_fen)
    if not moved:
        return
    book_id = session.scalars(select(Book.id).where(Book.canteen_id == row.canteen_id)).one()
    draft = ledger.Draft(
        f"courier:{row.event_id}", "courier_cash", service_day(at), moved, memo=f"courier:{row.event_id}"
    )
    ledger.post(session.connection(), book_id=book_id, drafts=[draft], at=at)
