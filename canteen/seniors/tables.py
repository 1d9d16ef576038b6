"""Store people, the dated facts about them, who belongs to whom, and how they were proved."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import BlindIndex, Day, Instant, Json, Key, Line, Prose, Sealed, Word, one_of
from canteen.foundation.db import Base, OfRegion

DOCUMENTS = (
    "resident", "resident_15", "hmt_residence", "hk_macau_permit", "taiwan_permit", "foreign_residence", "passport",
    "none_yet",
)  # fmt: skip
CONSENTS = ("binding", "health", "guardian", "data")
FACTS = ("category", "hukou", "residence", "permit", "housing", "scheme", "death", "exit")


class Person(OfRegion, Base):
    """Hold one diner, senior or child: one person, one record.

    ``region_code`` is the present residence (it decides who may see the record); ``revision`` grows with every change
    that can move a price, so that a price prepared before the change is noticed.
    """

    __tablename__ = "persons"
    __table_args__ = (
        one_of("document_kind", *DOCUMENTS),
        one_of("diner", "senior", "child", "public"),
        CheckConstraint("(document_kind = 'none_yet') = (document_index IS NULL)", name="document"),
        UniqueConstraint("document_index"),
        Index("ix_persons_phone_index", "phone_index"),
        Index("ix_persons_region_code", "region_code"),
    )

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    name: Mapped[Line]
    initials: Mapped[Word]
    sex: Mapped[Word | None]
    diner: Mapped[Word] = mapped_column(default="senior")
    document_kind: Mapped[Word]
    document_sealed: Mapped[Sealed | None]
    document_index: Mapped[BlindIndex | None]
    document_tail: Mapped[Word] = mapped_column(default="")
    birth_on: Mapped[Day | None]
    phone_sealed: Mapped[Sealed | None]
    phone_index: Mapped[BlindIndex | None]
    phone_tail: Mapped[Word] = mapped_column(default="")
    region_code: Mapped[Word] = mapped_column(ForeignKey("regions.code"))
    address_sealed: Mapped[Sealed | None]
    home_canteen_id: Mapped[int | None] = mapped_column(ForeignKey("canteens.id"), index=True)
    diet: Mapped[Json] = mapped_column(default=list)
    allergies: Mapped[Json] = mapped_column(default=list)
    revision: Mapped[int] = mapped_column(default=1)
    registered_at: Mapped[Instant]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    withdrawn_at: Mapped[Instant | None]


class Fact(Base):
    """State something about a person that holds for a time, with its evidence; never changed afterwards.

    ``value`` is a category code, a region code, ``home`` / ``institution``, or a reason, by ``kind``. A later fact
    names the one that it supersedes; at most one does. ``withdrawn`` facts say that the superseded one never held.
    """

    __tablename__ = "facts"
    __table_args__ = (
        one_of("kind", *FACTS),
        CheckConstraint("valid_until IS NULL OR valid_from < valid_until", name="validity"),
        UniqueConstraint("supersedes_id"),
        Index("ix_facts_person_id_kind", "person_id", "kind"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[Word]
    value: Mapped[Line]
    valid_from: Mapped[Day]
    valid_until: Mapped[Day | None]
    evidence: Mapped[Line]
    source: Mapped[Line]
    entered_at: Mapped[Instant]
    entered_by: Mapped[Line]
    withdrawn: Mapped[bool] = mapped_column(default=False)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("facts.id"))


class RosterImport(OfRegion, Base):
    """Hold one list that was taken over; ``source`` marks the facts that it stated."""

    __tablename__ = "roster_imports"

    id: Mapped[Key]
    source: Mapped[Word] = mapped_column(index=True)
    region_code: Mapped[Word] = mapped_column(ForeignKey("regions.code"), index=True)
    taken_at: Mapped[Instant]
    taken_by: Mapped[Line]
    new_count: Mapped[int]
    updated_count: Mapped[int]
    withdrawn_at: Mapped[Instant | None]
    withdrawn_by: Mapped[Line | None]


class RosterPerson(Base):
    """Hold what a list changed about one person, and what stood there before, so that it can be taken back.

    ``revision`` is that of the person right after the import: a record that has moved on is not touched.
    """

    __tablename__ = "roster_persons"

    import_id: Mapped[int] = mapped_column(ForeignKey("roster_imports.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    is_new: Mapped[bool]
    revision: Mapped[int]
    changes_phone: Mapped[bool]
    phone_before_sealed: Mapped[Sealed | None]
    changes_address: Mapped[bool]
    address_before_sealed: Mapped[Sealed | None]
    region_before: Mapped[Word | None]
    withdrawn_at: Mapped[Instant | None]


class ColumnName(OfRegion, Base):
    """Remember what a heading means in the lists of a region, as somebody told it; empty for a column to pass over."""

    __tablename__ = "column_names"

    region_code: Mapped[Word] = mapped_column(ForeignKey("regions.code"), primary_key=True)
    list_kind: Mapped[Word] = mapped_column(primary_key=True)
    heading: Mapped[Line] = mapped_column(primary_key=True)
    column_name: Mapped[Word]
    told_by: Mapped[Line]
    told_at: Mapped[Instant]


class Contact(Base):
    """Name somebody to call: next of kin, guardian, neighbour."""

    __tablename__ = "contacts"
    __table_args__ = (one_of("kind", "kin", "guardian", "neighbour", "community_worker"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    kind: Mapped[Word]
    relation: Mapped[Word]
    name: Mapped[Line]
    phone_sealed: Mapped[Sealed]
    phone_tail: Mapped[Word]
    is_emergency: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[Instant | None]


class FamilyLink(Base):
    """Let an outside account act for a person; at most one person of an account is the account's self.

    The account is an opaque text of the channel, such as ``wechat:7``; ``relation`` is what the account holder calls
    the person (自己, 妈妈). An account always sees; ``may_order`` lets it order, change and cancel; the account
    chooses to be told that a meal was taken, that nobody came, that a cut-off is near, what there is tomorrow.
    """

    __tablename__ = "family_links"
    __table_args__ = (
        Index(
            "uq_family_links_live",
            "account",
            "person_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "uq_family_links_self",
            "account",
            unique=True,
            sqlite_where=text("is_self AND ended_at IS NULL"),
            postgresql_where=text("is_self AND ended_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    account: Mapped[Line] = mapped_column(index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    relation: Mapped[Word]
    is_self: Mapped[bool] = mapped_column(default=False)
    proof: Mapped[Line]
    began_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    may_order: Mapped[bool] = mapped_column(default=True, server_default=true())
    told_eaten: Mapped[bool] = mapped_column(default=True, server_default=true())
    told_missed: Mapped[bool] = mapped_column(default=False, server_default=false())
    told_cutoff: Mapped[bool] = mapped_column(default=True, server_default=true())
    told_menu: Mapped[bool] = mapped_column(default=False, server_default=false())


class FamilyRequest(Base):
    """Ask a person to let an outside account act; answered once, by the person's own account."""

    __tablename__ = "family_requests"

    id: Mapped[Key]
    account: Mapped[Line]
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    relation: Mapped[Word]
    asked_at: Mapped[Instant]
    answered_at: Mapped[Instant | None]
    is_agreed: Mapped[bool | None]


