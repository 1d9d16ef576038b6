"""Store what banks say: files as they came, their lines, and what each line was found to be."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import Day, Fen, Instant, Json, Key, Line, WideInteger, Word, one_of
from canteen.foundation.db import Base, OfCanteen
from canteen.treasury.rules import DECISIONS, FOUND_BY


class BankFile(OfCanteen, Base):
    """Keep a bank statement as it was sent, once a canteen, until its columns are named."""

    __tablename__ = "bank_files"
    __table_args__ = (UniqueConstraint("canteen_id", "digest"),)

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    name: Mapped[Line]
    digest: Mapped[Line]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    actor: Mapped[Line]
    at: Mapped[Instant]


class BankRead(Base):
    """State which column of a file means what; its lines are taken over by it, once."""

    __tablename__ = "bank_reads"

    file_id: Mapped[int] = mapped_column(ForeignKey("bank_files.id"), primary_key=True)
    columns: Mapped[Json]
    line_count: Mapped[int]
    actor: Mapped[Line]
    at: Mapped[Instant]


class BankLine(OfCanteen, Base):
    """Hold one line of a canteen's bank: positive fen came in, negative went out.

    ``key`` is the bank's serial number, or what the line says where it has none, so that files may overlap.
    """

    __tablename__ = "bank_lines"
    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="amount"),
        UniqueConstraint("canteen_id", "key"),
        Index("ix_bank_lines_canteen_id_on_day", "canteen_id", "on_day"),
    )

    id: Mapped[Key]
    file_id: Mapped[int] = mapped_column(ForeignKey("bank_files.id"))
    key: Mapped[Line]
    on_day: Mapped[Day]
    amount_fen: Mapped[Fen]
    counterparty: Mapped[Line] = mapped_column(default="")
    memo: Mapped[Line] = mapped_column(default="")
    serial: Mapped[Line] = mapped_column(default="")


class BankMatch(Base):
    """State that a line of the bank is one or more entries of the book; an entry is in one line at most."""

    __tablename__ = "bank_matches"
    __table_args__ = (
        one_of("found_by", *FOUND_BY),
        UniqueConstraint("book_id", "seq"),
        ForeignKeyConstraint(
            ["book_id", "seq"], ["journal_entries.book_id", "journal_entries.seq"], name="fk_bank_matches_entry"
        ),
    )

    line_id: Mapped[int] = mapped_column(ForeignKey("bank_lines.id"), primary_key=True)
    book_id: Mapped[int] = mapped_column(WideInteger, primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    found_by: Mapped[Word]
    actor: Mapped[Line]
    at: Mapped[Instant]


class BankDecision(Base):
    """Explain a line that no entry stands behind: on which evidence, by whom, and the entry that it led to."""

    __tablename__ = "bank_decisions"
    __table_args__ = (
        one_of("decision", *DECISIONS),
        CheckConstraint("evidence <> ''", name="evidence"),
        CheckConstraint("(decision = 'not_ours') = (seq IS NULL)", name="entry"),
    )

    line_id: Mapped[int] = mapped_column(ForeignKey("bank_lines.id"), primary_key=True)
    decision: Mapped[Word]
    evidence: Mapped[Line]
    seq: Mapped[int | None]
    actor: Mapped[Line]
    at: Mapped[Instant]


class BankCharge(Base):
    """Charge somebody with finding out about a line; the last one holds."""

    __tablename__ = "bank_charges"

    line_id: Mapped[int] = mapped_column(ForeignKey("bank_lines.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[Line]
    due_on: Mapped[Day]
    actor: Mapped[Line]
    at: Mapped[Instant]
