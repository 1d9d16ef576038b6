"""Store staff accounts, roles, what they were granted, and their log-ins."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import Instant, Json, Key, Line, Word
from canteen.foundation.db import Base


class Staff(Base):
    """Hold a staff account; a password is kept as an argon2 hash only."""

    __tablename__ = "staff"

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    username: Mapped[Word] = mapped_column(unique=True)
    name: Mapped[Line]
    password_hash: Mapped[Line]
    ended_at: Mapped[Instant | None]


class Role(Base):
    """Name a role and its permissions; roles are data that an administrator edits."""

    __tablename__ = "roles"

    code: Mapped[Word] = mapped_column(primary_key=True)
    name: Mapped[Line]
    permissions: Mapped[Json]


class Grant(Base):
    """Give a role within a region or at one canteen, for a time."""

    __tablename__ = "grants"
    __table_args__ = (
        CheckConstraint("(region_code IS NULL) <> (canteen_id IS NULL)", name="one_place"),
        Index("ix_grants_staff_id", "staff_id"),
    )

    id: Mapped[Key]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    role_code: Mapped[Word] = mapped_column(ForeignKey("roles.code"))
    region_code: Mapped[Word | None] = mapped_column(ForeignKey("regions.code"))
    canteen_id: Mapped[int | None] = mapped_column(ForeignKey("canteens.id"))
    granted_at: Mapped[Instant]
    granted_by: Mapped[Line]
    ended_at: Mapped[Instant | None]


class StaffSession(Base):
    """Remember a log-in by the digest of its token, so that it can be ended at once."""

    __tablename__ = "staff_sessions"

    token_digest: Mapped[Line] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    began_at: Mapped[Instant]
    seen_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    place: Mapped[Line]


class LoginFailure(Base):
    """Count failed log-ins, so that guessing grows slow."""

    __tablename__ = "login_failures"
    __table_args__ = (Index("ix_login_failures_subject_at", "subject", "at"),)

    id: Mapped[Key]
    subject: Mapped[Line]
    at: Mapped[Instant]