class BindingSlip(Base):
    """Hold the single-use secret on a senior's slip: the scene of a code to scan, and the code to type."""

    __tablename__ = "binding_slips"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    scene: Mapped[Word] = mapped_column(unique=True)
    code_index: Mapped[BlindIndex] = mapped_column(unique=True)
    issued_at: Mapped[Instant]
    issued_by: Mapped[Line]
    expires_at: Mapped[Instant]
    used_at: Mapped[Instant | None]
    used_by: Mapped[Line | None]
    ticket: Mapped[Prose | None]


class BindingTry(Base):
    """Note that an account typed a code of a slip, right or wrong, so that guessing ends soon."""

    __tablename__ = "binding_tries"
    __table_args__ = (Index("ix_binding_tries_account_at", "account", "at"),)

    id: Mapped[Key]
    account: Mapped[Line]
    at: Mapped[Instant]
    succeeded: Mapped[bool]


class Consent(Base):
    """Keep what somebody agreed to, in which version of the text, and who agreed for them."""

    __tablename__ = "consents"
    __table_args__ = (one_of("kind", *CONSENTS),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    kind: Mapped[Word]
    text_version: Mapped[Word]
    given_by: Mapped[Line]
    given_at: Mapped[Instant]
    withdrawn_at: Mapped[Instant | None]
