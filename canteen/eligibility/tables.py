"""Store applications with their steps, public notices, and the lists of other offices that were taken over.

Steps, and what was decided about a line of a list, are rows that never change.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from canteen.eligibility.rules import DAY_KINDS, STEPS
from canteen.foundation.columns import Day, Instant, Key, Line, Word, one_of
from canteen.foundation.db import Base, OfRegion

LIST_KINDS = ("category", "scheme", "death")
OUTCOMES = ("new", "renewed", "ended", "died", "missing")
VERDICTS = ("done", "kept", "moved")


class Application(OfRegion, Base):
    """Hold one wish of one person to be counted as one of a category; what became of it stands in its steps.

    ``region_code`` is where the person lived on the day of applying. Of one person and category a next ``round`` is
    admitted only after the one before was refused, withdrawn or ended.
    """

    __tablename__ = "applications"
    __table_args__ = (
        one_of("channel", "staff", "wechat"),
        UniqueConstraint("person_id", "category", "round"),
        CheckConstraint("round > 0", name="round"),
    )

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    region_code: Mapped[Word] = mapped_column(ForeignKey("regions.code"), index=True)
    category: Mapped[Word]
    round: Mapped[int]
    channel: Mapped[Word]


class PublicNotice(OfRegion, Base):
    """Hold one list that hangs out for counted days; ``until_day`` is the first day on which it need not hang."""

    __tablename__ = "public_notices"
    __table_args__ = (
        one_of("day_kind", *DAY_KINDS),
        CheckConstraint("from_day < until_day AND days > 0", name="days"),
    )

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    region_code: Mapped[Word] = mapped_column(ForeignKey("regions.code"), index=True)
    place: Mapped[Line]
    phone: Mapped[Word]
    from_day: Mapped[Day]
    days: Mapped[int]
    day_kind: Mapped[Word]
    until_day: Mapped[Day]
    published_by: Mapped[Line]
    published_at: Mapped[Instant]


class ApplicationStep(Base):
    """State one step of an application: on which day, by whom, on what evidence.

    ``category`` is what an assessment found, ``fact_id`` the dated fact that a decision led to, ``to_bring`` what a
    refused person may come back with.
    """

    __tablename__ = "application_steps"
    __table_args__ = (
        one_of("step", *STEPS),
        CheckConstraint("(step IN ('confirmed', 'renewed', 'ended')) = (fact_id IS NOT NULL)", name="fact"),
        CheckConstraint("(step = 'noticed') = (notice_id IS NOT NULL)", name="notice"),
        CheckConstraint("(step = 'assessed') = (category IS NOT NULL)", name="category"),
        CheckConstraint("(step IN ('confirmed', 'renewed')) = (recheck_on IS NOT NULL)", name="recheck"),
        CheckConstraint("step IN ('applied', 'noticed', 'withdrawn') OR evidence <> ''", name="evidence"),
        Index("ix_application_steps_notice_id", "notice_id"),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[Word]
    on_day: Mapped[Day]
    at: Mapped[Instant]
    actor: Mapped[Line]
    evidence: Mapped[Line] = mapped_column(default="")
    to_bring: Mapped[Line] = mapped_column(default="")
    category: Mapped[Word | None]
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("public_notices.id"))
    fact_id: Mapped[int | None] = mapped_column(ForeignKey("facts.id"))
    recheck_on: Mapped[Day | None]


class Recheck(OfRegion, Base):
    """Hold one list of relief, police or social security that was taken over for a region.

    ``value`` is the category or scheme that the list speaks of. A full list names everybody whom it holds for.
    ``standing_count`` is how many the register had before, ``ending_count`` how many would hold no more.
    """

    __tablename__ = "rechecks"
    __table_args__ = (
        one_of("kind", *LIST_KINDS),
        CheckConstraint("kind <> 'death' OR NOT is_full", name="full"),
        CheckConstraint("standing_count >= 0 AND ending_count >= 0", name="counts"),
    )

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    region_code: Mapped[Word] = mapped_column(ForeignKey("regions.code"), index=True)
    kind: Mapped[Word]
    value: Mapped[Line]
    is_full: Mapped[bool]
    list_day: Mapped[Day]
    file_name: Mapped[Line]
    content_digest: Mapped[Line]
    row_count: Mapped[int]
    unchanged_count: Mapped[int]
    unknown_count: Mapped[int]
    wrong_count: Mapped[int]
    standing_count: Mapped[int]
    ending_count: Mapped[int]
    taken_at: Mapped[Instant]
    taken_by: Mapped[Line]


class RecheckLine(Base):
    """State what a list changes about one person; ``row`` is nought where the list is silent about them.

    ``fact_id`` is the fact that would be superseded. Of a missing person ``valid_until`` is open until somebody
    decides.
    """

    __tablename__ = "recheck_lines"
    __table_args__ = (
        one_of("outcome", *OUTCOMES),
        CheckConstraint("(outcome IN ('new', 'died')) = (fact_id IS NULL)", name="fact"),
        Index("ix_recheck_lines_person_id", "person_id"),
    )

    recheck_id: Mapped[int] = mapped_column(ForeignKey("rechecks.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    row: Mapped[int]
    outcome: Mapped[Word]
    valid_from: Mapped[Day]
    valid_until: Mapped[Day | None]
    fact_id: Mapped[int | None] = mapped_column(ForeignKey("facts.id"))


class RecheckDecision(Base):
    """State what was decided about one line: done, kept as it was, or moved on meanwhile.

    ``revision`` is that of the person right after, so that a record that moved on is not taken back.
    """

    __tablename__ = "recheck_decisions"
    __table_args__ = (one_of("verdict", *VERDICTS),)

    recheck_id: Mapped[int] = mapped_column(ForeignKey("rechecks.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    verdict: Mapped[Word]
    reason: Mapped[Line]
    revision: Mapped[int]
    actor: Mapped[Line]
    at: Mapped[Instant]


class RecheckWithdrawal(Base):
    """State that a list was taken back as a whole."""

    __tablename__ = "recheck_withdrawals"

    recheck_id: Mapped[int] = mapped_column(ForeignKey("rechecks.id"), primary_key=True)
    actor: Mapped[Line]
    at: Mapped[Instant]
