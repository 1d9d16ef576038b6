"""Store what WeChat needs: accounts, messages, conversations, the token."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import Instant, Key, Line, Sealed, Word, one_of
from canteen.foundation.db import Base
from canteen.foundation.guards import append_only, attach


class WechatAccount(Base):
    """Know a follower of our official account or mini program by openid."""

    __tablename__ = "wechat_accounts"
    __table_args__ = (UniqueConstraint("appid", "openid"),)

    id: Mapped[Key]
    appid: Mapped[Word]
    openid: Mapped[Line]
    unionid: Mapped[Line | None]
    follows: Mapped[bool] = mapped_column(default=True)
    met_at: Mapped[Instant]
    heard_at: Mapped[Instant]


class SeenMessage(Base):
    """Remember a message and its sealed reply, so that a repeat gets the same."""

    __tablename__ = "seen_messages"

    key: Mapped[Line] = mapped_column(primary_key=True)
    reply: Mapped[Sealed]
    seen_at: Mapped[Instant] = mapped_column(index=True)


class Conversation(Base):
    """Keep what was being talked about with an account, sealed; expires.

    Each turn writes the next ``revision``, so that of two turns at once only one was taken on what it had read.
    """

    __tablename__ = "conversations"

    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state_sealed: Mapped[Sealed]
    revision: Mapped[int]
    updated_at: Mapped[Instant]


class WechatToken(Base):
    """Share an access token among processes; one of them at a time has the lease to fetch another."""

    __tablename__ = "wechat_tokens"

    key: Mapped[Word] = mapped_column(primary_key=True)
    token_sealed: Mapped[Sealed]
    expires_at: Mapped[Instant]
    lent_to: Mapped[Word | None]
    lent_until: Mapped[Instant | None]


class NoticeGrant(Base):
    """Note that an account accepted notices of a template, or that one was used: what is held is the sum.

    ``change`` is +1 for each acceptance, −1 for each use; whatever ends all of them is minus what was held. ``key``
    names the event that it came from, so that it counts once.
    """

    __tablename__ = "notice_grants"
    __table_args__ = (
        one_of("reason", "accepted", "used", "given_back", "refused", "platform_knows_none"),
        CheckConstraint("(change > 0) = (reason IN ('accepted', 'given_back'))", name="direction"),
        UniqueConstraint("key"),
    )

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("wechat_accounts.id"), index=True)
    template_id: Mapped[Line]
    change: Mapped[int]
    reason: Mapped[Word]
    key: Mapped[Line | None]
    at: Mapped[Instant]


class NoticeGrantHeld(Base):
    """Count how many notices of a template an account still takes; a trigger counts, and it never falls below zero."""

    __tablename__ = "notice_grants_held"
    __table_args__ = (CheckConstraint("held >= 0", name="held"),)

    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    template_id: Mapped[Line] = mapped_column(primary_key=True)
    held: Mapped[int]


class MiniProgramLogin(Base):
    """Remember a log-in of the mini program by the digest of its token."""

    __tablename__ = "miniprogram_logins"

    token_digest: Mapped[Line] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(index=True)
    began_at: Mapped[Instant]
    expires_at: Mapped[Instant]


_BEGIN = (
    "INSERT INTO notice_grants_held (account_id, template_id, held) SELECT NEW.account_id, NEW.template_id, 0 "
    "WHERE NOT EXISTS (SELECT 1 FROM notice_grants_held h "
    "WHERE h.account_id = NEW.account_id AND h.template_id = NEW.template_id)"
)
_COUNT = (
    "UPDATE notice_grants_held SET held = held + NEW.change "
    "WHERE account_id = NEW.account_id AND template_id = NEW.template_id"
)
append_only(NoticeGrant.__table__)
attach(
    NoticeGrant.__table__,
    "sqlite",
    f"CREATE TRIGGER notice_grants_count AFTER INSERT ON notice_grants BEGIN {_BEGIN}; {_COUNT}; END",
)
attach(
    NoticeGrant.__table__,
    "postgresql",
    f"""CREATE OR REPLACE FUNCTION notice_grants_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
{_BEGIN} ON CONFLICT DO NOTHING;
{_COUNT};
RETURN NEW;
END $$""",
    "CREATE TRIGGER notice_grants_count AFTER INSERT ON notice_grants FOR EACH ROW "
    "EXECUTE FUNCTION notice_grants_counted()",
)
