"""Make up payments of a purse, approved by a second person.

A batch says what each document is paid, and pays each operator by one transfer.
The database lets no due be paid beyond its amount, whatever is on its way at the same time; a transfer that the bank
returned opens its dues again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from canteen import audit, ledger
from canteen.foundation.errors import Invalid, NotFound
from canteen.foundation.references import new_reference
from canteen.places.tables import Canteen, Operator
from canteen.treasury.tables import BatchStep, Due, PaymentBatch, PaymentItem, PaymentResult
from canteen.treasury.write import insert


@dataclass(frozen=True, slots=True)
class OpenDue:
    """Show a due with what of it was paid and what is on its way."""

    due: Due
    paid_fen: int
    moving_fen: int

    @property
    def left_fen(self) -> int:
        """Return what a next batch may still pay."""
        return self.due.amount_fen - self.paid_fen - self.moving_fen

    @property
    def unpaid_fen(self) -> int:
        """Return what has not reached the canteen's bank."""
        return self.due.amount_fen - self.paid_fen


@dataclass(frozen=True, slots=True)
class Transfer:
    """Hold what one batch pays one operator, and what the bank did: ``waiting``, ``paid`` or ``returned``."""

    operator: Operator
    amount_fen: int
    items: tuple[tuple[Due, int], ...]
    result: str
    serial: str
    reason: str


def open_dues(session: Session, *, canteen_ids: Collection[int]) -> list[OpenDue]:
    """List what purses owe canteens and have not wholly paid, the oldest first."""
    dues = session.scalars(select(Due).where(Due.canteen_id.in_(sorted(canteen_ids))).order_by(Due.id)).all()
    paid, moving = _moved(session, [one.id for one in dues])
    found = [OpenDue(one, paid.get(one.id, 0), moving.get(one.id, 0)) for one in dues]
    return [one for one in found if one.unpaid_fen]


def prepare_batch(
    session: Session, *, funder_code: str, amounts: Mapping[str, int], memo: str, actor: str, at: datetime
) -> PaymentBatch:
    """Make up a batch of a purse: for each due, by its number, what is paid of it.

    Refuses ``treasury.batch_empty``, ``treasury.no_such_due``, and from the database ``treasury.more_than_due``.
    """
    if not amounts:
        raise Invalid("treasury.batch_empty")
    wanted = select(Due).where(Due.ref.in_(list(amounts)), Due.funder_code == funder_code).order_by(Due.id)
    dues = session.scalars(wanted).all()
    if len(dues) != len(amounts):
        raise NotFound("treasury.no_such_due")
    # Whoever pays out of this purse waits here, so that two batches cannot both take what is left.
    book_id = ledger.book_of_funder(session, funder_code=funder_code)
    ledger.lock_head(session.connection(), book_id=book_id)
    batch = PaymentBatch(ref=new_reference("Z"), funder_code=funder_code, memo=memo.strip(), actor=actor, at=at)
    insert(session, batch)
    operators = _operators(session, [one.canteen_id for one in dues])
    for due in dues:
        operator_id, fen = operators[due.canteen_id], amounts[due.ref]
        insert(session, PaymentItem(batch_id=batch.id, due_id=due.id, operator_id=operator_id, amount_fen=fen))
    record(session, batch, "payment.prepare", actor, at, amount_fen=sum(amounts.values()), dues=len(dues))
    return batch


def approve_batch(session: Session, *, ref: str, actor: str, at: datetime) -> None:
    """Approve a batch; refuses ``treasury.same_eyes`` to whoever made it, ``treasury.transfer_negative``."""
    _step(session, ref, "approved", actor, at)


def cancel_batch(session: Session, *, ref: str, actor: str, at: datetime) -> None:
    """Call a batch off that was not approved."""
    _step(session, ref, "cancelled", actor, at)


def batch(session: Session, *, ref: str) -> PaymentBatch:
    """Find a batch whose canteens are all in reach; ``treasury.no_such_batch`` otherwise."""
    found = session.scalar(select(PaymentBatch).where(PaymentBatch.ref == ref))
    if found is None or not _is_in_reach(session, found):
        raise NotFound("treasury.no_such_batch", ref=ref)
    return found


