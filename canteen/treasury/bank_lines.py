"""Take a bank's statement over: keep the file, let somebody name its columns, and keep each line once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import audit, places
from canteen.foundation.db import scope_of
from canteen.foundation.errors import NotFound, Refused
from canteen.foundation.references import new_reference
from canteen.treasury.bank_reading import lines_of, table_of
from canteen.treasury.tables import BankFile, BankLine, BankRead
from canteen.treasury.write import insert


def keep_file(session: Session, *, canteen_id: int, name: str, content: bytes, actor: str, at: datetime) -> BankFile:
    """Keep a statement of a canteen's bank; the same bytes are kept once.

    Refuses ``settlement.no_such_canteen`` out of scope and ``treasury.bank_file_unreadable``.
    """
    scope = scope_of(session)
    if not scope.everywhere and canteen_id not in scope.canteen_ids:
        raise NotFound("settlement.no_such_canteen")
    table_of(content)
    digest = hashlib.sha256(content).hexdigest()
    known = session.scalar(select(BankFile).where(BankFile.canteen_id == canteen_id, BankFile.digest == digest))
    if known is not None:
        return known
    made = BankFile(
        ref=new_reference("B"),
        canteen_id=canteen_id,
        name=name[:200],
        digest=digest,
        content=content,
        actor=actor,
        at=at,
    )
    insert(session, made)
    return made


def bank_file_of(session: Session, *, ref: str) -> BankFile:
    """Find a kept statement in reach; ``treasury.no_such_bank_file`` otherwise."""
    found = session.scalar(select(BankFile).where(BankFile.ref == ref))
    if found is None:
        raise NotFound("treasury.no_such_bank_file")
    return found


def is_read(session: Session, of: BankFile) -> bool:
    """Tell whether the lines of a file were taken over."""
    return session.get(BankRead, of.id) is not None


def take_lines(session: Session, *, ref: str, columns: Mapping[str, int], actor: str, at: datetime) -> tuple[int, int]:
    """Take the lines of a file over; returns how many were new and how many were known from another file.

    Refuses ``treasury.read_already`` and what `lines_of` refuses; all lines or none.
    """
    of = bank_file_of(session, ref=ref)
    if is_read(session, of):
        raise Refused("treasury.read_already")
    read = lines_of(table_of(of.content), columns)
    keys = {one.key for one in read}
    held = select(BankLine.key).where(BankLine.canteen_id == of.canteen_id, BankLine.key.in_(sorted(keys)))
    known = set(session.scalars(held))
    fresh = [one for one in read if one.key not in known]
    insert(session, BankRead(file_id=of.id, columns=dict(columns), line_count=len(fresh), actor=actor, at=at))
    session.add_all(
        BankLine(
            canteen_id=of.canteen_id, file_id=of.id, key=one.key, on_day=one.on_day, amount_fen=one.amount_fen,
            counterparty=one.counterparty, memo=one.memo, serial=one.serial,
        )
        for one in fresh
    )  # fmt: skip
    session.flush()
    chain = f"canteen:{places.canteen_by_id(session, canteen_id=of.canteen_id).ref}"
    audit.record(
        session, chain=chain, at=at, actor=actor, action="bank.take", subject=of.ref, count=len(fresh), digest=of.digest
    )
    return len(fresh), len(read) - len(fresh)
