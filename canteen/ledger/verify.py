"""Prove the books again, with arithmetic of its own: nothing here calls the posting code.

Reads the rows as they lie in the tables and reports findings as values: an entry that does not balance or lacks its
seal, a number missing from a book, a hash that does not follow, a digest that does not fit the content, a head that is
not the end of the chain, a pot whose balance is not the sum of its moves.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from canteen.ledger.tables import GENESIS, Book, Pot, PotMove
from canteen.ledger.walk import AnyRow, entries_with_legs


@dataclass(frozen=True)
class Finding:
    """Name what is wrong, in which book and at which entry."""

    kind: str
    book_id: int
    seq: int
    detail: str


def verify(connection: Connection) -> tuple[list[Finding], int]:
    """Walk every book; return the findings and the number of entries that were proved."""
    findings: list[Finding] = []
    count = 0
    for book in connection.execute(select(Book.id, Book.seq, Book.hash).order_by(Book.id)).all():
        for item in _walk(connection, book):
            if isinstance(item, Finding):
                findings.append(item)
            else:
                count += 1
    return [*findings, *_pots(connection)], count


def _pots(connection: Connection) -> Iterator[Finding]:
    moved = func.coalesce(func.sum(PotMove.amount_fen), 0)
    sums = (
        select(Pot.funder_code, Pot.balance_fen, moved.label("moved"))
        .outerjoin(PotMove, (PotMove.funder_code == Pot.funder_code) & (PotMove.kind != "pledge"))
        .group_by(Pot.funder_code, Pot.balance_fen)
    )
    for row in connection.execute(sums):
        if row.balance_fen != int(row.moved):
            yield Finding("pot", 0, 0, f"{row.funder_code} has {row.balance_fen} but moved {row.moved}")


def verify_book(connection: Connection, *, book_id: int) -> list[Finding]:
    """Walk one book and return what is wrong with it."""
    book = connection.execute(select(Book.id, Book.seq, Book.hash).where(Book.id == book_id)).one()
    return [item for item in _walk(connection, book) if isinstance(item, Finding)]


def _walk(connection: Connection, book: AnyRow) -> Iterator[Finding | int]:
    expected_seq, chain = 1, GENESIS
    for entry, legs in entries_with_legs(connection, book_id=book.id):
        if entry is None:
            yield Finding("stray", book.id, legs[0].seq, "postings of an entry that is not there")
            continue
        yield from _judge(entry, legs, expected_seq, chain)
        yield entry.seq
        expected_seq, chain = entry.seq + 1, entry.hash or chain
    if (book.seq, book.hash) != (expected_seq - 1, chain):
        yield Finding("head", book.id, book.seq, f"the chain ends at {expected_seq - 1}")


def _judge(entry: AnyRow, legs: list[AnyRow], expected_seq: int, chain: str) -> Iterator[Finding]:
    book, seq = entry.book_id, entry.seq
    if seq != expected_seq:
        yield Finding("gap", book, seq, f"number {expected_seq} is missing")
    if sum(leg.amount_fen for leg in legs) != 0:
        yield Finding("unbalanced", book, seq, f"off by {sum(leg.amount_fen for leg in legs)} fen")
    if entry.hash is None:
        yield Finding("unsealed", book, seq, "no seal")
        return
    if entry.posting_count != len(legs) or len(legs) < 2:
        yield Finding("legs", book, seq, f"sealed with {entry.posting_count}, found {len(legs)}")
    content = _content(entry, legs)
    if entry.request_digest != hashlib.sha256(content.encode()).hexdigest():
        yield Finding("digest", book, seq, "the content is not what was asked for")
    if entry.previous_hash != chain or entry.hash != _chained(chain, entry, content):
        yield Finding("chain", book, seq, "the hash does not follow from the entry before")


def _content(entry: AnyRow, legs: list[AnyRow]) -> str:
    day = entry.service_date.isoformat()
    rows = [[leg.account, leg.amount_fen, leg.funder_code, leg.person_ref] for leg in legs]
    return _json([entry.key, entry.kind, day, entry.evidence, entry.corrects_seq, entry.memo, rows])


def _chained(chain: str, entry: AnyRow, content: str) -> str:
    posted_at = entry.posted_at.isoformat(timespec="microseconds")
    link = _json([entry.seq, entry.month, posted_at, json.loads(content)])
    return hashlib.sha256((chain + link).encode()).hexdigest()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
