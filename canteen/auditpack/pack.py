"""Write the pack: a zip whose manifest names every file with its digest; the same books give the same bytes.

Files of rows are JSON lines in canonical text. Everything is read from one state of the database while the counters go
on, and streamed, so that memory does not grow with the books.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import Connection

from canteen.auditpack import contents
from canteen.auditpack.beancount import beancount
from canteen.auditpack.contents import Record
from canteen.foundation import canonical

FORMAT = "audit-pack/1"
_HERE = Path(__file__).parent
_TIMELESS = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Asked:
    """Say whose books are wanted, by whom and when."""

    canteen_ids: Sequence[int]
    by: str
    at: datetime


@dataclass(slots=True)
class _Writer:
    """Add files to a zip and note the digest and size of each."""

    archive: zipfile.ZipFile
    noted: dict[str, Record] = field(default_factory=dict)

    def lines(self, name: str, lines: Iterable[str]) -> None:
        """Add a text file line by line."""
        self._add(name, (f"{line}\n".encode() for line in lines))

    def rows(self, name: str, rows: Iterable[Record]) -> None:
        """Add a file of rows, each in its canonical text."""
        self.lines(name, (canonical.text(row) for row in rows))

    def whole(self, name: str, content: bytes) -> None:
        """Add a file as it is."""
        self._add(name, [content])

    def _add(self, name: str, parts: Iterable[bytes]) -> None:
        digest, size = hashlib.sha256(), 0
        # The size of a streamed member is unknown when it begins; a book may be larger than the old limit.
        with self.archive.open(_member(name), "w", force_zip64=True) as member:
            for part in parts:
                digest.update(part)
                size += len(part)
                member.write(part)
        self.noted[name] = {"sha256": digest.hexdigest(), "bytes": size}


def write(connection: Connection, asked: Asked, target: IO[bytes]) -> Record:
    """Write the pack of what was asked and return its manifest.

    Knows no scope: the caller hands in the canteens that the asker may see.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        writer = _Writer(archive)
        books = contents.books(connection, asked.canteen_ids)
        for book in books:
            _write_book(connection, writer, book)
        _write_common(connection, writer, asked)
        manifest = _manifest(asked, books, writer.noted)
        archive.writestr(_member("manifest.json"), canonical.text(manifest))
    return manifest


def _write_book(connection: Connection, writer: _Writer, book: Record) -> None:
    canteen = book["canteen"]
    writer.rows(f"entries/{canteen}.jsonl", contents.entries(connection, book["id"]))
    writer.rows(f"meals/{canteen}.jsonl", contents.meals(connection, book["canteen_id"]))
    writer.rows(f"tenders/{canteen}.jsonl", contents.tenders(connection, book["canteen_id"]))
    writer.rows(f"trail/{canteen}.jsonl", contents.trail(connection, f"canteen:{canteen}"))
    writer.lines(f"beancount/{canteen}.beancount", beancount(connection, book_id=book["id"], title=book["name"]))


def _write_common(connection: Connection, writer: _Writer, asked: Asked) -> None:
    writer.rows("statements.jsonl", _statements(connection, writer, asked))
    writer.rows("policies.jsonl", _policies(connection, writer))
    writer.rows("accounts.jsonl", contents.accounts(connection))
    writer.rows("funders.jsonl", contents.funders(connection))
    for name in ("check.py", "README.zh-CN.txt"):
        writer.whole(name, (_HERE / name).read_bytes())


def _statements(connection: Connection, writer: _Writer, asked: Asked) -> list[Record]:
    told = []
    for row, content, workbook in contents.statements(connection, asked.canteen_ids):
        writer.whole(f"statements/{row['ref']}.json", content.encode())
        writer.whole(f"statements/{row['ref']}.xlsx", workbook)
        told.append(row)
    return told


def _policies(connection: Connection, writer: _Writer) -> list[Record]:
    told = []
    for row, text in contents.policies(connection):
        writer.whole(f"policies/{row['digest']}.yaml", text.encode())
        told.append(row)
    return told


def _manifest(asked: Asked, books: Iterable[Record], noted: dict[str, Record]) -> Record:
    ends = [{name: book[name] for name in ("canteen", "name", "seq", "hash")} for book in books]
    made_at = asked.at.isoformat(timespec="microseconds")
    return {"format": FORMAT, "made_at": made_at, "made_by": asked.by, "books": ends, "files": noted}


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _TIMELESS)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    return member
