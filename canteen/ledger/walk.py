"""Read a book from its first entry to its last, each entry with its seal and its legs, as they lie in the tables.

Streamed, two sorted reads walked at once: a book of millions needs no memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, select

from canteen.ledger.tables import EntrySeal, JournalEntry, Posting

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
_STREAMED = {"yield_per": 1000}


def entries_with_legs(connection: Connection, *, book_id: int) -> Iterator[tuple[AnyRow | None, list[AnyRow]]]:
    """Yield every entry in order with its legs; legs that belong to no entry come with None.

    An entry without a seal has None in the columns of the seal. Knows no scope: the caller passes it.
    """
    entries = connection.execute(_entries(book_id), execution_options=_STREAMED)
    return _joined(entries, _legs_by_entry(connection, book_id))


def _joined(
    entries: Iterable[AnyRow], groups: Iterator[tuple[int, list[AnyRow]]]
) -> Iterator[tuple[AnyRow | None, list[AnyRow]]]:
    group = next(groups, None)
    for entry in entries:
        while group is not None and group[0] < entry.seq:
            yield None, group[1]
            group = next(groups, None)
        if group is not None and group[0] == entry.seq:
            yield entry, group[1]
            group = next(groups, None)
        else:
            yield entry, []
    while group is not None:
        yield None, group[1]
        group = next(groups, None)


def _entries(book_id: int) -> Any:
    seal = (EntrySeal.book_id == JournalEntry.book_id) & (EntrySeal.seq == JournalEntry.seq)
    sealed = (EntrySeal.posting_count, EntrySeal.previous_hash, EntrySeal.hash)
    return (
        select(JournalEntry.__table__, *sealed)
        .select_from(JournalEntry)
        .outerjoin(EntrySeal, seal)
        .where(JournalEntry.book_id == book_id)
        .order_by(JournalEntry.seq)
    )


def _legs_by_entry(connection: Connection, book_id: int) -> Iterator[tuple[int, list[AnyRow]]]:
    wanted = select(Posting.__table__).where(Posting.book_id == book_id).order_by(Posting.seq, Posting.line)
    rows = connection.execute(wanted, execution_options=_STREAMED)
    return ((seq, list(group)) for seq, group in groupby(rows, key=lambda row: row.seq))
