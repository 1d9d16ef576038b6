"""Post balanced entries under the lock on the head of their book.

Three inserts however many entries there are: entries, postings, seals; on PostgreSQL the first two, and the facts that
they tell of, are one statement. Core statements, since every meal passes here (docs/performance.md). The book's row is
locked first and late; whoever already holds it hands its `Head` in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, select

from canteen.foundation import canonical
from canteen.foundation.clock import service_day
from canteen.foundation.errors import Conflict
from canteen.foundation.prepared import Insertion, Prepared, Together, Values
from canteen.ledger.tables import Book, EntrySeal, JournalEntry, Period, Posting

_LOCK = Prepared(select(Book.seq, Book.hash).where(Book.id == bindparam("book_id")).with_for_update())
_PERIOD = Prepared(
    select(Period.state).where(Period.book_id == bindparam("book_id"), Period.month == bindparam("month"))
)
_POSTED = select(JournalEntry.key, JournalEntry.seq, JournalEntry.request_digest).where(
    JournalEntry.book_id == bindparam("book_id"), JournalEntry.key.in_(bindparam("keys", expanding=True))
)
_ENTRIES, _POSTINGS, _SEALS = Insertion(JournalEntry), Insertion(Posting), Insertion(EntrySeal)
_TOGETHER = Together()


@dataclass(frozen=True, slots=True)
class Leg:
    """Move an amount on an account: positive fen are debit, negative credit."""

    account: str
    amount_fen: int
    funder_code: str | None = None
    person_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """Say what to post. The key is derived from the fact; the same key with other content is a conflict."""

    key: str
    kind: str
    service_date: date
    legs: tuple[Leg, ...]
    evidence: str | None = None
    corrects_seq: int | None = None
    memo: str = ""

    def content(self) -> list[object]:
        """Return what the digest of the request covers."""
        legs = [[leg.account, leg.amount_fen, leg.funder_code, leg.person_ref] for leg in self.legs]
        return [self.key, self.kind, self.service_date.isoformat(), self.evidence, self.corrects_seq, self.memo, legs]


@dataclass(frozen=True, slots=True)
class Head:
    """Hold the end of a book's chain while it is locked."""

    book_id: int
    seq: int
    hash: str


def lock_head(connection: Connection, *, book_id: int) -> Head:
    """Lock the end of a book; every writer of the book waits here."""
    row = _LOCK.first(connection, {"book_id": book_id})
    return Head(book_id, row.seq, row.hash)


def posting_month(service_date: date, at: datetime, state: str | None) -> str:
    """Return the month that takes an entry: that of the meal while open, else the local month of posting.

    A month closes only after its last day, so the month of posting takes entries.
    """
    own = service_date.isoformat()[:7]
    return own if state in (None, "open", "soft_closed") else service_day(at).isoformat()[:7]


def post(connection: Connection, *, book_id: int, drafts: Sequence[Draft], at: datetime) -> list[int]:
    """Post drafts to a book, each fact once, and return their numbers.

    A key that is posted already gives its first number again, if the content is the same; other content is refused
    with `Conflict` ``ledger.key_reused``.
    """
    head = lock_head(connection, book_id=book_id)
    found = connection.execute(_POSTED, {"book_id": book_id, "keys": [draft.key for draft in drafts]})
    posted = {row.key: row for row in found}
    for draft in drafts:
        row = posted.get(draft.key)
        if row is not None and row.request_digest != canonical.digest(draft.content()):
            raise Conflict("ledger.key_reused", key=draft.key)
    fresh = [draft for draft in drafts if draft.key not in posted]
    numbers = {key: row.seq for key, row in posted.items()}
    if fresh:
        months = {draft.service_date: _open_month(connection, book_id, draft.service_date, at) for draft in fresh}
        added = post_under(connection, head, drafts=fresh, months=months, at=at)
        numbers |= {draft.key: number for draft, number in zip(fresh, added, strict=True)}
    return [numbers[draft.key] for draft in drafts]


def post_under(
    connection: Connection,
    head: Head,
    *,
    drafts: Sequence[Draft],
    months: dict[date, str],
    at: datetime,
    facts: Sequence[tuple[Insertion, Sequence[Values]]] = (),
) -> list[int]:
    """Post fresh drafts after a head that the caller has locked; see `post` for the safe way.

    ``facts`` are rows that the entries tell of, to be written with them.
    """
    entries, postings, seals = [], [], []
    number, chain = head.seq, head.hash
    for draft in drafts:
        number += 1
        content = canonical.text(draft.content())
        entry = _entry(draft, head.book_id, number, months[draft.service_date], at)
        entry["request_digest"] = canonical.digest_of_text(content)
        entries.append(entry)
        postings += _postings(draft, head.book_id, number)
        link = _link(chain, entry, content)
        seals.append(_seal(draft, head.book_id, number, (chain, link)))
        chain = link
    _TOGETHER.run(connection, [*facts, (_ENTRIES, entries), (_POSTINGS, postings)])
    if seals:
        # After the postings, which their guard adds up.
        _SEALS.run(connection, seals)
    return list(range(head.seq + 1, number + 1))


def _open_month(connection: Connection, book_id: int, service_date: date, at: datetime) -> str:
    own = service_date.isoformat()[:7]
    period = _PERIOD.first(connection, {"book_id": book_id, "month": own})
    return posting_month(service_date, at, period and period.state)


def _entry(draft: Draft, book_id: int, number: int, month: str, at: datetime) -> dict[str, object]:
    return {
        "book_id": book_id,
        "seq": number,
        "key": draft.key,
        "kind": draft.kind,
        "service_date": draft.service_date,
        "month": month,
        "effect_month": draft.service_date.isoformat()[:7],
        "posted_at": at,
        "evidence": draft.evidence,
        "corrects_seq": draft.corrects_seq,
        "memo": draft.memo,
    }


def _postings(draft: Draft, book_id: int, number: int) -> list[dict[str, object]]:
    return [
        {
            "book_id": book_id,
            "seq": number,
            "line": line,
            "account": leg.account,
            "funder_code": leg.funder_code,
            "person_ref": leg.person_ref,
            "amount_fen": leg.amount_fen,
            "evidence": draft.evidence,
        }
        for line, leg in enumerate(draft.legs, start=1)
    ]


def _seal(draft: Draft, book_id: int, number: int, chain: tuple[str, str]) -> dict[str, object]:
    previous, link = chain
    legs = len(draft.legs)
    return {"book_id": book_id, "seq": number, "posting_count": legs, "previous_hash": previous, "hash": link}


def _link(previous: str, entry: dict[str, object], content: str) -> str:
    posted_at = entry["posted_at"]
    if not isinstance(posted_at, datetime):
        raise TypeError("an entry is posted at an instant")
    begin = [entry["seq"], entry["month"], posted_at.isoformat(timespec="microseconds")]
    return canonical.digest_of_text(previous + canonical.text_ending_in(begin, content))
