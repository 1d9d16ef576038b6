"""Store what happens to a statement after it is frozen: signatures, questions and answers, dues and payments.

All rows are append only; the guards decide order and persons.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import Day, Fen, Instant, Key, Line, Prose, Word, one_of
from canteen.foundation.db import Base, OfCanteen
from canteen.treasury.bank_tables import BankCharge, BankDecision, BankFile, BankLine, BankMatch, BankRead
from canteen.treasury.rules import BATCH_STEPS, RESULTS, STEPS

__all__ = [
    "BankCharge", "BankDecision", "BankFile", "BankLine", "BankMatch", "BankRead", "BatchStep", "Clawback",
    "ClawbackDecision", "ClawbackMeal", "DonationAgreement", "Due", "PaymentBatch", "PaymentItem", "PaymentResult",
    "QueryAnswer", "StatementQuery", "StatementStep",
]  # fmt: skip


class StatementStep(Base):
    """State one step of a frozen statement: who signed it, or handed it back and why."""

    __tablename__ = "statement_steps"
    __table_args__ = (
        one_of("step", *STEPS),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("step <> 'returned' OR reason <> ''", name="reason"),
    )

    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[Word]
    reason: Mapped[Line] = mapped_column(default="")
    actor: Mapped[Line]
    at: Mapped[Instant]


class StatementQuery(Base):
    """Ask about a line of a frozen statement, or about the whole where ``line_ref`` is empty."""

    __tablename__ = "statement_queries"
    __table_args__ = (
        CheckConstraint("question <> ''", name="question"),
        Index("ix_statement_queries_statement_id", "statement_id"),
    )

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"))
    line_ref: Mapped[Word] = mapped_column(default="")
    question: Mapped[Line]
    actor: Mapped[Line]
    at: Mapped[Instant]


class QueryAnswer(Base):
    """Answer a question, once and by somebody else."""

    __tablename__ = "query_answers"
    __table_args__ = (CheckConstraint("answer <> ''", name="answer"),)

    query_id: Mapped[int] = mapped_column(ForeignKey("statement_queries.id"), primary_key=True)
    answer: Mapped[Line]
    actor: Mapped[Line]
    at: Mapped[Instant]


class Due(OfCanteen, Base):
    """State what a purse owes a canteen on the strength of one document: an accepted statement, grant or clawback.

    ``source`` is the number of the statement or proposal; a negative amount is netted against what is paid next.
    """

    __tablename__ = "dues"
    __table_args__ = (
        one_of("kind", "statement", "grant", "clawback"),
        CheckConstraint("amount_fen <> 0", name="amount"),
        UniqueConstraint("funder_code", "source"),
    )

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    kind: Mapped[Word]
    funder_code: Mapped[Word] = mapped_column(ForeignKey("funders.code"))
    source: Mapped[Word]
    month: Mapped[Word]
    amount_fen: Mapped[Fen]
    actor: Mapped[Line]
    at: Mapped[Instant]


class PaymentBatch(Base):
    """Hold what finance means to pay out of one purse at once; one transfer per operator, over many documents."""

    __tablename__ = "payment_batches"

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    funder_code: Mapped[Word] = mapped_column(ForeignKey("funders.code"))
    memo: Mapped[Line] = mapped_column(default="")
    actor: Mapped[Line]
    at: Mapped[Instant]


class PaymentItem(Base):
    """Pay a due in whole or in part; what is negative is netted within the transfer to the same operator."""

    __tablename__ = "payment_items"
    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="amount"),
        Index("ix_payment_items_due_id", "due_id"),
    )

    batch_id: Mapped[int] = mapped_column(ForeignKey("payment_batches.id"), primary_key=True)
    due_id: Mapped[int] = mapped_column(ForeignKey("dues.id"), primary_key=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"))
    amount_fen: Mapped[Fen]


class BatchStep(Base):
    """State that a batch was approved by a second person, or called off before that."""

    __tablename__ = "batch_steps"
    __table_args__ = (one_of("step", *BATCH_STEPS),)

    batch_id: Mapped[int] = mapped_column(ForeignKey("payment_batches.id"), primary_key=True)
    step: Mapped[Word]
    actor: Mapped[Line]
    at: Mapped[Instant]


class PaymentResult(Base):
    """State what the bank did with the transfer to an operator: paid it, or returned it, even after it was paid."""

    __tablename__ = "payment_results"
    __table_args__ = (
        one_of("result", *RESULTS),
        CheckConstraint("result <> 'returned' OR reason <> ''", name="reason"),
        CheckConstraint("result <> 'paid' OR serial <> ''", name="serial"),
    )

    batch_id: Mapped[int] = mapped_column(ForeignKey("payment_batches.id"), primary_key=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"), primary_key=True)
    result: Mapped[Word] = mapped_column(primary_key=True)
    serial: Mapped[Line] = mapped_column(default="")
    reason: Mapped[Line] = mapped_column(default="")
    on_day: Mapped[Day]
    actor: Mapped[Line]
    at: Mapped[Instant]


class Clawback(OfCanteen, Base):
    """Want money back for meals that were never had or never due, on the strength of a document.

    ``penalty_fen`` is booked apart and netted against nothing.
    """

    __tablename__ = "clawbacks"
    __table_args__ = (
        CheckConstraint("penalty_fen >= 0", name="penalty"),
        CheckConstraint("document <> '' AND reason <> ''", name="grounds"),
    )

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    reason: Mapped[Line]
    document: Mapped[Line]
    penalty_fen: Mapped[Fen] = mapped_column(default=0)
    actor: Mapped[Line]
    at: Mapped[Instant]


class ClawbackMeal(Base):
    """Name a meal of a clawback; of one meal money is wanted back once."""

    __tablename__ = "clawback_meals"

    redemption_ref: Mapped[Word] = mapped_column(ForeignKey("redemptions.ref"), primary_key=True)
    clawback_id: Mapped[int] = mapped_column(ForeignKey("clawbacks.id"), index=True)


class ClawbackDecision(Base):
    """State that a second person confirmed a clawback, which books it."""

    __tablename__ = "clawback_decisions"

    clawback_id: Mapped[int] = mapped_column(ForeignKey("clawbacks.id"), primary_key=True)
    actor: Mapped[Line]
    at: Mapped[Instant]


class Opening(OfCanteen, Base):
    """Hold what a canteen brought along when it went live, as canonical text; once a canteen."""

    __tablename__ = "openings"
    __table_args__ = (UniqueConstraint("canteen_id"), CheckConstraint("document <> ''", name="document"))

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    live_on: Mapped[Day]
    content: Mapped[Prose]
    digest: Mapped[Line]
    document: Mapped[Line]
    actor: Mapped[Line]
    at: Mapped[Instant]


class OpeningSignature(Base):
    """State that a second person signed what was brought along, which books it."""

    __tablename__ = "opening_signatures"

    opening_id: Mapped[int] = mapped_column(ForeignKey("openings.id"), primary_key=True)
    actor: Mapped[Line]
    at: Mapped[Instant]


class DonationAgreement(Base):
    """Keep what a donor asked for: whom the money is for, who holds it, until when; one agreement for each pot.

    Where no canteen holds the money, the pot's own book does.
    """

    __tablename__ = "donation_agreements"
    __table_args__ = (CheckConstraint("donor <> '' AND restriction <> '' AND document <> ''", name="terms"),)

    funder_code: Mapped[Word] = mapped_column(ForeignKey("pots.funder_code"), primary_key=True)
    donor: Mapped[Line]
    restriction: Mapped[Line]
    document: Mapped[Line]
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("canteens.id"))
    signed_on: Mapped[Day]
    until_on: Mapped[Day | None]
    actor: Mapped[Line]
    at: Mapped[Instant]
