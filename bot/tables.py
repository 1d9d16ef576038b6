"""Store what WeChat needs: accounts, messages, conversations, the token."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import Instant, Json, Key, Line, Sealed, Word, one_of
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
    """Keep what was being talked about with an account; expires."""

    __tablename__ = "conversations"

    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[Json]
    updated_at: Mapped[Instant]


class Utterance(Base):
    """Keep the transcript that a person at the desk reads when the bot hands over."""

    __tablename__ = "utterances"

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(index=True)
    speaker: Mapped[Word]
    text_sealed: Mapped[Sealed]
    at: Mapped[Instant]


class WechatToken(Base):
    """Share an access token among processes.

    The row is locked while a new one is fetched.
    """

    __tablename__ = "wechat_tokens"

    key: Mapped[Word] = mapped_column(primary_key=True)
    token_sealed: Mapped[Sealed]
    expires_at: Mapped[Instant]


class HelpTicket(Base):
    """Ask the desk to speak with an account that wants a person or is in danger."""

    __tablename__ = "help_tickets"
    __table_args__ = (one_of("kind", "human", "emergency"),)

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(index=True)
    person_id: Mapped[int | None]
    canteen_id: Mapped[int | None] = mapped_column(index=True)
    kind: Mapped[Word]
    opened_at: Mapped[Instant]
    taken_by: Mapped[Line | None]
    closed_at: Mapped[Instant | None]


class MiniProgramLogin(Base):
    """Remember a log-in of the mini program by the digest of its token."""

    __tablename__ = "miniprogram_logins"

    token_digest: Mapped[Line] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(index=True)
    began_at: Mapped[Instant]
    expires_at: Mapped[Instant]