def batches(session: Session, *, limit: int = 50) -> list[PaymentBatch]:
    """List the latest batches whose canteens are all in reach."""
    rows = session.scalars(select(PaymentBatch).order_by(PaymentBatch.id.desc()).limit(limit))
    return [row for row in rows if _is_in_reach(session, row)]


def state_of(session: Session, batch: PaymentBatch) -> str:
    """Return ``prepared``, ``approved`` or ``cancelled``."""
    return session.scalar(select(BatchStep.step).where(BatchStep.batch_id == batch.id)) or "prepared"


def transfers(session: Session, batch: PaymentBatch) -> list[Transfer]:
    """List what a batch pays each operator, in the order of their names."""
    results: dict[int, dict[str, PaymentResult]] = {}
    for row in session.scalars(select(PaymentResult).where(PaymentResult.batch_id == batch.id)):
        results.setdefault(row.operator_id, {})[row.result] = row
    items: dict[int, list[tuple[Due, int]]] = {}
    wanted = select(PaymentItem, Due).join(Due, Due.id == PaymentItem.due_id).where(PaymentItem.batch_id == batch.id)
    for item, due in session.execute(wanted.order_by(Due.id)):
        items.setdefault(item.operator_id, []).append((due, item.amount_fen))
    operators = session.scalars(select(Operator).where(Operator.id.in_(sorted(items))).order_by(Operator.name))
    return [_transfer(one, items[one.id], results.get(one.id, {})) for one in operators]


def record(session: Session, batch: PaymentBatch, action: str, actor: str, at: datetime, **detail: object) -> None:
    """Note an act on a batch in the trail of the purse's region."""
    chain = f"region:{batch.funder_code.partition(':')[0][:6]}"
    audit.record(session, chain=chain, at=at, actor=actor, action=action, subject=batch.ref, **detail)


def _transfer(operator: Operator, items: Sequence[tuple[Due, int]], results: Mapping[str, PaymentResult]) -> Transfer:
    last = results.get("returned") or results.get("paid")
    paid = results.get("paid")
    return Transfer(
        operator, sum(fen for _, fen in items), tuple(items), last.result if last else "waiting",
        paid.serial if paid else "", last.reason if last else "",
    )  # fmt: skip


def _step(session: Session, ref: str, step: str, actor: str, at: datetime) -> None:
    found = batch(session, ref=ref)
    insert(session, BatchStep(batch_id=found.id, step=step, actor=actor, at=at))
    record(session, found, f"payment.{step}", actor, at)


def _is_in_reach(session: Session, batch: PaymentBatch) -> bool:
    """Tell whether every due of a batch is in reach: those out of it are narrowed away."""
    all_items = select(func.count(PaymentItem.due_id)).where(PaymentItem.batch_id == batch.id)
    seen = select(func.count(Due.id)).where(
        exists().where(PaymentItem.due_id == Due.id, PaymentItem.batch_id == batch.id)
    )
    return session.scalar(all_items) == session.scalar(seen)


def _operators(session: Session, canteen_ids: Collection[int]) -> dict[int, int]:
    rows = session.execute(select(Canteen.id, Canteen.operator_id).where(Canteen.id.in_(sorted(set(canteen_ids)))))
    return {row.id: row.operator_id for row in rows}


def _moved(session: Session, due_ids: Collection[int]) -> tuple[dict[int, int], dict[int, int]]:
    """Return by due what was paid, and what is on its way."""
    same = (PaymentResult.batch_id == PaymentItem.batch_id) & (PaymentResult.operator_id == PaymentItem.operator_id)
    paid = exists().where(same, PaymentResult.result == "paid")
    returned = exists().where(same, PaymentResult.result == "returned")
    cancelled = exists().where(BatchStep.batch_id == PaymentItem.batch_id, BatchStep.step == "cancelled")
    rows = session.execute(
        select(PaymentItem.due_id, paid.label("is_paid"), func.sum(PaymentItem.amount_fen))
        .where(PaymentItem.due_id.in_(sorted(due_ids)), ~returned, ~cancelled)
        .group_by(PaymentItem.due_id, paid)
    )
    sums: tuple[dict[int, int], dict[int, int]] = ({}, {})
    for due_id, is_paid, fen in rows:
        sums[0 if is_paid else 1][due_id] = int(fen)
    return sums
