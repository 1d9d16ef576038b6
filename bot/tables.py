"""Store what WeChat needs: accounts, messages, conversations, the token."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import Instant, Key, Line, Sealed, Word
from canteen.foundation.db import Base


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


class MiniProgramLogin(Base):
    """Remember a log-in of the mini program by the digest of its token."""

    __tablename__ = "miniprogram_logins"

    token_digest: Mapped[Line] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(index=True)
    began_at: Mapped[Instant]
    expires_at: Mapped[Instant]
