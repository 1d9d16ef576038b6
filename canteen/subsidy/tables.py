"""Store policies from the draft to the publication, the category register, and the chances that people used.

Only a draft ever changes, and only until a second person has reviewed it (`guards`).
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from canteen.foundation.columns import Day, Instant, Json, Key, Line, Prose, Word, one_of
from canteen.foundation.db import Base, OfRegion


class PublishedPolicy(Base):
    """Hold the text of a policy document as it was published, with its digest."""

    __tablename__ = "published_policies"
    __table_args__ = (UniqueConstraint("code", "digest"),)

    id: Mapped[Key]
    code: Mapped[Line]
    region_code: Mapped[Word] = mapped_column(ForeignKey("regions.code"), index=True)
    text: Mapped[Prose]
    digest: Mapped[Line]
    document: Mapped[Line]
    published_at: Mapped[Instant]
    published_by: Mapped[Line]
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("published_policies.id"), unique=True)


class PolicyScan(Base):
    """Keep the scan of a document, byte for byte, with its digest."""

    __tablename__ = "policy_scans"

    id: Mapped[Key]
    digest: Mapped[Line] = mapped_column(unique=True)
    name: Mapped[Line]
    media: Mapped[Word]
    size: Mapped[int]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
    at: Mapped[Instant]
    actor: Mapped[Line]


class PolicyDraft(OfRegion, Base):
    """Hold a policy while it is written and reviewed; ``revision`` grows with every change.

    The database notes each author by itself and refuses one of them as the reviewer; what was reviewed can only be
    published or given back.
    """

    __tablename__ = "policy_drafts"
    __table_args__ = (
        one_of("state", "draft", "reviewed", "published", "dropped"),
        CheckConstraint("(reviewed_by IS NOT NULL) = (state IN ('reviewed', 'published'))", name="reviewed"),
        CheckConstraint("reviewed_by IS NULL OR (reviewed_by <> edited_by AND reviewed_by <> created_by)", name="eyes"),
        CheckConstraint("(published_id IS NOT NULL) = (state = 'published')", name="published"),
        CheckConstraint("state <> 'published' OR (scan_id IS NOT NULL AND document_number <> '')", name="document"),
    )

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    region_code: Mapped[Word] = mapped_column(ForeignKey("regions.code"), index=True)
    policy_code: Mapped[Line]
    name: Mapped[Line]
    text: Mapped[Prose]
    digest: Mapped[Line]
    revision: Mapped[int] = mapped_column(default=1)
    state: Mapped[Word] = mapped_column(default="draft")
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("published_policies.id"))
    document_number: Mapped[Line] = mapped_column(default="")
    scan_id: Mapped[int | None] = mapped_column(ForeignKey("policy_scans.id"))
    created_by: Mapped[Line]
    created_at: Mapped[Instant]
    edited_by: Mapped[Line]
    edited_at: Mapped[Instant]
    reviewed_by: Mapped[Line | None]
    reviewed_at: Mapped[Instant | None]
    published_id: Mapped[int | None] = mapped_column(ForeignKey("published_policies.id"), unique=True)


class DraftAuthor(Base):
    """Note who ever changed a draft; written by the triggers of the draft."""

    __tablename__ = "draft_authors"

    draft_id: Mapped[int] = mapped_column(ForeignKey("policy_drafts.id"), primary_key=True)
    author: Mapped[Line] = mapped_column(primary_key=True)


class CategoryEntry(Base):
    """State a category of the register from a day on: its names, what it is a kind of, its place on a scale.

    The entries that count are those that no later one names. Entries of one code never overlap.
    """

    __tablename__ = "category_entries"
    __table_args__ = (CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="validity"),)

    id: Mapped[Key]
    code: Mapped[Word] = mapped_column(index=True)
    name: Mapped[Line]
    aliases: Mapped[Json] = mapped_column(default=list)
    kind_of: Mapped[Json] = mapped_column(default=list)
    scale: Mapped[Word | None]
    rank: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[Day]
    valid_until: Mapped[Day | None]
    document: Mapped[Line]
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("category_entries.id"), unique=True)
    at: Mapped[Instant]
    actor: Mapped[Line]


class Claim(Base):
    """Use up one chance of a person: the subsidised meal itself, and any wider counter of the policy.

    ``counter`` is ``meal`` for the rule that holds everywhere (one subsidised meal per person, day and meal over all
    canteens), else the policy's counter; ``window`` names the meal, day, week or month; ``ordinal`` the how-manieth.
    ``used`` is the canonical JSON of what later meals must count, kept on the ``meal`` claim. An undo adds a
    `ClaimRelease`, after which round + 1 may be taken. Constraints decide, not code.
    """

    __tablename__ = "claims"
    __table_args__ = (
        UniqueConstraint("person_id", "counter", "window", "ordinal", "round", name="uq_claims_chance"),
        CheckConstraint("ordinal >= 1 AND round >= 1", name="numbers"),
        Index("ix_claims_person_id_service_date", "person_id", "service_date"),
        Index("ix_claims_redemption_ref", "redemption_ref"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    counter: Mapped[Line]
    window: Mapped[Word]
    ordinal: Mapped[int]
    round: Mapped[int] = mapped_column(default=1)
    service_date: Mapped[Day]
    meal: Mapped[Word]
    redemption_ref: Mapped[Word]
    used: Mapped[Prose] = mapped_column(default="")


class ClaimRelease(Base):
    """Give a chance back, once; append only."""

    __tablename__ = "claim_releases"

    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    reason: Mapped[Word]
    at: Mapped[Instant]
