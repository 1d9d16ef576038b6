"""Say how complete each canteen and day is: matched, explained and open sum to the source.

Sources: orders against what was handed over; what was handed over against the book; the book against what was handed
over; the bank against the book. One statement over whole sets for each; whoever calls states the canteens.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, literal, select

from canteen.checkin.tables import Redemption, RedemptionUndo
from canteen.ledger.tables import Book, JournalEntry, Posting
from canteen.orders.tables import Order
from canteen.treasury.tables import BankDecision, BankLine, BankMatch

SOURCES = ("orders", "proofs", "ledger", "bank")


@dataclass(frozen=True, slots=True)
class Share:
    """Hold how one source of a canteen's day divides, in fen; what is taken back or cancelled is explained."""

    canteen_id: int
    day: date
    source: str
    matched_fen: int
    explained_fen: int
    open_fen: int

    @property
    def total_fen(self) -> int:
        """Return the whole of the source, as it was added up by the database on its own."""
        return self.matched_fen + self.explained_fen + self.open_fen

    @property
    def complete_percent(self) -> int:
        """Return the whole percent that is not open, rounded down; a day without anything is complete."""
        total = self.total_fen
        return 100 if not total else (total - self.open_fen) * 100 // total


def shares(connection: Connection, *, canteen_ids: Collection[int], first: date, until: date) -> list[Share]:
    """Return every source of every day in ``[first, until)`` that has anything, in order."""
    ids = sorted(canteen_ids)
    found = [
        *_summed(connection, "orders", Order.canteen_id, Order.service_date, _of_orders(), ids, first, until),
        *_summed(connection, "proofs", Redemption.canteen_id, Redemption.service_date, _of_proofs(), ids, first, until),
        *_ledger(connection, ids, first, until),
        *_summed(connection, "bank", BankLine.canteen_id, BankLine.on_day, _of_lines(), ids, first, until),
    ]
    return sorted(found, key=lambda one: (one.canteen_id, one.day, SOURCES.index(one.source)))


Parts = tuple[ColumnElement[int], ColumnElement[bool], ColumnElement[bool]]


def _of_orders() -> Parts:
    """Match an order with a meal handed over; one that was cancelled or that nobody came for is explained."""
    amount = Order.price_fen + Order.delivery_fee_fen
    stands = ~exists().where(RedemptionUndo.redemption_ref == Redemption.ref)
    served = exists().where(Redemption.order_id == Order.id, stands)
    return amount, served, Order.state.not_in(("placed", "locked", "served", "delivered"))


def _of_proofs() -> Parts:
    """Match a meal with its entry; one that was taken back, and the book says so, is explained."""
    amount = Redemption.price_fen + Redemption.delivery_fee_fen
    undone = exists().where(RedemptionUndo.redemption_ref == Redemption.ref)
    return (
        amount,
        and_(_posted(""), ~undone),
        and_(undone, _posted(":undo")),
    )


def _posted(ending: str) -> ColumnElement[bool]:
    return (
        exists()
        .where(Book.canteen_id == Redemption.canteen_id, JournalEntry.book_id == Book.id)
        .where(JournalEntry.key == literal("redeem:").concat(Redemption.ref).concat(ending))
    )


def _of_lines() -> Parts:
    """Match a line of the bank with entries; one that somebody decided on is explained."""
    return (
        func.abs(BankLine.amount_fen),
        exists().where(BankMatch.line_id == BankLine.id),
        exists().where(BankDecision.line_id == BankLine.id),
    )


def _summed(
    connection: Connection, source: str, canteen: Any, day: Any, parts: Parts, ids: list[int], first: date, until: date
) -> list[Share]:
    amount, matched, explained = parts
    rows = connection.execute(
        select(
            canteen, day, _sum(matched, amount), _sum(and_(~matched, explained), amount),
            _sum(and_(~matched, ~explained), amount),
        )
        .where(canteen.in_(ids), day >= first, day < until)
        .group_by(canteen, day)
    )  # fmt: skip
    return [_share(source, *row) for row in rows]


def _ledger(connection: Connection, ids: list[int], first: date, until: date) -> list[Share]:
    """Match an entry of a meal with what was handed over; what was taken back is explained. Sums are the legs' own."""
    undone = exists().where(RedemptionUndo.redemption_ref == JournalEntry.evidence)
    known = exists().where(Redemption.ref == JournalEntry.evidence)
    entries = (
        select(
            Book.canteen_id, JournalEntry.service_date, known.label("is_known"), undone.label("is_undone"),
            func.sum(case((Posting.amount_fen > 0, Posting.amount_fen), else_=0)).label("fen"),
        )
        .join(JournalEntry, JournalEntry.book_id == Book.id)
        .join(Posting, (Posting.book_id == JournalEntry.book_id) & (Posting.seq == JournalEntry.seq))
        .where(Book.canteen_id.in_(ids), JournalEntry.kind == "meal")
        .where(JournalEntry.service_date >= first, JournalEntry.service_date < until)
        .group_by(Book.canteen_id, JournalEntry.service_date, JournalEntry.book_id, JournalEntry.seq,
                  JournalEntry.evidence)
        .subquery()
    )  # fmt: skip
    of, stands = entries.c, and_(entries.c.is_known, ~entries.c.is_undone)
    rows = connection.execute(
        select(
            of.canteen_id, of.service_date, _sum(stands, of.fen), _sum(and_(of.is_known, of.is_undone), of.fen),
            _sum(~of.is_known, of.fen),
        ).group_by(of.canteen_id, of.service_date)
    )  # fmt: skip
    return [_share("ledger", *row) for row in rows]


def _sum(condition: ColumnElement[bool], amount: ColumnElement[int]) -> Any:
    return func.coalesce(func.sum(case((condition, amount), else_=0)), 0)


def _share(source: str, canteen_id: int, day: date, matched: Any, explained: Any, left: Any) -> Share:
    return Share(canteen_id, day, source, int(matched), int(explained), int(left))
