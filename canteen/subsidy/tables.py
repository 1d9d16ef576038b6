"""Store published policies; a published version never changes."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import Instant, Key, Line, Prose, Word
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
