"""Store what is proposed for the books, what was decided about it, and what re-pricings of the past gave.

A proposal and a decision never change; what is no longer true is decided as ``superseded`` and proposed anew.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import Day, Fen, Instant, Json, Key, Line, Prose, Word, one_of
from canteen.foundation.db import Base, OfCanteen, OfRegion

CAUSES = ("fact", "document", "policy", "site", "day", "join")
SITE_FACTS = ("live_on", "area", "cost", "site_kind")
KINDS = ("top_up", "clawback", "reassign", "operator", "look", "grant")


class AdjustmentCause(Base):
    """Name what became known late: a fact, an identity number, a policy, a holiday; or a grant that fell due.

    A ``join`` is two records found to be one person. ``key`` is derived from it, so that it is looked
    into once; ``since`` is the first day that it touches.
    """

    __tablename__ = "adjustment_causes"
    __table_args__ = (
        one_of("kind", *CAUSES),
        UniqueConstraint("key"),
        Index("ix_adjustment_causes_kind_source_id", "kind", "source_id"),
    )

    id: Mapped[Key]
    key: Mapped[Line]
    kind: Mapped[Word]
    source_id: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    since: Mapped[Day]
    found_at: Mapped[Instant]


class AdjustmentProposal(OfCanteen, Base):
    """Propose what the books should hold instead of what they hold, for one meal or one grant; never changed.

    ``before`` is the digest of what stood when it was proposed, ``after`` the canonical JSON of the quote or grant
    that should stand, ``purses`` the difference by account and funder. ``digest`` tells equal proposals.
    """

    __tablename__ = "adjustment_proposals"
    __table_args__ = (
        one_of("kind", *KINDS),
        UniqueConstraint("cause_id", "subject", "digest"),
        Index("ix_adjustment_proposals_subject", "subject"),
    )

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    cause_id: Mapped[int] = mapped_column(ForeignKey("adjustment_causes.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    redemption_ref: Mapped[Word | None] = mapped_column(ForeignKey("redemptions.ref"))
    subject: Mapped[Line]
    service_date: Mapped[Day]
    kind: Mapped[Word]
    difference_fen: Mapped[Fen]
    borne_by: Mapped[Word]
    moves_meal: Mapped[bool]
    moves_operator: Mapped[bool]
    keeps_chance: Mapped[bool]
    purses: Mapped[Json]
    before: Mapped[Line]
    after: Mapped[Prose]
    digest: Mapped[Line]
    proposed_at: Mapped[Instant]


class AdjustmentDecision(Base):
    """Decide on a proposal, once; ``accepted_key`` lets a cause change a meal (or a grant) once only."""

    __tablename__ = "adjustment_decisions"
    __table_args__ = (
        one_of("verdict", "accepted", "rejected", "superseded"),
        UniqueConstraint("accepted_key"),
        CheckConstraint("(verdict = 'accepted') = (accepted_key IS NOT NULL)", name="accepted"),
        CheckConstraint("verdict <> 'rejected' OR reason <> ''", name="reason"),
    )

    proposal_id: Mapped[int] = mapped_column(ForeignKey("adjustment_proposals.id"), primary_key=True)
    verdict: Mapped[Word]
    reason: Mapped[Line]
    entries: Mapped[Json]
    accepted_key: Mapped[Line | None]
    decided_at: Mapped[Instant]
    decided_by: Mapped[Line]


class SiteFact(OfCanteen, Base):
    """State something about a canteen that its grants depend on, with its evidence; of two the later entry counts."""

    __tablename__ = "site_facts"
    __table_args__ = (
        one_of("kind", *SITE_FACTS),
        CheckConstraint("valid_until IS NULL OR valid_from < valid_until", name="validity"),
    )

    id: Mapped[Key]
    kind: Mapped[Word]
    value: Mapped[Line]
    valid_from: Mapped[Day]
    valid_until: Mapped[Day | None]
    evidence: Mapped[Line]
    entered_at: Mapped[Instant]
    entered_by: Mapped[Line]


class WhatIfRun(OfRegion, Base):
    """Ask what a draft would have cost in a period of the past; never changed.

    ``draft_ref`` names the draft where it is kept as a row of its own; its digest ties the two together either way.
    """

    __tablename__ = "whatif_runs"
    __table_args__ = (
        CheckConstraint("first_day < until_day", name="period"),
        Index("ix_whatif_runs_draft_digest", "draft_digest"),
    )

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    region_code: Mapped[Word] = mapped_column(ForeignKey("regions.code"), index=True)
    policy: Mapped[Line]
    draft_text: Mapped[Prose]
    draft_digest: Mapped[Line]
    draft_ref: Mapped[Line | None]
    first_day: Mapped[Day]
    until_day: Mapped[Day]
    asked_by: Mapped[Line]
    asked_at: Mapped[Instant]


class WhatIfProgress(Base):
    """Say how far a run is; the page asks for it, and a worker that begins again finds what is not done."""

    __tablename__ = "whatif_progress"
    __table_args__ = (one_of("state", "waiting", "running", "done", "failed", "cancelled"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("whatif_runs.id"), primary_key=True)
    state: Mapped[Word]
    done_count: Mapped[int]
    total_count: Mapped[int]
    is_cancelled: Mapped[bool]
    note: Mapped[Line]
    changed_at: Mapped[Instant]


class WhatIfResult(Base):
    """Keep what a run found, with its digest and the ends of the books that it covers; never changed."""

    __tablename__ = "whatif_results"

    run_id: Mapped[int] = mapped_column(ForeignKey("whatif_runs.id"), primary_key=True)
    content: Mapped[Prose]
    digest: Mapped[Line]
    books: Mapped[Json]
    computed_at: Mapped[Instant]
