"""Hold a database to the invariants of the ledger and to the model, with arithmetic and text of its own."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from canteen.foundation.db import Database
from canteen.ledger.tables import Book, EntrySeal, JournalEntry, Period, Posting, Pot
from canteen.subsidy.tables import Claim, ClaimRelease
from tests.simulator.model import Model

_RECEIVABLE = ("1122.", "5001.02")


@dataclass
class Watch:
    """Remember the end of every chain, so that each step proves only what it added."""

    ends: dict[int, tuple[int, str]] = field(default_factory=dict)
    keys: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    closed_at: dict[tuple[int, str], int] = field(default_factory=dict)

    def prove(self, database: Database, model: Model) -> None:
        """Prove what came since the last look, and that every book equals the model."""
        with database.looking() as connection:
            books = connection.execute(select(Book.id, Book.canteen_id, Book.funder_code, Book.seq, Book.hash)).all()
            for book in books:
                self._prove_book(connection, book)
            self._prove_closed(connection)
            _prove_claims(connection, model)
            _prove_balances(connection, {book.id: book.canteen_id or book.funder_code for book in books}, model)

    def _prove_book(self, connection: Connection, book: Any) -> None:
        """I1 balance, I4 keys, I6 evidence, I8 numbers and chain, of the entries that are new; I2 by the chain."""
        seq, chain = self.ends.get(book.id, (0, "0" * 64))
        entries = connection.execute(
            select(JournalEntry.__table__, EntrySeal.hash, EntrySeal.previous_hash, EntrySeal.posting_count)
            .join(EntrySeal, (EntrySeal.book_id == JournalEntry.book_id) & (EntrySeal.seq == JournalEntry.seq))
            .where(JournalEntry.book_id == book.id, JournalEntry.seq > seq)
            .order_by(JournalEntry.seq)
        ).all()
        legs = defaultdict(list)
        wanted = select(Posting).where(Posting.book_id == book.id, Posting.seq > seq)
        for leg in connection.execute(wanted.with_only_columns(Posting.__table__).order_by(Posting.seq, Posting.line)):
            legs[leg.seq].append(leg)
        for entry in entries:
            of = legs.pop(entry.seq)
            assert entry.seq == seq + 1, ("I8 gap", book.id, entry.seq)
            assert sum(leg.amount_fen for leg in of) == 0, ("I1 unbalanced", entry.key)
            assert len(of) == entry.posting_count >= 2, ("I1 legs", entry.key)
            assert entry.key not in self.keys[book.id], ("I4 twice", entry.key)
            assert entry.evidence or not any(leg.account.startswith(_RECEIVABLE) for leg in of), ("I6", entry.key)
            assert (book.id, entry.month) not in self.closed_at, ("I7 closed", entry.key)
            assert entry.previous_hash == chain, ("I8 chain", entry.key)
            assert entry.hash == _chained(chain, entry, of), ("I8 hash", entry.key)
            self.keys[book.id].add(entry.key)
            seq, chain = entry.seq, entry.hash
        assert not legs, ("I1 stray legs", dict(legs))
        assert (book.seq, book.hash) == (seq, chain), ("I8 head", book.id)
        self.ends[book.id] = seq, chain

    def _prove_closed(self, connection: Connection) -> None:
        """I11: a closed month has two names and stays closed."""
        found = set()
        for row in connection.execute(select(Period.__table__)):
            if row.state in ("closed", "approved"):
                assert row.closed_by not in (None, row.soft_closed_by), ("I11", row.month)
                found.add((row.book_id, row.month))
                self.closed_at.setdefault((row.book_id, row.month), self.ends[row.book_id][0])
        assert found == set(self.closed_at), ("I7 opened again", found)


def _prove_claims(connection: Connection, model: Model) -> None:
    """I5: of each person and day one subsidised meal stands, the one of the model. I9: pots are not overdrawn."""
    live = (
        select(Claim.redemption_ref)
        .outerjoin(ClaimRelease, ClaimRelease.claim_id == Claim.id)
        .where(ClaimRelease.claim_id.is_(None))
    )
    claimed = Counter(connection.execute(live).scalars())
    subsidised = {meal.ref for meal in model.standing.values() if meal.gift + meal.government}
    assert set(claimed) == subsidised, ("I5", set(claimed) ^ subsidised)
    left = connection.execute(select(Pot.balance_fen)).scalar_one()
    assert left == model.pot >= 0, ("I9", left, model.pot)


def _prove_balances(connection: Connection, owners: dict[int, Any], model: Model) -> None:
    """Compare every balance of every book with the model; I12 is in the model, which moves both books of a debt."""
    rows = connection.execute(
        select(Posting.book_id, Posting.account, Posting.funder_code, func.sum(Posting.amount_fen)).group_by(
            Posting.book_id, Posting.account, Posting.funder_code
        )
    )
    held: dict[Any, Counter[tuple[str, str]]] = defaultdict(Counter)
    for book_id, account, funder, fen in rows:
        held[owners[book_id]][account, funder or ""] += int(fen)
    for book in set(held) | set(model.held):
        wanted = {leg: fen for leg, fen in model.held.get(book, Counter()).items() if fen}
        found = {leg: fen for leg, fen in held[book].items() if fen}
        assert found == wanted, (book, {leg: (found.get(leg), wanted.get(leg)) for leg in _unlike(found, wanted)})


def _unlike(one: dict[Any, int], other: dict[Any, int]) -> set[Any]:
    return {leg for leg in set(one) | set(other) if one.get(leg) != other.get(leg)}


def _chained(previous: str, entry: Any, legs: list[Any]) -> str:
    rows = [[leg.account, leg.amount_fen, leg.funder_code, leg.person_ref] for leg in legs]
    day = entry.service_date.isoformat()
    content = [entry.key, entry.kind, day, entry.evidence, entry.corrects_seq, entry.memo, rows]
    assert entry.request_digest == hashlib.sha256(_text(content).encode()).hexdigest(), ("I4 digest", entry.key)
    posted_at = entry.posted_at.isoformat(timespec="microseconds")
    return hashlib.sha256((previous + _text([entry.seq, entry.month, posted_at, content])).encode()).hexdigest()


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
