"""Record who did what, in one chain of hashes per canteen or office.

A row carries references only, never a name or a number of a person. Each row holds the hash of the one before
it, so that a row taken out or changed is noticed; one chain per office keeps counters from waiting for each other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from canteen.foundation import canonical
from canteen.foundation.columns import Instant, Key, Line, Prose, Word
from canteen.foundation.db import Base

GENESIS = "0" * 64


class AuditRow(Base):
    """Hold one act; append only."""

    __tablename__ = "audit_rows"
    __table_args__ = (UniqueConstraint("chain", "seq"),)

    id: Mapped[Key]
    chain: Mapped[Word]
    seq: Mapped[int]
    at: Mapped[Instant]
    actor: Mapped[Line]
    action: Mapped[Word]
    subject: Mapped[Line]
    detail: Mapped[Prose]
    previous_hash: Mapped[Line]
    hash: Mapped[Line]


class AuditHead(Base):
    """Hold the end of a chain; locked while a row is added."""

    __tablename__ = "audit_heads"

    chain: Mapped[Word] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[Line]


def record(session: Session, *, chain: str, at: datetime, actor: str, action: str, subject: str, **detail: Any) -> None:
    """Append an act to a chain such as ``canteen:D-…`` or ``region:440304``."""
    head = session.get(AuditHead, chain, with_for_update=True, populate_existing=True) or _begin(session, chain)
    row = AuditRow(
        chain=chain,
        seq=head.seq + 1,
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        detail=canonical.text(detail),
        previous_hash=head.hash,
    )
    row.hash = _hash(row)
    head.seq, head.hash = row.seq, row.hash
    session.add(row)
    session.flush()


def _begin(session: Session, chain: str) -> AuditHead:
    """Begin a chain; where somebody else begins it at the same moment, go on with theirs."""
    with suppress(IntegrityError), session.begin_nested():
        session.add(AuditHead(chain=chain, seq=0, hash=GENESIS))
    return session.get_one(AuditHead, chain, with_for_update=True, populate_existing=True)


def broken_rows(session: Session) -> Iterator[tuple[str, int]]:
    """Walk every chain again and yield (chain, number) of each row that does not follow from the one before."""
    chain, expected_seq, expected_hash = "", 1, GENESIS
    for row in session.scalars(select(AuditRow).order_by(AuditRow.chain, AuditRow.seq)):
        if row.chain != chain:
            chain, expected_seq, expected_hash = row.chain, 1, GENESIS
        if (row.seq, row.previous_hash, row.hash) != (expected_seq, expected_hash, _hash(row)):
            yield row.chain, row.seq
        expected_seq, expected_hash = row.seq + 1, row.hash


def _hash(row: AuditRow) -> str:
    # The instant as it is read back, whatever zone it was stated in.
    content = [row.chain, row.seq, row.at.astimezone(UTC).isoformat(), row.actor, row.action, row.subject, row.detail]
    return hashlib.sha256((row.previous_hash + canonical.text(content)).encode()).hexdigest()
