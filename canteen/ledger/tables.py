"""Store books, accounts and balanced entries; append only.

An entry is named by its book and its gapless number in that book. Its postings are inserted after it and a *seal* last:
the seal's trigger checks that the postings sum to zero, that the number follows the head of the book, and that the hash
chain goes on; a deferred foreign key from entry to seal lets no unsealed entry commit. The triggers are in `guards`.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import Day, Fen, Instant, Key, Line, WideInteger, Word, one_of
from canteen.foundation.db import Base

GENESIS = "0" * 64


class Account(Base):
    """Name an account of the chart; the chart is data, the local code a mapping."""

    __tablename__ = "accounts"
    __table_args__ = (one_of("side", "debit", "credit", "either"),)

    code: Mapped[Word] = mapped_column(primary_key=True)
    name: Mapped[Line]
    side: Mapped[Word]
    local_code: Mapped[Word | None]


class Funder(Base):
    """Name a purse that pays part of meals: a budget, a lottery fund, a village, a charity."""

    __tablename__ = "funders"
    __table_args__ = (one_of("kind", "public_budget", "lottery_fund", "collective", "charity"),)

    code: Mapped[Word] = mapped_column(primary_key=True)
    name: Mapped[Line]
    kind: Mapped[Word]
    region_code: Mapped[Word | None] = mapped_column(ForeignKey("regions.code"))


class Book(Base):
    """Open a book for a canteen or a funder, with the end of its chain.

    ``seq`` and ``hash`` are moved by the seal's trigger alone.
    """

    __tablename__ = "books"
    __table_args__ = (
        CheckConstraint("(canteen_id IS NULL) <> (funder_code IS NULL)", name="one_owner"),
        UniqueConstraint("canteen_id"),
        UniqueConstraint("funder_code"),
    )

    id: Mapped[Key]
    canteen_id: Mapped[int | None] = mapped_column(ForeignKey("canteens.id"))
    funder_code: Mapped[Word | None] = mapped_column(ForeignKey("funders.code"))
    seq: Mapped[int] = mapped_column(default=0)
    hash: Mapped[Line] = mapped_column(default=GENESIS)


class Period(Base):
    """State of a book's month; a month without a row is open.

    Four eyes: who closes is not who soft-closed, and both are named; the database holds to that.
    """

    __tablename__ = "periods"
    __table_args__ = (
        one_of("state", "open", "soft_closed", "closed", "approved"),
        CheckConstraint("state = 'open' OR soft_closed_by IS NOT NULL", name="soft_closed"),
        CheckConstraint(
            "state NOT IN ('closed', 'approved') OR (closed_by IS NOT NULL AND closed_by <> soft_closed_by)",
            name="four_eyes",
        ),
    )

    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"), primary_key=True)
    month: Mapped[Word] = mapped_column(primary_key=True)
    state: Mapped[Word]
    soft_closed_by: Mapped[Line | None]
    soft_closed_at: Mapped[Instant | None]
    closed_by: Mapped[Line | None]
    closed_at: Mapped[Instant | None]


class JournalEntry(Base):
    """Hold one fact in a book: when it was (``service_date``) and when the book learned it (``posted_at``)."""

    __tablename__ = "journal_entries"
    __table_args__ = (
        UniqueConstraint("book_id", "key"),
        ForeignKeyConstraint(
            ["book_id", "seq"],
            ["entry_seals.book_id", "entry_seals.seq"],
            name="fk_journal_entries_sealed",
            deferrable=True,
            initially="DEFERRED",
        ),
        Index("ix_journal_entries_book_id_month", "book_id", "month", "seq"),
    )

    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[Line]
    request_digest: Mapped[Line]
    kind: Mapped[Word]
    service_date: Mapped[Day]
    month: Mapped[Word]
    effect_month: Mapped[Word]
    posted_at: Mapped[Instant]
    evidence: Mapped[Word | None]
    corrects_seq: Mapped[int | None]
    memo: Mapped[Line] = mapped_column(default="")


class Posting(Base):
    """Hold one leg of an entry, in signed fen: positive is debit.

    Subsidy receivable or subsidy revenue without evidence cannot be written.
    """

    __tablename__ = "postings"
    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="amount"),
        CheckConstraint(
            "evidence IS NOT NULL OR NOT (account LIKE '1122.%' OR account LIKE '5001.02%')", name="evidence"
        ),
        Index("ix_postings_book_id_account", "book_id", "account", "funder_code"),
        Index(
            "ix_postings_person_ref_on_tab", "person_ref",
            sqlite_where=text("account = '1122.09'"), postgresql_where=text("account = '1122.09'"),
        ),
        ForeignKeyConstraint(
            ["book_id", "seq"], ["journal_entries.book_id", "journal_entries.seq"], name="fk_postings_entry"
        ),
    )  # fmt: skip

    book_id: Mapped[int] = mapped_column(WideInteger, primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account: Mapped[Word] = mapped_column(ForeignKey("accounts.code"))
    funder_code: Mapped[Word | None] = mapped_column(ForeignKey("funders.code"))
    person_ref: Mapped[Word | None]
    amount_fen: Mapped[Fen]
    evidence: Mapped[Word | None]


class EntrySeal(Base):
    """Close an entry: how many postings it has, and the hash that chains it to the one before."""

    __tablename__ = "entry_seals"

    book_id: Mapped[int] = mapped_column(WideInteger, primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    posting_count: Mapped[int]
    previous_hash: Mapped[Line]
    hash: Mapped[Line]


class Pot(Base):
    """Hold what a charity pot has left; the trigger of `PotMove` alone moves ``balance_fen``, never below 0."""

    __tablename__ = "pots"
    __table_args__ = (CheckConstraint("balance_fen >= 0", name="balance"),)

    funder_code: Mapped[Word] = mapped_column(ForeignKey("funders.code"), primary_key=True)
    balance_fen: Mapped[Fen] = mapped_column(default=0)


class PotMove(Base):
    """Move money of a pot, once per key: in by a receipt or a return, out by a meal; a pledge moves nothing yet.

    ``evidence`` names the meal or the voucher; ``day`` is that of the fact, ``at`` when it was entered.
    """

    __tablename__ = "pot_moves"
    __table_args__ = (
        one_of("kind", "pledge", "receipt", "use", "return"),
        CheckConstraint("amount_fen <> 0 AND (amount_fen < 0) = (kind = 'use')", name="sign"),
        Index("ix_pot_moves_funder_code", "funder_code", "id"),
    )

    id: Mapped[Key]
    key: Mapped[Line] = mapped_column(unique=True)
    funder_code: Mapped[Word] = mapped_column(ForeignKey("pots.funder_code"))
    kind: Mapped[Word]
    amount_fen: Mapped[Fen]
    day: Mapped[Day]
    evidence: Mapped[Line]
    giver: Mapped[Line] = mapped_column(default="")
    at: Mapped[Instant]
    actor: Mapped[Line]


class PurseBudget(Base):
    """State what a purse may spend in a year, on the strength of a document; a later row supersedes an earlier one."""

    __tablename__ = "purse_budgets"
    __table_args__ = (
        CheckConstraint("amount_fen >= 0", name="amount"),
        Index("ix_purse_budgets_funder_code_year", "funder_code", "year"),
    )

    id: Mapped[Key]
    funder_code: Mapped[Word] = mapped_column(ForeignKey("funders.code"))
    year: Mapped[int]
    amount_fen: Mapped[Fen]
    document: Mapped[Line]
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("purse_budgets.id"), unique=True)
    at: Mapped[Instant]
    actor: Mapped[Line]
