"""Log the mini program in: WeChat's code for a token of our own.

The session key never leaves WeChat's answer; of our token only the digest is kept.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot import accounts
from bot.client import WechatError, open_miniprogram
from bot.tables import MiniProgramLogin
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import Denied, Unavailable
from canteen.foundation.settings import WechatSettings

LIFE = timedelta(days=30)
_BAD_CODE = frozenset({40029, 40163, 40226, 41008})


@dataclass(frozen=True)
class MiniProgram:
    """Let the accounts of the mini program use the API of a canteen."""

    database: Database
    settings: WechatSettings

    def log_in(self, code: str) -> tuple[str, datetime]:
        """Return a token for the code of ``wx.login``, and when it ends."""
        at = clock.now()
        return log_in(self.database, self.settings, code=code, at=at), at + LIFE

    def account_of(self, token: str) -> str | None:
        """Return the account of a token, None where it is unknown or over."""
        with self.database.reading(EVERYWHERE) as session:
            return account_of(session, token=token, at=clock.now())


def log_in(database: Database, settings: WechatSettings, *, code: str, at: datetime) -> str:
    """Return a bearer token for the code of ``wx.login``.

    ``wechat.bad_code`` where WeChat does not know it.
    """
    try:
        identity = open_miniprogram(settings, code)
    except WechatError as error:
        if error.errcode in _BAD_CODE:
            raise Denied("wechat.bad_code") from None
        raise Unavailable("wechat.no_answer") from None
    token = secrets.token_urlsafe(32)
    with database.transaction(EVERYWHERE) as session:
        account = accounts.meet(session, appid=settings.miniprogram_appid, openid=identity["openid"], at=at)
        account.unionid = identity["unionid"] or account.unionid
        session.add(
            MiniProgramLogin(token_digest=_digest(token), account_id=account.id, began_at=at, expires_at=at + LIFE)
        )
    return token


def account_of(session: Session, *, token: str, at: datetime) -> str | None:
    """Return the opaque account of a bearer token, None where it is unknown or over."""
    login = session.get(MiniProgramLogin, _digest(token))
    return None if login is None or login.expires_at <= at else f"wechat:{login.account_id}"


def log_out(session: Session, *, token: str) -> None:
    """End a log-in at once."""
    login = session.get(MiniProgramLogin, _digest(token))
    if login is not None:
        session.delete(login)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
