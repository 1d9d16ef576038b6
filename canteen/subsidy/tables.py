"""Store published policies, and the chances that people used; neither ever changes."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import Day, Instant, Key, Line, Prose, Word
from canteen.foundation.db import Base


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
